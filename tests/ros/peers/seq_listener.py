"""Receives std_msgs/String "NAME SEQUENCE". One line a message {"seq", "t"} with t in seconds of CLOCK_MONOTONIC, which
all processes of one machine share. At the end a summary: the sequence numbers in the order of arrival, which of them
came twice, and the longest silence between two messages. Exit code 0 if at least one message came."""
import argparse
import sys
import time

from std_msgs.msg import String

from peer import Peer, emit


class Listener:
    def __init__(self, peer, topic):
        self.arrivals = []  # (sequence number, time)
        self.foreign = 0
        peer.node.create_subscription(String, topic, self._on_message, 100)

    def _on_message(self, message):
        _name, _space, number = message.data.rpartition(' ')
        if not number.isdecimal():
            self.foreign += 1
            return
        self.arrivals.append((int(number), time.monotonic()))
        emit(seq=int(number), t=round(time.monotonic(), 4))

    def summary(self):
        numbers = [number for number, _t in self.arrivals]
        times = [t for _number, t in self.arrivals]
        duplicates = sorted({number for number in numbers if numbers.count(number) > 1}) if len(set(numbers)) < len(numbers) else []
        gaps = [after - before for before, after in zip(times, times[1:])]
        return {'received': numbers, 'duplicates': duplicates, 'foreign': self.foreign,
                'longest_gap_s': round(max(gaps), 3) if gaps else None}


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument('--topic', default='/seq_to_ros')
    args.add_argument('--seconds', type=float, default=30.0)
    args = args.parse_args()
    with Peer('seq_listener', args.seconds) as peer:
        listener = Listener(peer, args.topic)
        emit(ready=args.topic)
        while peer.alive():
            peer.spin_once()
        emit(**listener.summary())
        return 0 if listener.arrivals else 1


sys.exit(main())
