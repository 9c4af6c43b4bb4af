"""Reads and sets the parameters of a node like param_node.py, by rclpy's AsyncParameterClient, and hears of the changes on
/parameter_events. One line a case, then a summary. Exit code 0: every case was right."""
import argparse
import sys
import time

from rcl_interfaces.msg import ParameterEvent
from rclpy.parameter import Parameter
from rclpy.parameter_client import AsyncParameterClient
from rclpy.qos import QoSProfile

from peer import Checks, Peer, emit

VALUES = {'flag': True, 'count': 7, 'speed': 1.5, 'label': 'hello', 'bytes': [1, 2], 'bools': [True, False],
          'ints': [1, 2, 3], 'doubles': [0.5, 1.5], 'strings': ['a', 'b']}
FIELDS = ['bool', 'integer', 'double', 'string', 'byte_array', 'bool_array', 'integer_array', 'double_array', 'string_array']


def plain(value):
    """What a ParameterValue holds, as JSON has it."""
    if not value.type:
        return None
    held = getattr(value, f'{FIELDS[value.type - 1]}_value')
    if value.type == 5:
        return [int.from_bytes(byte, 'big') for byte in held]
    return list(held) if value.type > 5 else held


class Tuner(Checks):
    def __init__(self, peer, node, patience):
        super().__init__()
        self.peer, self.node, self.patience = peer, node, patience
        self.client = AsyncParameterClient(peer.node, node)
        self.events = []
        peer.node.create_subscription(ParameterEvent, '/parameter_events', self._on_event, QoSProfile(depth=1000))

    def _on_event(self, event):
        if event.node == f'/{self.node}':
            self.events += [(p.name, plain(p.value)) for p in event.changed_parameters]

    def ask(self, future):
        return self.peer.outcome(future, self.patience)

    def get(self, *names):
        return [plain(value) for value in self.ask(self.client.get_parameters(list(names))).values]

    def set(self, **values):
        parameters = [Parameter(name, value=value) for name, value in values.items()]
        return self.ask(self.client.set_parameters(parameters)).results

    def is_told(self, seconds):
        """Sets a value that is there already, until it is announced: events have no history, so whoever speaks must have been found."""
        end = time.monotonic() + seconds
        while not self.events and time.monotonic() < end:
            self.set(label='hello')
            self.peer.spin_until(lambda: self.events, 0.3)
        self.peer.spin_for(0.3)
        self.events.clear()

    def reads(self):
        listed = self.ask(self.client.list_parameters()).result
        self.check('list', {*VALUES, 'arm.joint1.max', 'serial'} <= set(listed.names), names=sorted(listed.names))
        arm = self.ask(self.client.list_parameters(prefixes=['arm'], depth=0)).result
        self.check('list of a prefix', (list(arm.names), list(arm.prefixes)) == (['arm.joint1.max'], ['arm.joint1']),
                   names=list(arm.names), prefixes=list(arm.prefixes))
        got = self.get(*VALUES)
        self.check('get', got == list(VALUES.values()), got=got)
        self.check('get one unknown', self.get('count', 'nosuch') == [])
        types = self.ask(self.client.get_parameter_types(list(VALUES))).types
        self.check('types', list(types) == list(range(1, 10)), types=list(types))
        speed, serial = self.ask(self.client.describe_parameters(['speed', 'serial'])).descriptors
        [bounds] = speed.floating_point_range
        self.check('describe', (speed.description, bounds.from_value, bounds.to_value) == ('metres a second', 0.0, 5.0)
                   and serial.read_only and not speed.read_only)

    def writes(self):
        done = self.set(speed=2.5, count=8, label='bye')
        self.check('set', [result.successful for result in done] == [True] * 3)
        refused = {'refused by a callback': {'speed': 3.0}, 'out of range': {'speed': 9.0}, 'read-only': {'serial': 'x'},
                   'wrong type': {'count': 'x'}, 'undeclared': {'nosuch': 1}}
        for case, values in refused.items():
            [result] = self.set(**values)
            self.check(f'set {case}', not result.successful and result.reason, reason=result.reason)
        parameters = [Parameter('count', value=9), Parameter('speed', value=3.0)]
        result = self.ask(self.client.set_parameters_atomically(parameters)).result
        self.check('set all or none', not result.successful, reason=result.reason)
        got = self.get('count', 'speed', 'label')
        self.check('what was refused changed nothing', got == [8, 2.5, 'bye'], got=got)
        parameters = [Parameter('count', value=10), Parameter('label', value='end')]
        self.check('set all', self.ask(self.client.set_parameters_atomically(parameters)).result.successful)
        changes = [('count', 8), ('count', 10), ('label', 'bye'), ('label', 'end'), ('speed', 2.5)]
        self.peer.spin_until(lambda: len(self.events) >= len(changes), self.patience)
        self.check('events', sorted(self.events) == changes, events=self.events)


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument('--node', default='actor_params')
    args.add_argument('--patience', type=float, default=10.0, help='seconds to wait for one answer')
    args.add_argument('--warm-up', type=float, default=30.0, help='seconds to wait for the services')
    args.add_argument('--seconds', type=float, default=90.0)
    args = args.parse_args()
    with Peer('ros_tuner', args.seconds) as peer:
        tuner = Tuner(peer, args.node, args.patience)
        if not peer.spin_until(tuner.client.services_are_ready, args.warm_up):
            emit(error=f'no parameter services of {args.node} within {args.warm_up} s')
            return 1
        tuner.is_told(args.warm_up)
        tuner.reads()
        tuner.writes()
        return tuner.summary()


sys.exit(main())
