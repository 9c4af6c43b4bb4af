"""Says how often ROS sees a node and a service, whenever that changes: {"nodes", "services"}."""
import argparse
import sys

from peer import Peer, emit


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument('--of', required=True, metavar='NODE', help='the full name of the node')
    args.add_argument('--service', required=True)
    args.add_argument('--seconds', type=float, default=300.0)
    args = args.parse_args()
    with Peer('ros_presence', args.seconds) as peer:
        last = None
        while peer.alive():
            nodes = [f'{namespace.rstrip("/")}/{name}' for name, namespace in peer.node.get_node_names_and_namespaces()]
            now = (nodes.count(args.of), peer.node.count_services(args.service))
            if now != last:
                emit(nodes=now[0], services=now[1])
                last = now
            peer.spin_once()
    return 0


sys.exit(main())
