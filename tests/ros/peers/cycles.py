"""A node that comes and goes: each time a participant of its own, with a service, a client and a publisher that sends --each numbers
"ros N" once somebody listens. Ends with {"cycles"}: how many came, were heard, and went. Exit code 0: all that were asked for."""
import argparse
import sys

import rclpy
from example_interfaces.srv import AddTwoInts
from rclpy.duration import Duration
from rclpy.executors import SingleThreadedExecutor
from std_msgs.msg import String

from life import Life, emit


class Cycles(Life):
    """A program whose nodes live shorter than it does."""

    executor = None

    def spin_once(self, seconds=0.05):
        self.executor.spin_once(timeout_sec=max(0.0, seconds))

    def cycle(self, topic, first, each):
        context = rclpy.Context()
        rclpy.init(context=context)
        node = rclpy.create_node('guest', context=context)
        self.executor = SingleThreadedExecutor(context=context)
        self.executor.add_node(node)
        try:
            node.create_service(AddTwoInts, '/guest_add', lambda _request, response: response)
            node.create_client(AddTwoInts, '/actor_add')
            publisher = node.create_publisher(String, topic, 100)
            if not self.spin_until(lambda: publisher.get_subscription_count() > 0, 30.0):
                return False
            for number in range(first, first + each):
                publisher.publish(String(data=f'ros {number}'))
                self.spin_for(0.1)
            return publisher.wait_for_all_acked(Duration(seconds=10))
        finally:
            self.executor.shutdown()
            node.destroy_node()
            rclpy.shutdown(context=context)


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument('--cycles', type=int, default=10)
    args.add_argument('--topic', default='/seq_from_ros')
    args.add_argument('--first', type=int, default=0)
    args.add_argument('--each', type=int, default=5)
    args.add_argument('--seconds', type=float, default=600.0)
    args = args.parse_args()
    life, done = Cycles(args.seconds), 0
    while life.alive() and done < args.cycles and life.cycle(args.topic, args.first + done * args.each, args.each):
        done += 1
    emit(cycles=done)
    return 0 if done == args.cycles else 1


sys.exit(main())
