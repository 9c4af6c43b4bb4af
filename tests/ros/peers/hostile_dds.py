"""Puts on DDS what no ROS node would: requests and replies that are too short or of another type, and endpoints whose names are no
names. One line {"ready"} when all of it is out."""
import argparse
import sys
from dataclasses import dataclass

from cyclonedds.idl import IdlStruct
from cyclonedds.idl.types import uint8

from cyclone import Cyclone
from life import emit

NAMES = [
    'rq/Request', 'rq//Request', 'rq/../etcRequest', 'rq/a//bRequest', 'rq/*Request', 'rq/**Request', 'rq/a$*Request', 'rq/a#b?cRequest',
    'rq/@/x/@ros2_lvRequest', 'rq/\u00a7\u00a7Request', 'rq/1startRequest', 'rq/' + 'x' * 240 + 'Request', 'rq/no_suffix', 'rr/Reply', 'rr//Reply',
    'rq/a/_action/send_goalRequest', 'rq/_action/send_goalRequest', 'rt/_action/status', 'rt//_action/feedback', 'rt//', 'rt/*',
]


@dataclass
class Short(IdlStruct, typename='example_interfaces::srv::dds_::AddTwoInts_Request_'):
    x: uint8


@dataclass
class ShortReply(IdlStruct, typename='example_interfaces::srv::dds_::AddTwoInts_Response_'):
    x: uint8


@dataclass
class ShortGoal(IdlStruct, typename='example_interfaces::action::dds_::Fibonacci_SendGoal_Request_'):
    x: uint8


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument('--seconds', type=float, default=60.0)
    args = args.parse_args()
    with Cyclone(args.seconds) as cyclone:
        # Short clients of what actors serve, and short replies to what they ask. No reader of requests beside the latter: that would be
        # a second server, which ROS and the gateway take as well as the first.
        held = [cyclone.reader('rr/actor_addReply', ShortReply),
                cyclone.reader('rr/actor_fib/_action/send_goalReply', ShortReply)]
        writers = [(cyclone.writer('rq/actor_addRequest', Short), Short(7)),
                   (cyclone.writer('rr/ros_addReply', ShortReply), ShortReply(7)),
                   (cyclone.writer('rq/actor_fib/_action/send_goalRequest', ShortGoal), ShortGoal(7))]
        refused = 0
        for name in NAMES:
            try:
                held.append(cyclone.writer(name, Short))
                held.append(cyclone.reader(name, Short))
            except Exception:  # Cyclone DDS itself does not want some of them.
                refused += 1
        for _ in range(20):
            for writer, sample in writers:
                writer.write(sample)
            cyclone.spin_for(0.1)
        emit(ready='hostile', names=len(NAMES), refused=refused)
        while cyclone.alive():
            cyclone.spin_once()
    return 0


sys.exit(main())
