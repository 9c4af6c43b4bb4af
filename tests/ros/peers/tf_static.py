"""Publishes transforms once on /tf_static, each with a publisher of its own, or listens for them: {"frames"} by the frame that each
places, with where it is. A listener ends with exit code 0 as soon as it has heard of --expect frames."""
import argparse
import sys

import rclpy
from geometry_msgs.msg import TransformStamped
from rclpy.qos import DurabilityPolicy, QoSProfile
from tf2_msgs.msg import TFMessage

from peer import Peer, emit


def transform(frame, place):
    stamped = TransformStamped(child_frame_id=frame)
    stamped.header.frame_id = 'base_link'
    stamped.transform.translation.x = place
    return stamped


def publish(peer, frames):
    latched = QoSProfile(depth=1, durability=DurabilityPolicy.TRANSIENT_LOCAL)
    nodes = [rclpy.create_node(f'static_{frame}') for frame in frames]
    for place, (node, frame) in enumerate(zip(nodes, frames)):
        node.create_publisher(TFMessage, '/tf_static', latched).publish(TFMessage(transforms=[transform(frame, float(place))]))
    emit(ready='/tf_static')
    while peer.alive():
        peer.spin_once()
    for node in nodes:
        node.destroy_node()
    return 0


def listen(peer, expect):
    frames = {}

    def on_transforms(message):
        for stamped in message.transforms:
            frames[stamped.child_frame_id] = stamped.transform.translation.x

    latched = QoSProfile(depth=100, durability=DurabilityPolicy.TRANSIENT_LOCAL)
    peer.node.create_subscription(TFMessage, '/tf_static', on_transforms, latched)
    emit(ready='/tf_static')
    heard = peer.spin_until(lambda: len(frames) >= expect, 1e9)
    emit(frames=frames)
    return 0 if heard else 1


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument('--publish', nargs='+', metavar='FRAME')
    args.add_argument('--expect', type=int, default=2)
    args.add_argument('--seconds', type=float, default=60.0)
    args = args.parse_args()
    with Peer('ros_tf', args.seconds) as peer:
        return publish(peer, args.publish) if args.publish else listen(peer, args.expect)


sys.exit(main())
