"""Services whose requests and responses can be of any length: each string comes back with its end first. Asks --service for every
one of --lengths, or with --serve serves it. Ends with a summary of the checks, or with {"served"}. Exit code 0: all was right."""
import argparse
import itertools
import sys

from rcl_interfaces.msg import ParameterType, ParameterValue
from rcl_interfaces.srv import GetParameters

from peer import Checks, Peer, emit


def text(length):
    """Says at every place where it is, so that parts in a wrong order are seen."""
    characters = itertools.chain.from_iterable(f'{number} ' for number in itertools.count())
    return ''.join(itertools.islice(characters, length))


def turned(name):
    return ParameterValue(type=ParameterType.PARAMETER_STRING, string_value=name[::-1])


def serve(peer, service):
    served = 0

    def turn(request, response):
        nonlocal served
        served += 1
        response.values = [turned(name) for name in request.names]
        return response

    peer.node.create_service(GetParameters, service, turn)
    emit(ready=service)
    while peer.alive():
        peer.spin_once()
    emit(served=served)
    return 0


def ask(peer, service, lengths, patience):
    checks = Checks()
    for length in lengths:
        sent = text(length)
        values = peer.call(GetParameters, service, patience, names=[sent]).values
        checks.check(f'{length} characters', list(values) == [turned(sent)])
    return checks.summary()


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument('--service', default='/actor_echo')
    args.add_argument('--serve', action='store_true')
    args.add_argument('--lengths', type=int, nargs='*', default=[])
    args.add_argument('--patience', type=float, default=30.0, help='seconds to wait for the server, and for one answer')
    args.add_argument('--seconds', type=float, default=90.0)
    args = args.parse_args()
    with Peer('ros_echo', args.seconds) as peer:
        if args.serve:
            return serve(peer, args.service)
        return ask(peer, args.service, args.lengths, args.patience)


sys.exit(main())
