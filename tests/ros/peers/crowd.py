"""Lets many services come and go on Zenoh, as actors would announce them, a hundred at a time, and waits until a participant on DDS has
found each, on the same host. Ends with {"came"}: how many there were."""
import argparse
import os
import sys
import time

import zenoh
from cyclonedds.builtin import BuiltinDataReader, BuiltinTopicDcpsPublication

from cyclone import Cyclone
from life import emit

AT_A_TIME = 100

# As a bridge with `discovery: localhost` has it.
os.environ['CYCLONEDDS_URI'] = (
    '<CycloneDDS><Domain><General><Interfaces><NetworkInterface address="127.0.0.1"/></Interfaces>'
    '<AllowMulticast>false</AllowMulticast></General><Discovery><ParticipantIndex>auto</ParticipantIndex>'
    '<Peers><Peer address="localhost"/></Peers></Discovery></Domain></CycloneDDS>'
)


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument('--services', type=int, required=True)
    args.add_argument('--connect', default='tcp/127.0.0.1:7447')
    args.add_argument('--seconds', type=float, default=120.0)
    args = args.parse_args()
    config = zenoh.Config()
    config.insert_json5('connect/endpoints', f'["{args.connect}"]')
    config.insert_json5('scouting/multicast/enabled', 'false')
    with Cyclone(args.seconds) as cyclone, zenoh.open(config) as session:
        found = BuiltinDataReader(cyclone.participant, BuiltinTopicDcpsPublication)
        came = 0
        while came < args.services and cyclone.alive():
            names = [f'crowd_{number}' for number in range(came, came + AT_A_TIME)]
            token = '@/c0ffee/@ros2_lv/SS/{}/example_interfaces§srv§AddTwoInts'
            held = [session.liveliness().declare_token(token.format(name)) for name in names]
            awaited = {f'rr/{name}Reply' for name in names}
            while awaited and cyclone.alive():
                awaited -= {getattr(sample, 'topic_name', None) for sample in found.take(1000)}
                time.sleep(0.002)
            if awaited:
                break
            came += AT_A_TIME
            for one in held:
                one.undeclare()
        emit(came=came)
    return 0 if came >= args.services else 1


sys.exit(main())
