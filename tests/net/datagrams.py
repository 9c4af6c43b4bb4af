#!/usr/bin/env python3
"""Sends numbered datagrams at an even pace, or takes them and says how they came.

    datagrams.py take ADDRESS         says "ready", takes until none comes for a second after the first, and says
                                      {"numbers": [..], "least_s": the shortest time under way}
    datagrams.py send ADDRESS COUNT   sends so many

Both must run on one machine, whose clock tells them the time under way.
"""

import json
import socket
import struct
import sys
import time

PORT = 7001
PER_SECOND = 3000

# From asm-generic/socket.h. A pause of this process shall lose nothing.
SO_RCVBUFFORCE = 33


def take(address):
    here = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    here.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 24)
    here.bind((address, PORT))
    print(json.dumps("ready"), flush=True)
    numbers, times = [], []
    while True:
        try:
            number, sent = struct.unpack("!Qd", here.recv(64))
        except TimeoutError:
            break
        times.append(time.monotonic() - sent)
        numbers.append(number)
        here.settimeout(1.0)
    print(json.dumps({"numbers": numbers, "least_s": min(times)}), flush=True)


def send(address, count):
    out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    begin = time.monotonic()
    for number in range(count):
        time.sleep(max(0.0, begin + number / PER_SECOND - time.monotonic()))
        out.sendto(struct.pack("!Qd", number, time.monotonic()), (address, PORT))


if sys.argv[1] == "take":
    take(sys.argv[2])
else:
    send(sys.argv[2], int(sys.argv[3]))
