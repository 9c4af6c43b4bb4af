"""A plain Zenoh program that joins the network of a deployment and tries what it should not be able to: it hears a topic, publishes on
it, calls a service and serves one. One line {"connected"}, and if it is, at the end a line with what came of each attempt."""
import argparse
import json
import os
import struct
import sys
import time

import zenoh

from life import Life, emit


def text(data):
    """The bytes of a std_msgs/String: CDR, little-endian."""
    encoded = data.encode() + b'\0'
    return b'\0\1\0\0' + struct.pack('<I', len(encoded)) + encoded


def config_of(args):
    config = zenoh.Config()
    settings = {
        'mode': 'client', 'connect/endpoints': [args.connect], 'connect/timeout_ms': 5000, 'connect/exit_on_failure': True,
        'scouting/multicast/enabled': False,
    }
    if args.ca:
        settings['transport/link/tls/root_ca_certificate'] = args.ca
    if args.keys:
        own = os.path.join(args.keys, args.name)
        settings |= {
            'transport/link/tls/enable_mtls': True,
            'transport/link/tls/connect_certificate': own + '.pem',
            'transport/link/tls/connect_private_key': own + '.key',
        }
    if args.password:
        settings |= {'transport/auth/usrpwd/user': args.name, 'transport/auth/usrpwd/password': args.password}
    for key, value in settings.items():
        config.insert_json5(key, json.dumps(value))
    return config


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument('--connect', required=True)
    args.add_argument('--ca', help='the authority that the other end has to be signed by')
    args.add_argument('--keys', help='a folder with NAME.pem and NAME.key')
    args.add_argument('--name', default='stranger')
    args.add_argument('--password')
    args.add_argument('--number', default='900000')
    args.add_argument('--claim', metavar='DEPLOYMENT/HOST', help='a host that it says to be')
    args.add_argument('--listen', type=float, default=2.0, help='how long it hears and serves, in seconds')
    args = args.parse_args()
    life = Life(120.0)
    try:
        session = zenoh.open(config_of(args))
    except zenoh.ZError as error:
        emit(connected=False, error=str(error))
        return 0
    with session:
        emit(connected=True)
        heard, asked = [], []

        def hear(sample):
            # Its own samples reach it, too.
            if b'native' in sample.payload.to_bytes():
                heard.append(str(sample.key_expr))

        held = [
            session.declare_subscriber('commands', hear),
            session.declare_queryable('guest_serves', lambda query: asked.append(str(query.key_expr))),
            session.liveliness().declare_token('@/%s/@ros2_lv/MP/commands/std_msgs§msg§String/:1:0:0,10' % session.info.zid()),
        ]
        if args.claim:
            of_host = '%s/%032x' % (args.claim, 0)
            held += [
                session.declare_queryable(f'@rosactor/@card/{of_host}', lambda query: None),
                session.liveliness().declare_token(f'@rosactor/@host/{of_host}'),
            ]
        publisher = session.declare_publisher('commands')
        answers = []
        request = b'\0\1\0\0' + struct.pack('<qq', 20, 22)
        while life.alive() and args.listen > 0:
            publisher.put(text(f'guest {args.number}'))
            for reply in session.get('ros_add', payload=request, timeout=0.5):
                if reply.ok is not None:
                    answers.append(struct.unpack('<q', reply.ok.payload.to_bytes()[4:12])[0])
            args.listen -= 0.25
            time.sleep(0.25)
        emit(heard=len(heard), answers=answers[:3], asked=asked[:3], held=len(held))
    return 0


sys.exit(main())
