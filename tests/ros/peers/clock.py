"""Publishes simulated time on /clock, or follows it. A follower is a node with use_sim_time: one line {"ns"} for each change of its
clock, and exit code 0 after --expect of them."""
import argparse
import sys

import rclpy
from builtin_interfaces.msg import Time
from rclpy.parameter import Parameter
from rosgraph_msgs.msg import Clock

from peer import Peer, emit


def publish(peer, start):
    """Ten milliseconds of simulated time, a hundred times a second."""
    publisher = peer.node.create_publisher(Clock, '/clock', 10)
    emit(ready='/clock')
    now = start * 10**9
    while peer.alive():
        publisher.publish(Clock(clock=Time(sec=now // 10**9, nanosec=now % 10**9)))
        now += 10**7
        peer.spin_for(0.01)
    emit(last_ns=now - 10**7)
    return 0


def follow(peer, expect):
    emit(ready='/clock')
    told = []

    def changed():
        now = peer.node.get_clock().now().nanoseconds
        if now and now != (told or [0])[-1]:
            told.append(now)
            emit(ns=now)
        return len(told) >= expect

    return 0 if peer.spin_until(changed, 1e9) else 1


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument('--start', type=int, help='publishes from this second on')
    args.add_argument('--expect', type=int, default=10)
    args.add_argument('--seconds', type=float, default=60.0)
    args = args.parse_args()
    follows = Parameter('use_sim_time', value=args.start is None)
    make = lambda name: rclpy.create_node(name, parameter_overrides=[follows])  # noqa: E731
    with Peer('ros_clock', args.seconds, make=make) as peer:
        return publish(peer, args.start) if args.start is not None else follow(peer, args.expect)


sys.exit(main())
