"""Says what ROS sees of the graph, once it sees the node --wait: {"nodes"}, and for each of --of its services, topics and
endpoints of actions. Exit code 0: the node was seen."""
import argparse
import sys

from rclpy.action import get_action_client_names_and_types_by_node, get_action_server_names_and_types_by_node

from peer import Peer, emit


def full(name, namespace):
    return f'{namespace.rstrip("/")}/{name}'


def of_node(peer, path):
    namespace, _slash, name = path.rpartition('/')
    place, node = (name, namespace or '/'), peer.node
    return {
        'services': dict(node.get_service_names_and_types_by_node(*place)),
        'clients': dict(node.get_client_names_and_types_by_node(*place)),
        'publishers': dict(node.get_publisher_names_and_types_by_node(*place)),
        'subscriptions': dict(node.get_subscriber_names_and_types_by_node(*place)),
        'action_servers': dict(get_action_server_names_and_types_by_node(node, *place)),
        'action_clients': dict(get_action_client_names_and_types_by_node(node, *place)),
    }


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument('--wait', metavar='NODE', help='the full name of a node that must appear')
    args.add_argument('--gone', metavar='NODE', help='the full name of a node that must disappear')
    args.add_argument('--of', nargs='*', default=[], metavar='NODE')
    args.add_argument('--settle', type=float, default=2.0, help='seconds that endpoints may come after their node')
    args.add_argument('--patience', type=float, default=20.0)
    args.add_argument('--seconds', type=float, default=60.0)
    args = args.parse_args()
    with Peer('ros_graph', args.seconds) as peer:
        def nodes():
            return sorted(full(name, namespace) for name, namespace in peer.node.get_node_names_and_namespaces())

        is_so = peer.spin_until(lambda: not args.wait or args.wait in nodes(), args.patience)
        is_so = is_so and peer.spin_until(lambda: not args.gone or args.gone not in nodes(), args.patience)
        peer.spin_for(args.settle)
        for path in args.of:
            if path in nodes():
                emit(node=path, **of_node(peer, path))
        emit(nodes=nodes())
        return 0 if is_so else 1


sys.exit(main())
