"""Logs, or hears the logs of others on /rosout: one line {"name", "level", "msg"} a message of the logger --listen. A listener
ends with exit code 0 as soon as it has heard --expect of them."""
import argparse
import sys

from rcl_interfaces.msg import Log
from rclpy.qos import DurabilityPolicy, QoSProfile

from peer import Peer, emit


def listen(peer, logger, expect):
    heard = []

    def on_log(log):
        if log.name == logger:
            heard.append(log)
            emit(name=log.name, level=log.level, msg=log.msg)

    latched = QoSProfile(depth=1000, durability=DurabilityPolicy.TRANSIENT_LOCAL)
    peer.node.create_subscription(Log, '/rosout', on_log, latched)
    emit(ready='/rosout')
    return 0 if peer.spin_until(lambda: len(heard) >= expect, 1e9) else 1


def say(peer, text):
    """Logs again and again, as a bridge finds a node's /rosout only after a while."""
    emit(ready='/rosout')
    count = 0
    while peer.alive():
        peer.node.get_logger().info(f'{text} {count}')
        peer.node.get_logger().warning(f'{text} {count}')
        count += 1
        peer.spin_for(0.1)
    emit(said=count)
    return 0


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument('--say')
    args.add_argument('--listen', metavar='LOGGER')
    args.add_argument('--expect', type=int, default=4)
    args.add_argument('--seconds', type=float, default=60.0)
    args = args.parse_args()
    with Peer('ros_logger', args.seconds) as peer:
        return say(peer, args.say) if args.say else listen(peer, args.listen, args.expect)


sys.exit(main())
