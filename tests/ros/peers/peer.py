"""What every ROS peer of the tests shares: one node, JSON lines on standard output, a bounded life.

A peer ends by itself when its time is over, and early but cleanly on SIGTERM or SIGINT, so that a test which
fails half-way never leaves a ROS node behind.
"""
import json
import signal
import time

import rclpy
from rclpy.signals import SignalHandlerOptions


class Peer:
    """A ROS node with a deadline.

    rclpy's own signal handlers are off: they shut the context down under a running callback, and the peer could
    not print its last line.
    """

    def __init__(self, name, seconds):
        rclpy.init(signal_handler_options=SignalHandlerOptions.NO)
        self.node = rclpy.create_node(name)
        self.deadline = time.monotonic() + seconds
        self.stopped = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)

    def _on_signal(self, _number, _frame):
        self.stopped = True

    def __enter__(self):
        return self

    def __exit__(self, *_exc):
        self.node.destroy_node()
        rclpy.try_shutdown()

    def alive(self):
        """True until the deadline or a signal."""
        return not self.stopped and time.monotonic() < self.deadline

    def spin_once(self, seconds=0.05):
        """Handles at most one waiting callback, waiting for it no longer than `seconds`."""
        rclpy.spin_once(self.node, timeout_sec=max(0.0, seconds))

    def spin_until(self, condition, seconds):
        """Handles callbacks until `condition()` holds; returns whether it did within `seconds`."""
        end = min(self.deadline, time.monotonic() + seconds)
        while not condition():
            if self.stopped or time.monotonic() >= end:
                return False
            self.spin_once(min(0.05, end - time.monotonic()))
        return True


def emit(**fields):
    """Prints one JSON object as one line at once. NaN is not JSON, so callers pass finite numbers and text."""
    print(json.dumps(fields, allow_nan=False), flush=True)
