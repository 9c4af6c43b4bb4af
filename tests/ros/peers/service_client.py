"""Calls example_interfaces/AddTwoInts and checks every sum. A summary {"right", "wrong", "missing", "seconds"} for the calls one
after another and for those side by side. Exit code 0: every call had its own answer.

With --steady it calls again and again until it is told to stop, one line {"call", "ok", "t"} a call."""
import argparse
import sys
import time

from example_interfaces.srv import AddTwoInts
from rclpy.qos import QoSProfile

from peer import Peer, emit


def request(number):
    """Two numbers that give another sum for every call."""
    return AddTwoInts.Request(a=number, b=number * 1_000_003 - 2**40)


def is_right(number, answer):
    return answer is not None and answer.sum == number * 1_000_004 - 2**40


class Caller:
    def __init__(self, peer, service, patience):
        self.peer, self.patience = peer, patience
        self.client = peer.node.create_client(AddTwoInts, service, qos_profile=QoSProfile(depth=1000))
        self.number = 0

    def wait(self, seconds):
        return self.peer.spin_until(self.client.service_is_ready, seconds)

    def start(self):
        self.number += 1
        return self.number, self.client.call_async(request(self.number))

    def calls(self, count, in_flight):
        """So many calls, of which so many are under way at once."""
        right, wrong, missing, begin = 0, 0, 0, time.monotonic()
        waiting, left = [], count
        while self.peer.alive() and (left or waiting):
            while left and len(waiting) < in_flight:
                waiting.append((*self.start(), time.monotonic() + self.patience))
                left -= 1
            now = time.monotonic()
            self.peer.spin_until(lambda: any(future.done() for _n, future, _end in waiting), waiting[0][2] - now)
            still = []
            for number, future, end in waiting:
                if future.done():
                    good = is_right(number, future.result())
                    right, wrong = right + good, wrong + (not good)
                elif time.monotonic() >= end:
                    missing += 1
                else:
                    still.append((number, future, end))
            waiting = still
        return {'right': right, 'wrong': wrong, 'missing': missing + len(waiting),
                'seconds': round(time.monotonic() - begin, 3)}


def steady(peer, caller):
    while peer.alive():
        number, future = caller.start()
        done = peer.spin_until(future.done, caller.patience)
        emit(call=number, ok=done and is_right(number, future.result()), t=round(time.monotonic(), 3))
        peer.spin_for(0.02)
    return 0


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument('--service', default='/actor_add')
    args.add_argument('--sequential', type=int, default=20)
    args.add_argument('--concurrent', type=int, default=0)
    args.add_argument('--in-flight', type=int, default=16)
    args.add_argument('--patience', type=float, default=10.0, help='seconds to wait for one answer')
    args.add_argument('--warm-up', type=float, default=30.0, help='seconds to wait for the server')
    args.add_argument('--steady', action='store_true')
    args.add_argument('--seconds', type=float, default=60.0)
    args = args.parse_args()
    with Peer('ros_add_caller', args.seconds) as peer:
        caller = Caller(peer, args.service, args.patience)
        begin = time.monotonic()
        if not caller.wait(args.warm_up):
            emit(error=f'no server of {args.service} within {args.warm_up} s')
            return 1
        emit(found_s=round(time.monotonic() - begin, 2))
        if args.steady:
            return steady(peer, caller)
        sequential = caller.calls(args.sequential, 1)
        concurrent = caller.calls(args.concurrent, args.in_flight)
        emit(sequential=sequential, concurrent=concurrent)
        return 0 if (sequential['right'], concurrent['right']) == (args.sequential, args.concurrent) else 1


sys.exit(main())
