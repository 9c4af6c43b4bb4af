"""A node with parameters of every type: `speed` has a range and a callback that refuses 3.0, `serial` is read-only. Ends with the
values that others have set."""
import argparse
import sys

from rcl_interfaces.msg import FloatingPointRange, ParameterDescriptor, SetParametersResult

from peer import Peer, emit


def declare(node):
    node.declare_parameter('flag', True)
    node.declare_parameter('count', 7)
    speed = FloatingPointRange(from_value=0.0, to_value=5.0)
    node.declare_parameter('speed', 1.5, ParameterDescriptor(
        description='metres a second', floating_point_range=[speed]))
    node.declare_parameter('label', 'hello')
    node.declare_parameter('bytes', [b'\x01', b'\x02'])
    node.declare_parameter('bools', [True, False])
    node.declare_parameter('ints', [1, 2, 3])
    node.declare_parameter('doubles', [0.5, 1.5])
    node.declare_parameter('strings', ['a', 'b'])
    node.declare_parameter('arm.joint1.max', 2.0)
    node.declare_parameter('serial', 'SN1', ParameterDescriptor(read_only=True))
    node.add_on_set_parameters_callback(refuse)


def refuse(parameters):
    if any(p.name == 'speed' and p.value == 3.0 for p in parameters):
        return SetParametersResult(successful=False, reason='3.0 is unlucky')
    return SetParametersResult(successful=True)


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument('--name', default='ros_params')
    args.add_argument('--seconds', type=float, default=60.0)
    args = args.parse_args()
    with Peer(args.name, args.seconds) as peer:
        declare(peer.node)
        emit(ready=args.name)
        while peer.alive():
            peer.spin_once()
        emit(**{name: peer.node.get_parameter(name).value for name in ('count', 'speed', 'label')})
    return 0


sys.exit(main())
