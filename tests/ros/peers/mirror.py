"""Sends what an actor sends back: --images of --bytes, --clouds of as many, and --numbers at --rate. Ends with a summary of the checks, which
compare every byte and every number. Exit code 0: all came back, once and in order."""
import argparse
import random
import sys
import time
from array import array

from rclpy.qos import QoSProfile
from sensor_msgs.msg import Image, PointCloud2, PointField
from std_msgs.msg import String

from peer import Checks, Peer

PATIENCE = 30.0


class Mirror:
    """A topic to the actor and the one on which it answers."""

    def __init__(self, peer, kind, name, depth=10):
        self.peer, self.came = peer, []
        self.publisher = peer.node.create_publisher(kind, f'{name}_in', QoSProfile(depth=depth))
        peer.node.create_subscription(kind, f'{name}_out', self.came.append, QoSProfile(depth=depth))

    def is_there(self):
        """Whether a first message, which may be sent before the ways are open, comes back at some time."""
        def both():
            return self.publisher.get_subscription_count() > 0 and self.peer.node.count_publishers(self.publisher.topic_name[:-3] + '_out') > 0
        return self.peer.spin_until(both, PATIENCE)

    def open(self, message):
        """Sends the same again and again until it comes back, and then waits until no more do."""
        if not self.is_there():
            return False
        for _ in range(20):
            self.publisher.publish(message)
            if self.peer.spin_until(lambda: self.came, 2.0):
                while True:
                    self.came.clear()
                    if not self.peer.spin_until(lambda: self.came, 2.0):
                        return True
        return False


def image(seed, size):
    data = random.Random(seed).randbytes(size)
    return Image(height=1, width=size // 3, encoding='rgb8', step=size, data=array('B', data))


def cloud(seed, size):
    fields = [PointField(name=name, offset=4 * place, datatype=PointField.FLOAT32, count=1) for place, name in enumerate('xyz')]
    data = random.Random(seed).randbytes(size - size % 12)
    return PointCloud2(height=1, width=size // 12, fields=fields, point_step=12, row_step=len(data), data=array('B', data), is_dense=True)


def large(peer, checks, name, make, count, size):
    """One after another, so that nobody has to keep many."""
    mirror = Mirror(peer, type(make(0, 12)), name)
    checks.check(f'{name}: the ways are open', mirror.open(make(0, 12)))
    for seed in range(1, count + 1):
        sent = make(seed, size)
        mirror.came.clear()
        mirror.publisher.publish(sent)
        peer.spin_until(lambda: mirror.came, PATIENCE)
        checks.check(f'{name} {seed} of {size} bytes', mirror.came == [sent])


def numbers(peer, checks, count, rate):
    mirror = Mirror(peer, String, 'number', depth=20_000)
    checks.check('numbers: the ways are open', mirror.open(String(data='0')))
    mirror.came.clear()
    begin, sent = time.monotonic(), 0
    while sent < count and peer.alive():
        while sent < count and time.monotonic() >= begin + sent / rate:
            sent += 1
            mirror.publisher.publish(String(data=str(sent)))
        peer.spin_once(0.0005)
    peer.spin_until(lambda: len(mirror.came) >= sent, PATIENCE)
    # Whatever came twice would come now.
    peer.spin_for(0.5)
    came = [int(message.data) for message in mirror.came]
    missing = sorted(set(range(1, count + 1)) - set(came))
    checks.check(f'{count} numbers', came == list(range(1, count + 1)), came=len(came), missing=missing[:20])


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument('--images', type=int, default=0)
    args.add_argument('--clouds', type=int, default=0)
    args.add_argument('--bytes', type=int, default=8_000_000)
    args.add_argument('--numbers', type=int, default=0)
    args.add_argument('--rate', type=float, default=1000.0)
    args.add_argument('--seconds', type=float, default=100.0)
    args = args.parse_args()
    checks = Checks()
    with Peer('ros_mirror', args.seconds) as peer:
        if args.images:
            large(peer, checks, 'image', image, args.images, args.bytes)
        if args.clouds:
            large(peer, checks, 'cloud', cloud, args.clouds, args.bytes)
        if args.numbers:
            numbers(peer, checks, args.numbers, args.rate)
    return checks.summary()


sys.exit(main())
