"""Puts on Zenoh what neither a bridge nor an actor would: requests and samples that cannot be decoded, and liveliness tokens that say
nothing sensible. One line {"ready"} when all of it is out."""
import argparse
import sys
import time

import zenoh

from life import Life, emit

TOKENS = [
    '@/{id}/@ros2_lv/M', '@/{id}/@ros2_lv/XX/a/b', '@/{id}/@ros2_lv/MP', '@/{id}/@ros2_lv/MP/a', '@/{id}/@ros2_lv/MP/a/std_msgs§msg§String',
    '@/{id}/@ros2_lv/MP/a/std_msgs§msg§String/:9:0:0,10', '@/{id}/@ros2_lv/MP/a/std_msgs§msg§String/:0:9:0,10',
    '@/{id}/@ros2_lv/MP/a/std_msgs§msg§String/:0:0:9,10', '@/{id}/@ros2_lv/MP/a/std_msgs§msg§String/:0:0:0,99999999999999999999',
    '@/{id}/@ros2_lv/MP/a/std_msgs§msg§String/:::', '@/{id}/@ros2_lv/MS/§a/std_msgs§msg§String/:1:0:0,10',
    '@/{id}/@ros2_lv/MS/a§/std_msgs§msg§String/:1:0:0,10', '@/{id}/@ros2_lv/MP/a§§b/std_msgs§msg§String/:1:0:0,10',
    '@/{id}/@ros2_lv/MP/a/nonsense/:1:1:0,0', '@/{id}/@ros2_lv/SS/a', '@/{id}/@ros2_lv/SS/§/example_interfaces§srv§AddTwoInts',
    '@/{id}/@ros2_lv/SS/a§§b/example_interfaces§srv§AddTwoInts', '@/{id}/@ros2_lv/SS/a/no_type', '@/{id}/@ros2_lv/AS/a/§§',
    '@/{id}/@ros2_lv/\u00e9/a/b', '@/{id}/@ros2_lv/MP/a\u00a7b/std_msgs\u00a7msg\u00a7String/:1:0:0,-5', '@/{id}/@ros2_lv/MP/1a/1/:1:0:0,10',
    '@/{id}/@ros2_lv/AS/_action/example_interfaces§action§Fibonacci', '@/{id}/@ros2_lv/SC/a/b/c/d/e',
]
PAYLOADS = [b'', b'\0', b'\0\1\0', b'\0\1\0\0', b'\0\1\0\0\1', b'\0\0\0\0' + b'\xff' * 16, b'\xff' * 64, b'\0\1\0\0' + b'\xff' * 4, b'\0' * 65536]
TOPICS = ['seq_from_ros', 'ros_fib/_action/feedback', 'ros_fib/_action/status']
SERVICES = ['actor_add', 'ros_add', 'actor_fib/_action/send_goal', 'actor_fib/_action/cancel_goal', 'actor_fib/_action/get_result', 'adder/get_parameters']


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument('--connect', default='tcp/127.0.0.1:7447')
    args.add_argument('--seconds', type=float, default=60.0)
    args = args.parse_args()
    life = Life(args.seconds)
    config = zenoh.Config()
    config.insert_json5('connect/endpoints', f'["{args.connect}"]')
    config.insert_json5('scouting/multicast/enabled', 'false')
    with zenoh.open(config) as session:
        held = [session.liveliness().declare_token(token.format(id='abcdef')) for token in TOKENS]
        for payload in PAYLOADS:
            for topic in TOPICS:
                session.put(topic, payload)
            for service in SERVICES:
                for _reply in session.get(service, payload=payload, attachment=payload, timeout=2.0):
                    pass
        emit(ready='hostile', tokens=len(held))
        while life.alive():
            time.sleep(0.05)
    return 0


sys.exit(main())
