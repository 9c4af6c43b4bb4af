"""Leads a lifecycle node through its states by its services, and hears what it publishes while it is active, and of its
transitions. One line a case, then a summary. Exit code 0: every case was right."""
import argparse
import sys

from lifecycle_msgs.msg import Transition, TransitionEvent
from lifecycle_msgs.srv import ChangeState, GetAvailableStates, GetAvailableTransitions, GetState
from std_msgs.msg import String

from peer import Checks, Peer, emit


class Manager(Checks):
    def __init__(self, peer, node, warm_up):
        super().__init__()
        self.peer, self.node, self.warm_up = peer, node, warm_up
        self.events, self.heard = [], []
        peer.node.create_subscription(TransitionEvent, f'/{node}/transition_event', self._on_event, 10)
        peer.node.create_subscription(String, f'/{node}/talk', lambda message: self.heard.append(message.data), 10)

    def _on_event(self, event):
        self.events.append(event.goal_state.label)

    def call(self, kind, service, **request):
        return self.peer.call(kind, f'/{self.node}/{service}', self.warm_up, **request)

    def is_in(self, state):
        return self.call(GetState, 'get_state').current_state.label == state

    def change(self, transition):
        return self.call(ChangeState, 'change_state', transition=Transition(id=transition)).success

    def looks(self):
        self.check('starts unconfigured', self.is_in('unconfigured'))
        states = [state.label for state in self.call(GetAvailableStates, 'get_available_states').available_states]
        wanted = {'unconfigured', 'inactive', 'active', 'finalized', 'configuring', 'activating', 'deactivating'}
        self.check('states', len(states) == 11 and wanted <= set(states), states=states)
        open_now = self.call(GetAvailableTransitions, 'get_available_transitions').available_transitions
        open_now = sorted(entry.transition.label for entry in open_now)
        self.check('transitions', open_now == ['configure', 'shutdown'], transitions=open_now)
        graph = self.call(GetAvailableTransitions, 'get_transition_graph').available_transitions
        self.check('graph', len(graph) > 20, transitions=len(graph))

    def leads(self):
        self.check('configure', self.change(Transition.TRANSITION_CONFIGURE) and self.is_in('inactive'))
        self.peer.spin_until(lambda: self.peer.node.count_publishers(f'/{self.node}/talk'), self.warm_up)
        self.check('silent while inactive', not self.heard)
        self.check('activate', self.change(Transition.TRANSITION_ACTIVATE) and self.is_in('active'))
        heard = self.peer.spin_until(lambda: len(self.heard) >= 3, self.warm_up)
        self.check('talks while active', heard and set(self.heard) == {'active'})
        self.check('deactivate', self.change(Transition.TRANSITION_DEACTIVATE) and self.is_in('inactive'))
        self.check('cleanup', self.change(Transition.TRANSITION_CLEANUP) and self.is_in('unconfigured'))
        self.check('shutdown', self.change(Transition.TRANSITION_UNCONFIGURED_SHUTDOWN) and self.is_in('finalized'))
        self.peer.spin_until(lambda: self.events[-1:] == ['finalized'], self.warm_up)
        # An event has no history, so the first ones may be missed; the others come in their order.
        whole = ['configuring', 'inactive', 'activating', 'active', 'deactivating', 'inactive', 'cleaningup', 'unconfigured',
                 'shuttingdown', 'finalized']
        heard = [event for event in self.events if event in whole]
        self.check('events', len(heard) >= 4 and heard == whole[-len(heard):], events=self.events)


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument('--node', default='actor_managed')
    args.add_argument('--warm-up', type=float, default=30.0, help='seconds to wait for a service')
    args.add_argument('--seconds', type=float, default=90.0)
    args = args.parse_args()
    with Peer('ros_manager', args.seconds) as peer:
        manager = Manager(peer, args.node, args.warm_up)
        emit(ready=args.node)
        manager.looks()
        manager.leads()
        return manager.summary()


sys.exit(main())
