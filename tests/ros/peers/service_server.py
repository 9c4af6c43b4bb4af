"""Serves example_interfaces/AddTwoInts. Ends with {"served", "repeated"}: how many requests came, and how many of them for
the second time, as each client of the tests asks everything once."""
import argparse
import os
import sys
import time

from example_interfaces.srv import AddTwoInts
from rclpy.qos import QoSProfile

from peer import Peer, emit


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument('--service', default='/ros_add')
    args.add_argument('--delay', type=float, default=0.0, help='seconds that an answer takes')
    args.add_argument('--die-at', type=int, help='dies, as if killed, on this request instead of answering it')
    args.add_argument('--seconds', type=float, default=60.0)
    args = args.parse_args()
    with Peer('ros_adder', args.seconds) as peer:
        seen, repeated = set(), 0

        def add(request, response):
            nonlocal repeated
            repeated += (request.a, request.b) in seen
            seen.add((request.a, request.b))
            if args.die_at and len(seen) >= args.die_at:
                os._exit(9)
            time.sleep(args.delay)
            response.sum = request.a + request.b
            return response

        # ROS keeps 10 requests by default and drops the oldest, also from reliable clients: fewer than 16 in flight.
        peer.node.create_service(AddTwoInts, args.service, add, qos_profile=QoSProfile(depth=1000))
        emit(ready=args.service)
        while peer.alive():
            peer.spin_once()
        emit(served=len(seen), repeated=repeated)
    return 0


sys.exit(main())
