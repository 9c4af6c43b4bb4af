"""Somebody on the way: passes bytes on between a port and another one, and says once of each word whether it could read it."""
import argparse
import socket
import sys
import threading

from life import Life, emit

LOCK = threading.Lock()


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument('--listen', type=int, required=True)
    args.add_argument('--connect', type=int, required=True)
    args.add_argument('--seconds', type=float, default=300.0)
    args.add_argument('words', nargs='+')
    args = args.parse_args()
    life = Life(args.seconds)
    unseen = {word.encode() for word in args.words} | {b''}

    def look(data):
        with LOCK:
            for word in [word for word in unseen if word in data]:
                unseen.discard(word)
                emit(saw=word.decode())

    def passes(source, sink):
        kept = b''
        try:
            while data := source.recv(65536):
                # A word may come in two pieces.
                look(kept + data)
                kept = data[-100:]
                sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    server = socket.create_server(('127.0.0.1', args.listen))
    server.settimeout(0.1)
    emit(ready='relay')
    while life.alive():
        try:
            client, _ = server.accept()
        except TimeoutError:
            continue
        try:
            other = socket.create_connection(('127.0.0.1', args.connect))
        except OSError:
            client.close()
            continue
        for ends in ((client, other), (other, client)):
            threading.Thread(target=passes, args=ends, daemon=True).start()
    return 0


sys.exit(main())
