"""Sends laser scans with known nearest ranges and checks the command that comes back for each one.

The node under test publishes, every 100 ms, the command for its latest scan. Commands have only two values, so a
command alone does not tell for which scan it was. Therefore the cases are ordered such that every scan asks for
the other command than the scan before it: the change proves that this scan was taken, and how.

One JSON line a scan {case, expected, got, after_ms}, then a summary. Exit code 0: every command was right.
"""
import argparse
import math
import struct
import sys
import time

from geometry_msgs.msg import Twist
from sensor_msgs.msg import LaserScan

from peer import Peer, emit

GO = (0.5, 0.0)
TURN = (0.0, 0.5)
NAN, INF = math.nan, math.inf


def f32(value):
    """The 32-bit float nearest to `value`: what travels in LaserScan.ranges."""
    return struct.unpack('<f', struct.pack('<f', value))[0]


def step32(value, by):
    """The 32-bit float `by` places above (or, when negative, below) a positive one."""
    return struct.unpack('<f', struct.pack('<i', struct.unpack('<i', struct.pack('<f', value))[0] + by))[0]


# A range counts when 0.1 < r < 10.0, compared in the 32 bits that a scan carries.
TURN_CASES = [
    ('near', [0.3] * 100),
    ('just above 0.1', [step32(0.1, 1)]),
    ('just under 0.5', [step32(0.5, -1)]),
    ('one near among far', [3.0] * 50 + [0.3] + [3.0] * 49),
    ('near among NaN and infinities', [NAN, INF, -INF, 0.4, NAN, INF]),
    ('near, with closer ones too close to count', [0.05, 0.0, 0.2, -1.0, 3.0]),
    ('near in the first place', [0.49] + [5.0] * 359),
    ('near in the last place', [5.0] * 359 + [0.11]),
]
GO_CASES = [
    ('far', [3.0] * 100),
    ('no ranges', []),
    ('only NaN', [NAN] * 10),
    ('only infinite', [INF] * 10),
    ('only minus infinite', [-INF] * 10),
    ('exactly 0.1', [f32(0.1)]),
    ('exactly 0.1 before far', [f32(0.1), 3.0]),
    ('just under 0.1', [step32(0.1, -1), 3.0]),
    ('exactly 0.5', [0.5]),
    ('just above 0.5', [step32(0.5, 1), 3.0]),
    ('exactly 10.0', [10.0]),
    ('just under 10.0', [step32(10.0, -1)]),
    ('just above 10.0', [step32(10.0, 1)]),
    ('zero and negative', [0.0, -0.3, -INF, NAN]),
    ('NaN before far', [NAN, 4.0, NAN]),
    ('as many beams as a large scanner has', [6.5] * 2160),
]


def alternating(count):
    """`count` cases, a turning one and a going one by turns, each list from its start again when it ends."""
    for i in range(count):
        name, ranges = (TURN_CASES, GO_CASES)[i % 2][(i // 2) % len((TURN_CASES, GO_CASES)[i % 2])]
        yield name, ranges, TURN if i % 2 == 0 else GO


def scan(peer, ranges):
    message = LaserScan(angle_min=-1.57, angle_max=1.57, range_min=0.1, range_max=10.0)
    message.angle_increment = 3.14 / max(1, len(ranges))
    message.header.frame_id = 'laser'
    message.header.stamp = peer.node.get_clock().now().to_msg()
    message.ranges = ranges
    return message


class Commands:
    """The commands as they arrive. A command with a part that must be zero is kept as its six numbers."""

    def __init__(self, peer, topic):
        self.values = []
        peer.node.create_subscription(Twist, topic, self._on_command, 10)

    def _on_command(self, twist):
        a, b = twist.linear, twist.angular
        others = (a.y, a.z, b.x, b.y)
        self.values.append((a.x, b.z) if not any(others) else (a.x, *others, b.z))


def warm_up(peer, publisher, commands, seconds):
    """Sends far scans until their command comes back: DDS discovery is over and the node works."""
    end = time.monotonic() + seconds
    while peer.alive() and time.monotonic() < end:
        publisher.publish(scan(peer, [3.0]))
        if peer.spin_until(lambda: GO in commands.values, 0.2):
            return True
    return False


def check(peer, publisher, commands, case, patience):
    """Sends one scan; true if the command changes from the former one straight to the expected one."""
    name, ranges, expected = case
    former = TURN if expected == GO else GO
    start = time.monotonic()
    commands.values.clear()
    publisher.publish(scan(peer, ranges))
    peer.spin_until(lambda: any(value != former for value in commands.values), patience)
    changed = [value for value in commands.values if value != former]
    got = changed[0] if changed else (commands.values[-1] if commands.values else None)
    emit(case=name, expected=expected, got=got, after_ms=round((time.monotonic() - start) * 1e3))
    return got == expected


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument('--scans', type=int, default=120, help='how many scans are checked')
    args.add_argument('--scan-topic', default='/scan')
    args.add_argument('--command-topic', default='/cmd_vel')
    args.add_argument('--patience', type=float, default=5.0, help='seconds to wait for one command')
    args.add_argument('--warm-up', type=float, default=30.0, help='seconds to wait for the first command')
    args.add_argument('--seconds', type=float, default=120.0, help='the end of it in any case')
    args = args.parse_args()
    with Peer('scan_cases', args.seconds) as peer:
        publisher = peer.node.create_publisher(LaserScan, args.scan_topic, 10)
        commands = Commands(peer, args.command_topic)
        start = time.monotonic()
        if not warm_up(peer, publisher, commands, args.warm_up):
            emit(error=f'no {GO} on {args.command_topic} within {args.warm_up} s of far scans on {args.scan_topic}',
                 commands=len(commands.values))
            return 1
        emit(warm_up_s=round(time.monotonic() - start, 2))
        right = checked = 0
        for case in alternating(args.scans):
            if not peer.alive():
                break
            checked += 1
            if not check(peer, publisher, commands, case, args.patience):
                break  # what follows would be compared with a wrong former command
            right += 1
        emit(scans=checked, right=right, wanted=args.scans)
        return 0 if right == args.scans else 1


sys.exit(main())
