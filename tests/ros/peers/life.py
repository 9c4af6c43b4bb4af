"""What every peer of the tests shares: JSON lines on standard output, and a bounded life.

A peer ends by itself when its time is over, and early but cleanly on SIGTERM or SIGINT, so that a test which
fails half-way never leaves a node behind.
"""
import json
import signal
import time


class Life:
    """A program with a deadline."""

    def __init__(self, seconds):
        self.deadline = time.monotonic() + seconds
        self.stopped = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)

    def _on_signal(self, _number, _frame):
        self.stopped = True

    def alive(self):
        """True until the deadline or a signal."""
        return not self.stopped and time.monotonic() < self.deadline

    def spin_once(self, seconds=0.05):
        """Handles what waits, waiting for it no longer than `seconds`."""
        raise NotImplementedError

    def spin_for(self, seconds):
        """Handles what comes within this time."""
        self.spin_until(lambda: False, seconds)

    def spin_until(self, condition, seconds):
        """Handles what comes until `condition()` holds; returns whether it did within `seconds`."""
        end = min(self.deadline, time.monotonic() + seconds)
        while not condition():
            if self.stopped or time.monotonic() >= end:
                return False
            self.spin_once(min(0.05, end - time.monotonic()))
        return True


class Checks:
    """Cases that hold or not, one line each."""

    def __init__(self):
        self.cases = 0
        self.failed = []

    def check(self, case, holds, **seen):
        self.cases += 1
        if not holds:
            self.failed.append(case)
        emit(case=case, ok=bool(holds), **seen)

    def summary(self):
        """Prints the summary and returns the exit code."""
        emit(cases=self.cases, failed=self.failed)
        return 1 if self.failed else 0


def emit(**fields):
    """Prints one JSON object as one line at once. NaN is not JSON, so callers pass finite numbers and text."""
    print(json.dumps(fields, allow_nan=False), flush=True)
