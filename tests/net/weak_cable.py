#!/usr/bin/env python3
"""A weak cable between two network namespaces: it carries Ethernet frames late, and loses some.

    weak_cable.py NAMESPACE NAMESPACE SEED

It makes the interface `cable` in each, and carries what one sends to the other until standard input ends. Each way has its own queue, so
frames keep their order. Commands are lines of JSON on standard input; each is obeyed before it is answered on standard output:

    {"number": 1, "loss": 0.05, "delay_s": 0.05}   loses this share of the frames, and carries each so late (each way)
    {"number": 2, "loss": 1.0, "delay_s": 0.0}     the cable is cut: what is under way is lost too; the interfaces stay up
    {"number": 3}                                  only counts

    {"number": 1, "passed": 17, "lost": 1}         frames so far, both ways together

Unlike `tc netem` it needs no module of the kernel, only /dev/net/tun.
"""

import collections
import ctypes
import fcntl
import json
import os
import random
import select
import struct
import sys
import time

# From linux/if_tun.h and linux/sched.h.
TUNSETIFF = 0x400454CA
IFF_TAP, IFF_NO_PI = 0x0002, 0x1000
CLONE_NEWNET = 0x40000000

# An Ethernet frame of 1500 bytes with its head, and a VLAN's.
LONGEST = 1518
# Frames that are taken from one end before the other has its turn.
TURN = 64


def enter(path):
    """Goes into the network namespace of this file. An open TAP stays where it was opened."""
    libc = ctypes.CDLL(None, use_errno=True)
    file = os.open(path, os.O_RDONLY)
    if libc.setns(file, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), f"{path} cannot be entered, which needs root")
    os.close(file)


def tap(namespace):
    """One end of the cable."""
    enter(f"/var/run/netns/{namespace}")
    end = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(end, TUNSETIFF, struct.pack("16sH", b"cable", IFF_TAP | IFF_NO_PI))
    return end


class Way:
    """One direction."""

    def __init__(self, source, target, seed):
        self.source, self.target = source, target
        self.dice = random.Random(seed)
        self.under_way = collections.deque()
        self.loss, self.delay = 0.0, 0.0
        self.passed = self.lost = 0

    def set(self, loss, delay):
        self.loss, self.delay = loss, delay
        if loss >= 1.0:
            self.lost += len(self.under_way)
            self.under_way.clear()

    def take(self):
        for _ in range(TURN):
            try:
                frame = os.read(self.source, LONGEST)
            except BlockingIOError:
                return
            if self.dice.random() < self.loss:
                self.lost += 1
                continue
            due = time.monotonic() + self.delay
            # Not before those that set out while the cable was slower.
            due = max(due, self.under_way[-1][0]) if self.under_way else due
            self.under_way.append((due, frame))

    def deliver(self):
        while self.under_way and self.under_way[0][0] <= time.monotonic():
            frame = self.under_way.popleft()[1]
            try:
                os.write(self.target, frame)
                self.passed += 1
            except OSError:
                # The interface there is down.
                self.lost += 1


def obey(ways, line):
    command = json.loads(line)
    if "loss" in command:
        for way in ways:
            way.set(command["loss"], command["delay_s"])
    passed, lost = sum(way.passed for way in ways), sum(way.lost for way in ways)
    print(json.dumps({"number": command["number"], "passed": passed, "lost": lost}), flush=True)


def commands(waiting):
    """The lines that have come, and whether more can."""
    came = os.read(0, 65536)
    *lines, waiting[0] = (waiting[0] + came).split(b"\n")
    return lines, bool(came)


def carry(ways):
    waiting = [b""]
    while True:
        dues = [way.under_way[0][0] for way in ways if way.under_way]
        patience = max(0.0, min(dues) - time.monotonic()) if dues else None
        ready, _, _ = select.select([0, *(way.source for way in ways)], [], [], patience)
        for way in ways:
            if way.source in ready:
                way.take()
            way.deliver()
        if 0 in ready:
            lines, more = commands(waiting)
            for line in lines:
                obey(ways, line)
            if not more:
                return


def main():
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    first, second, seed = sys.argv[1:]
    ends = [tap(first), tap(second)]
    # Whoever removes a namespace ends all that runs in it.
    enter(f"/proc/self/fd/{home}")
    carry([Way(ends[0], ends[1], f"{seed} there"), Way(ends[1], ends[0], f"{seed} back")])


main()
