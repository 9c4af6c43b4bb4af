"""What every ROS peer of the tests shares: one node in an executor of its own, and the life of every peer (`life.py`)."""
import rclpy
from rclpy.executors import MultiThreadedExecutor, SingleThreadedExecutor
from rclpy.signals import SignalHandlerOptions

from life import Checks, Life, emit

__all__ = ['Checks', 'Peer', 'emit']


class Peer(Life):
    """A ROS node with a deadline.

    rclpy's own signal handlers are off: they shut the context down under a running callback, and the peer could
    not print its last line.
    """

    def __init__(self, name, seconds, threads=1, make=rclpy.create_node):
        rclpy.init(signal_handler_options=SignalHandlerOptions.NO)
        self.node = make(name)
        self.executor = SingleThreadedExecutor() if threads == 1 else MultiThreadedExecutor(threads)
        self.executor.add_node(self.node)
        super().__init__(seconds)

    def __enter__(self):
        return self

    def __exit__(self, *_exc):
        self.executor.shutdown(timeout_sec=1.0)
        self.node.destroy_node()
        rclpy.try_shutdown()

    def spin_once(self, seconds=0.05):
        """Handles at most one waiting callback, waiting for it no longer than `seconds`."""
        self.executor.spin_once(timeout_sec=max(0.0, seconds))

    def outcome(self, future, seconds):
        """What a future yields; raises TimeoutError if it has not come within `seconds`."""
        if not self.spin_until(future.done, seconds):
            raise TimeoutError(f'no answer within {seconds} s')
        return future.result()

    def call(self, kind, service, patience=10.0, **request):
        """One call of a service, found by its name."""
        client = self.node.create_client(kind, service)
        try:
            if not self.spin_until(client.service_is_ready, patience):
                raise TimeoutError(f'no server of {service} within {patience} s')
            return self.outcome(client.call_async(kind.Request(**request)), patience)
        finally:
            self.node.destroy_client(client)
