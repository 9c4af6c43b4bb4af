"""Publishes std_msgs/String "NAME SEQUENCE" with sequence numbers from 0, so that the receiver can count losses and
duplicates. Ends with {"sent": N}: the numbers 0 to N-1 went out."""
import argparse
import sys
import time

from std_msgs.msg import String

from peer import Peer, emit


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument('--topic', default='/seq_from_ros')
    args.add_argument('--name', default='ros')
    args.add_argument('--rate', type=float, default=50.0, help='messages a second')
    args.add_argument('--seconds', type=float, default=30.0)
    args = args.parse_args()
    with Peer('seq_talker', args.seconds) as peer:
        publisher = peer.node.create_publisher(String, args.topic, 10)
        emit(ready=args.topic)
        sent, start = 0, time.monotonic()
        while peer.alive():
            publisher.publish(String(data=f'{args.name} {sent}'))
            sent += 1
            # The beat is counted from the start, so that a late message does not delay all later ones.
            while peer.alive() and (left := start + sent / args.rate - time.monotonic()) > 0:
                peer.spin_once(left)
        emit(sent=sent)
    return 0


sys.exit(main())
