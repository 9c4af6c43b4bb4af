"""Measures, or is what is measured: round trips of images (--ping NAME) to whoever sends back (--pong NAME does), and calls of a service
(--call SERVICE; --serve SERVICE answers). Ends with {"p50_us", "p99_us", "max_us", "per_s", "count", "lost"}."""
import argparse
import sys
import time
from array import array

from example_interfaces.srv import AddTwoInts
from rclpy.qos import QoSProfile
from sensor_msgs.msg import Image

from peer import Peer, emit

PATIENCE = 30.0
DEEP = QoSProfile(depth=1000)


def tell(times, seconds, lost=0):
    times = sorted(times)
    at = lambda share: round(times[min(len(times) - 1, int(len(times) * share))] * 1e6, 1)  # noqa: E731
    emit(p50_us=at(0.5), p99_us=at(0.99), max_us=at(1.0), per_s=round(len(times) / seconds, 1), count=len(times), lost=lost)


def ping(peer, name, size, count):
    """The first tenth is not counted, nor what it takes until the ways are open."""
    came = []
    publisher = peer.node.create_publisher(Image, f'{name}_in', DEEP)
    peer.node.create_subscription(Image, f'{name}_out', came.append, DEEP)
    message = Image(height=1, width=size, encoding='mono8', step=size, data=array('B', bytes(size)))
    for _ in range(30):
        publisher.publish(message)
        if peer.spin_until(lambda: came, 1.0):
            break
    peer.spin_for(1.0)
    times, lost = [], 0
    for number in range(count + count // 10):
        came.clear()
        begin = time.perf_counter()
        publisher.publish(message)
        if not peer.spin_until(lambda: came, 2.0):
            lost += 1
        elif number >= count // 10:
            times.append(time.perf_counter() - begin)
        if lost > 20:
            raise TimeoutError(f'{lost} of {number} messages did not come back')
    tell(times, sum(times), lost)


def pong(peer, name):
    publisher = peer.node.create_publisher(Image, f'{name}_out', DEEP)
    peer.node.create_subscription(Image, f'{name}_in', publisher.publish, DEEP)


def call(peer, service, count, in_flight):
    client = peer.node.create_client(AddTwoInts, service, qos_profile=DEEP)
    if not peer.spin_until(client.service_is_ready, PATIENCE):
        raise TimeoutError(f'no server of {service}')
    for _ in range(20):
        peer.outcome(client.call_async(AddTwoInts.Request(a=1, b=2)), PATIENCE)
    times, waiting, left, begin = [], [], count, time.perf_counter()
    while left or waiting:
        while left and len(waiting) < in_flight:
            left -= 1
            waiting.append((client.call_async(AddTwoInts.Request(a=left, b=1)), left, time.perf_counter()))
        if not peer.spin_until(lambda: any(future.done() for future, _a, _t in waiting), PATIENCE):
            raise TimeoutError('a call did not end')
        now, still = time.perf_counter(), []
        for future, a, started in waiting:
            if not future.done():
                still.append((future, a, started))
            elif future.result().sum != a + 1:
                raise ValueError(f'{future.result().sum} is not {a + 1}')
            else:
                times.append(now - started)
        waiting = still
    tell(times, time.perf_counter() - begin)


def serve(peer, service):
    def add(request, response):
        response.sum = request.a + request.b
        return response
    peer.node.create_service(AddTwoInts, service, add, qos_profile=DEEP)


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument('--ping')
    args.add_argument('--pong')
    args.add_argument('--call')
    args.add_argument('--serve')
    args.add_argument('--bytes', type=int, default=64)
    args.add_argument('--count', type=int, default=500)
    args.add_argument('--in-flight', type=int, default=1)
    args.add_argument('--seconds', type=float, default=60.0)
    args = args.parse_args()
    with Peer('pace', args.seconds) as peer:
        if args.ping:
            ping(peer, args.ping, args.bytes, args.count)
        elif args.call:
            call(peer, args.call, args.count, args.in_flight)
        else:
            if args.pong:
                pong(peer, args.pong)
            if args.serve:
                serve(peer, args.serve)
            emit(ready='pace')
            while peer.alive():
                peer.spin_once()
    return 0


sys.exit(main())
