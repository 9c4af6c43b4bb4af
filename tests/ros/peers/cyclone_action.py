"""Performs example_interfaces/Fibonacci, or sends it goals and checks feedback, status and result, as a node on rmw_cyclonedds. The
server behaves as action_server.py says, but for aborting. A client's exit code 0: every case was right."""
import argparse
import sys
import time
import uuid

from cyclone import CancelGoal, Cyclone, FeedbackMessage, GetResult, GoalInfo, GoalStatus, GoalStatusArray, SendGoal, Time
from fibonacci import fibonacci
from life import Checks, emit

EXECUTING, CANCELING, SUCCEEDED, CANCELED = 2, 3, 4, 5


class Goal:
    def __init__(self, order):
        self.order, self.status, self.sequence, self.waiting = order, EXECUTING, [0, 1], []
        self.next = time.monotonic()


class Server:
    """An action is three services and two topics."""

    def __init__(self, cyclone, action, step):
        self.step, self.goals = step, {}
        self.feedback = cyclone.writer(f'rt{action}/_action/feedback', FeedbackMessage)
        self.status = cyclone.writer(f'rt{action}/_action/status', GoalStatusArray, depth=1, latched=True)
        cyclone.serve(f'{action}/_action/send_goal', SendGoal, self.on_goal)
        cyclone.serve(f'{action}/_action/cancel_goal', CancelGoal, self.on_cancel)
        cyclone.serve(f'{action}/_action/get_result', GetResult, self.on_result)
        cyclone.each_turn.append(self.go_on)

    def on_goal(self, request, answer):
        accepted = request.order >= 0
        if accepted:
            self.goals[bytes(request.goal_id)] = Goal(request.order)
            self.tell()
        answer(accepted=accepted, stamp=Time())

    def on_cancel(self, request, answer):
        goal = self.goals.get(bytes(request.goal_info.goal_id))
        stops = goal is not None and goal.status == EXECUTING and goal.order <= 40
        if stops:
            goal.status = CANCELING
            self.tell()
        answer(return_code=0 if stops else 1, goals_canceling=[request.goal_info] if stops else [])

    def on_result(self, request, answer):
        self.goals[bytes(request.goal_id)].waiting.append(answer)

    def go_on(self):
        for goal_id, goal in self.goals.items():
            self.advance(goal_id, goal)
            if goal.status in (SUCCEEDED, CANCELED):
                while goal.waiting:
                    goal.waiting.pop()(status=goal.status, sequence=goal.sequence)

    def advance(self, goal_id, goal):
        if goal.status == CANCELING:
            goal.status = CANCELED
            self.tell()
        elif goal.status == EXECUTING and time.monotonic() >= goal.next:
            if len(goal.sequence) > goal.order:
                goal.status = SUCCEEDED
                return self.tell()
            goal.sequence.append((goal.sequence[-1] + goal.sequence[-2]) % 2**31)
            goal.next += self.step
            self.feedback.write(FeedbackMessage(goal_id=list(goal_id), sequence=goal.sequence))

    def tell(self):
        told = [GoalStatus(GoalInfo(list(goal_id), Time()), goal.status) for goal_id, goal in self.goals.items()]
        self.status.write(GoalStatusArray(told))


class Caller(Checks):
    def __init__(self, cyclone, action):
        super().__init__()
        self.cyclone = cyclone
        self.sender = cyclone.client(f'{action}/_action/send_goal', SendGoal)
        self.canceler = cyclone.client(f'{action}/_action/cancel_goal', CancelGoal)
        self.asker = cyclone.client(f'{action}/_action/get_result', GetResult)
        self.feedback_reader = cyclone.reader(f'rt{action}/_action/feedback', FeedbackMessage, depth=100)
        self.status_reader = cyclone.reader(f'rt{action}/_action/status', GoalStatusArray, latched=True)
        self.feedback, self.status = {}, {}
        cyclone.each_turn.append(self.take)

    def ready(self):
        topics = self.feedback_reader.get_matched_publications() and self.status_reader.get_matched_publications()
        return bool(topics) and all(client.ready() for client in (self.sender, self.canceler, self.asker))

    def take(self):
        for message in self.feedback_reader.take(100):
            if isinstance(message, FeedbackMessage):
                self.feedback.setdefault(bytes(message.goal_id), []).append(list(message.sequence))
        for message in self.status_reader.take(100):
            for entry in getattr(message, 'status_list', []):
                self.status[bytes(entry.goal_info.goal_id)] = entry.status

    def call(self, client, **request):
        seq = client.call(**request)
        if not self.cyclone.spin_until(lambda: seq in client.answers, 15.0):
            raise TimeoutError(f'no answer to {request}')
        return client.answers.pop(seq)

    def send(self, order):
        goal_id = uuid.uuid4().bytes
        return goal_id, self.call(self.sender, goal_id=list(goal_id), order=order).accepted

    def end(self, goal_id):
        answer = self.call(self.asker, goal_id=list(goal_id))
        return answer.status, list(answer.sequence)

    def run(self):
        goal_id, accepted = self.send(8)
        end = self.end(goal_id)
        self.check('accept and succeed', accepted and end == (SUCCEEDED, fibonacci(8)), end=end)
        heard, whole = self.feedback.get(goal_id, []), [fibonacci(order) for order in range(2, 9)]
        self.check('feedback in order', heard and heard == whole[-len(heard):], heard=len(heard))
        self.check('status', self.cyclone.spin_until(lambda: self.status.get(goal_id) == SUCCEEDED, 10.0))
        self.check('reject', not self.send(-1)[1])
        goal_id, _accepted = self.send(40)
        self.cyclone.spin_until(lambda: len(self.feedback.get(goal_id, [])) >= 2, 10.0)
        answer = self.call(self.canceler, goal_info=GoalInfo(list(goal_id), Time()))
        named = [bytes(info.goal_id) for info in answer.goals_canceling] == [goal_id]
        status, sequence = self.end(goal_id)
        self.check('cancel', (answer.return_code, status) == (0, CANCELED) and named and len(sequence) < 41, status=status)
        ids = [self.send(order)[0] for order in (20, 21)]
        ends = [self.end(goal_id) for goal_id in ids]
        self.check('two at once', ends == [(SUCCEEDED, fibonacci(20)), (SUCCEEDED, fibonacci(21))], ends=ends)


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument('--serve', metavar='ACTION')
    args.add_argument('--action', default='/actor_fib')
    args.add_argument('--step', type=float, default=0.05, help='seconds between two feedbacks')
    args.add_argument('--warm-up', type=float, default=30.0, help='seconds to wait for the server')
    args.add_argument('--seconds', type=float, default=60.0)
    args = args.parse_args()
    with Cyclone(args.seconds) as cyclone:
        if args.serve:
            server = Server(cyclone, args.serve, args.step)
            emit(ready=args.serve)
            while cyclone.alive():
                cyclone.spin_once()
            emit(ended=sorted(goal.status for goal in server.goals.values()))
            return 0
        caller = Caller(cyclone, args.action)
        if not cyclone.spin_until(caller.ready, args.warm_up):
            emit(error=f'no server of {args.action} within {args.warm_up} s')
            return 1
        caller.run()
        return caller.summary()


sys.exit(main())
