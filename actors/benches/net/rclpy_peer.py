"""One side of a measurement as a ROS node: rclpy with its default executor. It takes the arguments and prints the lines that job.rs and score.rs tell of."""

import argparse
import json
import resource
import sys
import threading
import time

import rclpy
from example_interfaces.action import Fibonacci
from example_interfaces.srv import AddTwoInts
from rclpy.action import ActionClient, ActionServer
from rclpy.qos import QoSProfile
from sensor_msgs.msg import LaserScan
from std_msgs.msg import UInt8MultiArray

# ROS's default, reliable.
DEPTH = 10
# More than the calls that are in flight at once: with a depth of 10, some of 16 would be lost.
CALLS = 32
# A stream that brings nothing for so long (s) is over: the rest is lost.
SILENCE = 1.0


def cpu_s():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


class Score:
    def __init__(self, args, warm_up):
        self.count, self.warm_up = args.count, warm_up
        self.seen, self.times, self.begun = 0, [], None
        self.cpu = None

    def begin(self):
        self.begun = time.perf_counter()
        self.note_begin()

    def note_begin(self):
        if self.cpu is None:
            self.cpu = cpu_s()

    def note(self, took):
        """Notes a round; whether there is another one."""
        self.seen += 1
        if self.seen == self.warm_up:
            self.begin()
        elif self.seen > self.warm_up:
            self.times.append(took)
        if self.seen == self.warm_up + self.count:
            self.print(self.count, time.perf_counter() - self.begun)
        return self.seen < self.warm_up + self.count

    def cost(self):
        peak_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return {"cpu_s": cpu_s() - (self.cpu or 0.0), "rss_kib": peak_kib}

    def print(self, received, seconds):
        self.times.sort()
        at = lambda share: self.times[int((len(self.times) - 1) * share)] * 1e6 if self.times else None
        figures = {"per_s": received / seconds, "p50_us": at(0.5), "p99_us": at(0.99), "max_us": at(1.0)}
        print(json.dumps({**figures, "lost": self.count - received, **self.cost()}), flush=True)


def ball(args):
    if args.work == "scan":
        return LaserScan(ranges=[1.5] * 1080, intensities=[0.5] * 1080)
    return UInt8MultiArray(data=bytes(args.payload))


def throw(node, args, score):
    """Throws a message to and fro."""
    message, thrown = ball(args), [0.0]
    out = node.create_publisher(type(message), "ping", DEPTH)
    ready = threading.Event()

    def throw_one():
        thrown[0] = time.perf_counter()
        out.publish(message)

    def on_ball(_):
        if score.note(time.perf_counter() - thrown[0]):
            if args.rate == 0:
                throw_one()
        else:
            ready.clear()

    node.create_subscription(type(message), "pong", on_ball, DEPTH)
    if args.rate > 0:
        node.create_timer(1 / args.rate, lambda: throw_one() if ready.is_set() else None)
    wait_for_reader(node, out)
    ready.set()
    if args.rate == 0:
        throw_one()


def wait_for_reader(node, out):
    while out.get_subscription_count() == 0:
        rclpy.spin_once(node, timeout_sec=0.05)
    # The other side may not have heard of our subscription yet.
    end = time.monotonic() + 0.5
    while time.monotonic() < end:
        rclpy.spin_once(node, timeout_sec=0.05)


def throw_back(node, args, score):
    kind = type(ball(args))
    out = node.create_publisher(kind, "pong", DEPTH)

    def on_ball(message):
        score.note_begin()
        out.publish(message)

    node.create_subscription(kind, "ping", on_ball, DEPTH)


def send(node, args, score):
    message = ball(args)
    out = node.create_publisher(type(message), "ping", DEPTH)
    wait_for_reader(node, out)
    score.note_begin()
    for _ in range(args.count):
        out.publish(message)


def receive(node, args, score):
    last = [0.0]

    def on_message(_):
        score.seen += 1
        last[0] = time.perf_counter()
        if score.seen == 1:
            score.begin()

    def look():
        if score.seen and (score.seen == args.count or time.perf_counter() - last[0] > SILENCE):
            score.print(score.seen, last[0] - score.begun)
            score.seen = 0

    node.create_subscription(type(ball(args)), "ping", on_message, DEPTH)
    node.create_timer(0.1, look)


def call(node, args, score):
    client = node.create_client(AddTwoInts, "call", qos_profile=QoSProfile(depth=CALLS))
    while not client.wait_for_service(timeout_sec=0.1):
        pass
    left = [score.warm_up + args.count]

    def next_call():
        if left[0] == 0:
            return
        left[0] -= 1
        begun = time.perf_counter()

        def answered(_):
            score.note(time.perf_counter() - begun)
            next_call()

        client.call_async(AddTwoInts.Request(a=2, b=3)).add_done_callback(answered)

    for _ in range(args.in_flight):
        next_call()


def serve(node, _, score):
    def add(request, response):
        score.note_begin()
        response.sum = request.a + request.b
        return response

    node.create_service(AddTwoInts, "call", add, qos_profile=QoSProfile(depth=CALLS))


def send_goals(node, _, score):
    client = ActionClient(node, Fibonacci, "fibonacci")
    while not client.wait_for_server(timeout_sec=0.1):
        pass

    def next_goal():
        begun = time.perf_counter()

        def done(_):
            if score.note(time.perf_counter() - begun):
                next_goal()

        def accepted(future):
            future.result().get_result_async().add_done_callback(done)

        client.send_goal_async(Fibonacci.Goal(order=2)).add_done_callback(accepted)

    next_goal()


def perform(node, _, score):
    def execute(goal):
        score.note_begin()
        goal.succeed()
        return Fibonacci.Result(sequence=[0, 1, 1])

    # The node does not keep it.
    node.server = ActionServer(node, Fibonacci, "fibonacci", execute)


def main():
    parser = argparse.ArgumentParser()
    for name, kind in [("role", str), ("work", str), ("payload", int), ("count", int), ("rate", float), ("in-flight", int)]:
        parser.add_argument(f"--{name}", type=kind)
    args, _ = parser.parse_known_args()
    streams = args.work == "stream"
    score = Score(args, 0 if streams else min(max(args.count // 10, 1), 500))
    works = {
        "ping": {"stream": send, "call": call, "goal": send_goals}.get(args.work, throw),
        "pong": {"stream": receive, "call": serve, "goal": perform}.get(args.work, throw_back),
    }
    rclpy.init()
    node = rclpy.create_node(args.role)

    def end():
        sys.stdin.read()
        if args.role != ("pong" if streams else "ping"):
            print(json.dumps(score.cost()), flush=True)
        rclpy.try_shutdown()

    threading.Thread(target=end, daemon=True).start()
    works[args.role](node, args, score)
    try:
        rclpy.spin(node)
    except rclpy.executors.ExternalShutdownException:
        pass


if __name__ == "__main__":
    main()
