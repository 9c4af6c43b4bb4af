"""Zenoh's own router, as `zenohd` with this configuration is one."""
import argparse
import sys
import time

import zenoh

from life import Life, emit


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument('config')
    args.add_argument('--seconds', type=float, default=300.0)
    args = args.parse_args()
    life = Life(args.seconds)
    with zenoh.open(zenoh.Config.from_file(args.config)):
        emit(ready='router')
        while life.alive():
            time.sleep(0.05)
    return 0


sys.exit(main())
