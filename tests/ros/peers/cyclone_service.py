"""Serves example_interfaces/AddTwoInts, or calls it and checks every sum, as a node on rmw_cyclonedds. Exit code 0 of a client: every
call had its own answer. A server ends with {"served"}."""
import argparse
import sys

from cyclone import AddTwoInts, Cyclone
from life import emit


def serve(cyclone, service):
    served = 0

    def add(request, answer):
        nonlocal served
        served += 1
        answer(sum=request.a + request.b)

    cyclone.serve(service, AddTwoInts, add)
    emit(ready=service)
    while cyclone.alive():
        cyclone.spin_once()
    emit(served=served)
    return 0


def calls(cyclone, client, first, count, in_flight):
    """So many calls, of which so many are under way at once; how many had their own answer."""
    waiting, right, number = {}, 0, first
    while cyclone.alive() and (number < first + count or waiting):
        while number < first + count and len(waiting) < in_flight:
            waiting[client.call(a=number, b=number * 1_000_003 - 2**40)] = number
            number += 1
        if not cyclone.spin_until(lambda: client.answers.keys() & waiting.keys(), 10.0):
            return right
        for seq in client.answers.keys() & waiting.keys():
            right += client.answers.pop(seq).sum == waiting.pop(seq) * 1_000_004 - 2**40
    return right


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument('--serve', metavar='SERVICE')
    args.add_argument('--service', default='/actor_add')
    args.add_argument('--sequential', type=int, default=20)
    args.add_argument('--concurrent', type=int, default=200)
    args.add_argument('--in-flight', type=int, default=16)
    args.add_argument('--warm-up', type=float, default=30.0, help='seconds to wait for the server')
    args.add_argument('--seconds', type=float, default=60.0)
    args = args.parse_args()
    with Cyclone(args.seconds) as cyclone:
        if args.serve:
            return serve(cyclone, args.serve)
        client = cyclone.client(args.service, AddTwoInts)
        if not cyclone.spin_until(client.ready, args.warm_up):
            emit(error=f'no server of {args.service} within {args.warm_up} s')
            return 1
        right = [calls(cyclone, client, 1, args.sequential, 1),
                 calls(cyclone, client, 1 + args.sequential, args.concurrent, args.in_flight)]
        emit(sequential=right[0], concurrent=right[1])
        return 0 if right == [args.sequential, args.concurrent] else 1


sys.exit(main())
