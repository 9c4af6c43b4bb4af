"""A lifecycle node that publishes only while it is active. Ends with {"transitions"}: the callbacks that were called, with the state
before each."""
import argparse
import sys

from rclpy.lifecycle import LifecycleNode, TransitionCallbackReturn
from std_msgs.msg import String

from peer import Peer, emit


class Node(LifecycleNode):
    def __init__(self, name):
        super().__init__(name)
        self.transitions, self.talk, self.beat = [], None, None

    def note(self, name, state):
        self.transitions.append([name, state.label])

    def on_configure(self, state):
        self.note('configure', state)
        self.talk = self.create_lifecycle_publisher(String, f'{self.get_name()}/talk', 10)
        self.beat = self.create_timer(0.05, lambda: self.talk.publish(String(data='active')))
        return super().on_configure(state)

    def on_activate(self, state):
        self.note('activate', state)
        return super().on_activate(state)

    def on_deactivate(self, state):
        self.note('deactivate', state)
        return super().on_deactivate(state)

    def on_cleanup(self, state):
        self.note('cleanup', state)
        self.destroy_timer(self.beat)
        self.destroy_publisher(self.talk)
        return TransitionCallbackReturn.SUCCESS

    def on_shutdown(self, state):
        self.note('shutdown', state)
        return TransitionCallbackReturn.SUCCESS


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument('--name', default='ros_managed')
    args.add_argument('--seconds', type=float, default=60.0)
    args = args.parse_args()
    with Peer(args.name, args.seconds, make=Node) as peer:
        emit(ready=args.name)
        while peer.alive():
            peer.spin_once()
        emit(transitions=peer.node.transitions)
    return 0


sys.exit(main())
