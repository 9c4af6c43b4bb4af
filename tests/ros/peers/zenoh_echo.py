"""A plain Zenoh program behind a bridge: what comes on image_in goes out on image_out as it is."""
import argparse
import sys
import time

import zenoh

from life import Life, emit


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument('--connect', default='tcp/127.0.0.1:7447')
    args.add_argument('--seconds', type=float, default=600.0)
    args = args.parse_args()
    life = Life(args.seconds)
    config = zenoh.Config()
    config.insert_json5('connect/endpoints', f'["{args.connect}"]')
    config.insert_json5('scouting/multicast/enabled', 'false')
    with zenoh.open(config) as session:
        out = session.declare_publisher('image_out')
        session.declare_subscriber('image_in', lambda sample: out.put(sample.payload))
        emit(ready='zenoh_echo')
        while life.alive():
            time.sleep(0.05)
    return 0


sys.exit(main())
