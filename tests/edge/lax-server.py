#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""An echo server that forgives everything, so that self-check.py can see the driver notice.

Good messages come back. Reserved bits and opcodes, control frames that are long or in fragments, fragments of nothing,
text that is none, codes that are none: all of it is taken as it comes, also behind a close. LAX_STATUS is what it
leaves with.
"""

import base64
import hashlib
import os
import signal
import socketserver
import sys

CONTINUATION, CLOSE, PING = 0, 8, 9
MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def answer(opcode, payload):
    length = len(payload)
    if length < 126:
        head = bytes([length])
    elif length < 1 << 16:
        head = b"\x7e" + length.to_bytes(2, "big")
    else:
        head = b"\x7f" + length.to_bytes(8, "big")
    return bytes([0x80 | opcode]) + head + payload


class Client(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True

    def handle(self):
        try:
            self._shake_hands()
            # After a close what has come already is answered too, and nothing else.
            while not self._is_closed or self.rfile.peek():
                if not self._take_frame():
                    break
                if self._is_closed:
                    self.connection.setblocking(False)
        except (ConnectionError, BlockingIOError):
            pass

    def _shake_hands(self):
        self._is_closed, self._opcode, self._parts = False, None, []
        key = b""
        while (line := self.rfile.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b":")
            if name.lower() == b"sec-websocket-key":
                key = value.strip()
        accept = base64.b64encode(hashlib.sha1(key + MAGIC).digest())
        self.wfile.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
        )

    def _take_frame(self):
        start = self.rfile.read(2)
        if not start or len(start) < 2:
            return False
        length = start[1] & 0x7F
        if length >= 126:
            length = int.from_bytes(self.rfile.read(2 if length == 126 else 8), "big")
        mask = self.rfile.read(4)
        payload = bytes(octet ^ mask[i & 3] for i, octet in enumerate(self.rfile.read(length)))
        self._take(start[0] & 0xF, start[0] & 0x80, payload)
        return True

    def _take(self, opcode, fin, payload):
        if opcode == CLOSE:
            self._is_closed = True
            self.wfile.write(answer(CLOSE, payload))
        elif opcode == PING:
            self.wfile.write(answer(PING + 1, payload))
        elif opcode < 3:
            self._opcode = opcode or self._opcode or 1
            self._parts.append(payload)
            if fin:
                self.wfile.write(answer(self._opcode, b"".join(self._parts)))
                self._opcode, self._parts = None, []


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(int(os.environ.get("LAX_STATUS", "0"))))
    with Server(("127.0.0.1", 0), Client) as server:
        print(f"Serving on http://127.0.0.1:{server.server_address[1]}", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
