"""Performs example_interfaces/Fibonacci. A negative order is rejected; order 13 is aborted at its third step; one above 40
refuses to be canceled; any other gives feedback at each step, and succeeds or is canceled when asked. Ends with {"ended"}: how
many goals ended as what."""
import argparse
import collections
import sys
import time

from example_interfaces.action import Fibonacci
from rclpy.action import ActionServer, CancelResponse, GoalResponse
from rclpy.callback_groups import ReentrantCallbackGroup

from peer import Peer, emit


class Server:
    def __init__(self, peer, action, step):
        self.peer, self.step = peer, step
        self.ended = collections.Counter()
        self.server = ActionServer(
            peer.node, Fibonacci, action, self.execute, goal_callback=self.admit, cancel_callback=self.on_cancel,
            callback_group=ReentrantCallbackGroup())

    def admit(self, goal):
        return GoalResponse.REJECT if goal.order < 0 else GoalResponse.ACCEPT

    def on_cancel(self, handle):
        return CancelResponse.REJECT if handle.request.order > 40 else CancelResponse.ACCEPT

    def execute(self, handle):
        feedback, order = Fibonacci.Feedback(sequence=[0, 1]), handle.request.order
        for i in range(1, order):
            if handle.is_cancel_requested:
                return self.end(handle.canceled, feedback)
            if order == 13 and i == 3:
                return self.end(handle.abort, feedback)
            feedback.sequence.append((feedback.sequence[i] + feedback.sequence[i - 1]) % 2**31)
            handle.publish_feedback(feedback)
            time.sleep(self.step)
            if not self.peer.alive():
                return self.end(handle.abort, feedback)
        return self.end(handle.succeed, feedback)

    def end(self, how, feedback):
        how()
        self.ended[how.__name__] += 1
        return Fibonacci.Result(sequence=feedback.sequence)


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument('--action', default='/ros_fib')
    args.add_argument('--step', type=float, default=0.05, help='seconds between two feedbacks')
    args.add_argument('--seconds', type=float, default=60.0)
    args = args.parse_args()
    with Peer('ros_fib_server', args.seconds, threads=4) as peer:
        server = Server(peer, args.action, args.step)
        emit(ready=args.action)
        while peer.alive():
            peer.spin_once()
        emit(ended=server.ended)
        server.server.destroy()
    return 0


sys.exit(main())
