"""A node /stranger with ends that fit those of actors, and others that do not: /seq_from_ros is best effort, /odd has another type,
/secret is not for actors, and nobody is at the other end of /lonely and /ros_add."""
import argparse
import sys

from example_interfaces.action import Fibonacci
from example_interfaces.srv import AddTwoInts
from rclpy.action import ActionClient
from rclpy.qos import QoSProfile, ReliabilityPolicy
from std_msgs.msg import Int64, String

from peer import Peer, emit


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument('--seconds', type=float, default=120.0)
    args = args.parse_args()
    with Peer('stranger', args.seconds) as peer:
        node = peer.node
        node.create_subscription(String, '/seq_to_ros', lambda _message: None, 10)
        node.create_publisher(String, '/seq_from_ros', QoSProfile(depth=10, reliability=ReliabilityPolicy.BEST_EFFORT))
        node.create_subscription(Int64, '/odd', lambda _message: None, 10)
        node.create_publisher(String, '/secret', 10)
        node.create_publisher(String, '/lonely', 10)
        node.create_client(AddTwoInts, '/actor_add')
        node.create_service(AddTwoInts, '/ros_add', lambda _request, response: response)
        goals = ActionClient(node, Fibonacci, '/actor_fib')
        emit(ready='/stranger')
        while peer.alive():
            peer.spin_once()
        goals.destroy()
        emit(ended=True)
    return 0


sys.exit(main())
