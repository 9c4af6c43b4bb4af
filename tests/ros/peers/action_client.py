"""Sends goals of example_interfaces/Fibonacci to a server that behaves as action_server.py says, and checks feedback, status and
result. One line a case, then a summary. Exit code 0: every case was right."""
import argparse
import sys
import time

from action_msgs.msg import GoalStatus, GoalStatusArray
from example_interfaces.action import Fibonacci
from rclpy.action import ActionClient
from rclpy.qos import DurabilityPolicy, QoSProfile

from fibonacci import fibonacci
from peer import Checks, Peer, emit


class Goals(Checks):
    def __init__(self, peer, action, patience):
        super().__init__()
        self.peer, self.patience = peer, patience
        self.client = ActionClient(peer.node, Fibonacci, action)
        self.statuses = {}  # goal id -> statuses in the order they were heard
        latched = QoSProfile(depth=1, durability=DurabilityPolicy.TRANSIENT_LOCAL)
        peer.node.create_subscription(GoalStatusArray, f'{action}/_action/status', self._on_status, latched)

    def _on_status(self, array):
        for entry in array.status_list:
            heard = self.statuses.setdefault(bytes(entry.goal_info.goal_id.uuid), [])
            if heard[-1:] != [entry.status]:
                heard.append(entry.status)

    def send(self, order, feedback=None):
        """Sends a goal; its handle, which says whether it was accepted."""
        def on_feedback(message):
            feedback.append(list(message.feedback.sequence))
        sent = self.client.send_goal_async(Fibonacci.Goal(order=order), on_feedback if feedback is not None else None)
        return self.peer.outcome(sent, self.patience)

    def end(self, handle, patience=None):
        answer = self.peer.outcome(handle.get_result_async(), patience or self.patience)
        return answer.status, list(answer.result.sequence)

    def succeeds(self):
        feedback = []
        handle = self.send(8, feedback)
        status, sequence = self.end(handle)
        self.check('accept and succeed', handle.accepted and (status, sequence) == (4, fibonacci(8)),
                   status=status, sequence=sequence)
        # Each says one number more than the one before it. The first may come before the client listens.
        whole = [fibonacci(order) for order in range(2, 9)]
        self.check('feedback in order', feedback and feedback == whole[-len(feedback):], heard=len(feedback))
        told = self.told(handle, GoalStatus.STATUS_SUCCEEDED)
        self.check('status', told[-1:] == [4] and told == sorted(told), told=told)

    def told(self, handle, last):
        """The statuses that were told of a goal, up to its end."""
        goal = bytes(handle.goal_id.uuid)
        self.peer.spin_until(lambda: self.statuses.get(goal, [])[-1:] == [last], self.patience)
        return self.statuses.get(goal, [])

    def is_rejected(self):
        self.check('reject', not self.send(-1).accepted)

    def is_aborted(self):
        status, sequence = self.end(self.send(13))
        self.check('abort', (status, sequence) == (6, fibonacci(3)), status=status, sequence=sequence)

    def is_canceled(self):
        feedback = []
        handle = self.send(40, feedback)
        self.peer.spin_until(lambda: len(feedback) >= 2, self.patience)
        answer = self.peer.outcome(handle.cancel_goal_async(), self.patience)
        status, sequence = self.end(handle)
        named = [bytes(goal.goal_id.uuid) for goal in answer.goals_canceling] == [bytes(handle.goal_id.uuid)]
        begun = len(sequence) < 41 and sequence == fibonacci(len(sequence) - 1)
        self.check('cancel', (answer.return_code, status) == (0, 5) and named and begun,
                   code=answer.return_code, status=status, sequence=sequence)
        told = self.told(handle, GoalStatus.STATUS_CANCELED)
        self.check('status of the canceled', told[-1:] == [5] and told == sorted(told), told=told)

    def is_not_canceled(self, refuses):
        """A goal that does not stop. A server that refuses says so; another takes the request, and its goal goes on."""
        feedback = []
        handle = self.send(41, feedback)
        self.peer.spin_until(lambda: len(feedback) >= 2, self.patience)
        answer = self.peer.outcome(handle.cancel_goal_async(), self.patience)
        status, sequence = self.end(handle)
        self.check('cancel in vain', len(answer.goals_canceling) == (0 if refuses else 1)
                   and (status, sequence) == (4, fibonacci(41)), code=answer.return_code, status=status)

    def are_parallel(self):
        feedback = ([], [])
        handles = [self.send(order, heard) for order, heard in zip((20, 21), feedback)]
        ends = [self.end(handle) for handle in handles]
        self.check('two at once', ends == [(4, fibonacci(20)), (4, fibonacci(21))], ends=ends)
        own = all(heard and heard == sorted(heard, key=len) and heard[-1] == fibonacci(order)
                  for order, heard in zip((20, 21), feedback))
        self.check('each with its own feedback', own, heard=[len(heard) for heard in feedback])

    def is_asked_late(self):
        handle = self.send(3)
        self.told(handle, GoalStatus.STATUS_SUCCEEDED)
        status, sequence = self.end(handle)
        self.check('result asked for after the end', (status, sequence) == (4, fibonacci(3)), status=status)

    def takes_long(self, order):
        begin = time.monotonic()
        status, sequence = self.end(self.send(order), self.peer.deadline)
        self.check('long', (status, sequence) == (4, fibonacci(order)), took_s=round(time.monotonic() - begin, 1))


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument('--action', default='/actor_fib')
    args.add_argument('--refuses', action='store_true', help='the server can refuse to cancel, which actors do not')
    args.add_argument('--long', type=int, help='only one goal, of this order')
    args.add_argument('--patience', type=float, default=15.0, help='seconds to wait for one answer')
    args.add_argument('--warm-up', type=float, default=30.0, help='seconds to wait for the server')
    args.add_argument('--seconds', type=float, default=90.0)
    args = args.parse_args()
    with Peer('ros_fib_caller', args.seconds) as peer:
        goals = Goals(peer, args.action, args.patience)
        begin = time.monotonic()
        if not peer.spin_until(goals.client.server_is_ready, args.warm_up):
            emit(error=f'no server of {args.action} within {args.warm_up} s')
            return 1
        emit(found_s=round(time.monotonic() - begin, 2))
        if args.long:
            goals.takes_long(args.long)
            return goals.summary()
        goals.succeeds()
        goals.is_rejected()
        goals.is_aborted()
        goals.is_canceled()
        goals.is_not_canceled(args.refuses)
        goals.are_parallel()
        goals.is_asked_late()
        return goals.summary()


sys.exit(main())
