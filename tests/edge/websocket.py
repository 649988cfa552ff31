# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A WebSocket client that sends anything, in any portions, and is strict about what it is sent."""

import base64
import hashlib
import os
import random
import select
import socket
import time
from typing import NamedTuple, Optional

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
NAMES = {TEXT: "text", BINARY: "binary", PING: "ping", PONG: "pong"}
MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
RECEIVED_AT_ONCE = 1 << 20

# The same masks in every run.
masks = random.Random(6455)


class Failure(Exception):
    """What the server did, or did not do, and should have."""


class Event(NamedTuple):
    """What came: a message, a control frame, or the end of the connection."""

    kind: str
    payload: bytes = b""
    code: Optional[int] = None

    def __str__(self):
        if self.kind == "close":
            return f"close {self.code if self.code is not None else 'without a code'}"
        if self.kind in ("end", "reset"):
            return {"end": "the end of the connection", "reset": "a reset of the connection"}[self.kind]
        shown = self.payload if len(self.payload) <= 40 else self.payload[:37] + b"..."
        return f"{self.kind} of {len(self.payload)} bytes {shown!r}"


END = Event("end")


def xor(payload, mask):
    repeated = (mask * (len(payload) // 4 + 1))[: len(payload)]
    return (int.from_bytes(payload, "big") ^ int.from_bytes(repeated, "big")).to_bytes(len(payload), "big")


def header(opcode, length, fin=True, rsv=0):
    """A masked frame up to its mask, in the shortest form that its length has."""
    first = bytes([fin << 7 | rsv << 4 | opcode])
    if length < 126:
        return first + bytes([0x80 | length])
    if length < 1 << 16:
        return first + b"\xfe" + length.to_bytes(2, "big")
    return first + b"\xff" + length.to_bytes(8, "big")


def frame(opcode, payload=b"", fin=True, rsv=0):
    mask = masks.getrandbits(32).to_bytes(4, "big")
    return header(opcode, len(payload), fin, rsv) + mask + xor(payload, mask)


def close_frame(code, reason=b""):
    return frame(CLOSE, code.to_bytes(2, "big") + reason)


def fragments(opcode, *payloads):
    """One message, a frame for each payload."""
    last = len(payloads) - 1
    return [frame(CONTINUATION if i else opcode, p, fin=i == last) for i, p in enumerate(payloads)]


class Connection:
    """An open WebSocket. Everything on it has to be over when the deadline is."""

    def __init__(self, address, seconds):
        self._address, self._seconds = address, seconds
        self._end = time.monotonic() + seconds
        self._buffer = bytearray()
        self._message = None
        self._socket = socket.create_connection(address, timeout=seconds)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self._shake_hands()
        except BaseException:
            self._socket.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._socket.close()

    def _shake_hands(self):
        key = base64.b64encode(os.urandom(16))
        self.send(
            b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + key + b"\r\n\r\n"
        )
        while b"\r\n\r\n" not in self._buffer:
            self._receive("the answer to the handshake")
        head, _, rest = bytes(self._buffer).partition(b"\r\n\r\n")
        self._buffer = bytearray(rest)
        status, *lines = head.split(b"\r\n")
        fields = {name.lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines)}
        accept = base64.b64encode(hashlib.sha1(key + MAGIC).digest())
        if not status.startswith(b"HTTP/1.1 101 ") or fields.get(b"sec-websocket-accept") != accept:
            raise Failure(f"the handshake was answered with {head!r}")
        if b"sec-websocket-extensions" in fields:
            raise Failure("the server speaks of extensions that nobody offered")

    def send(self, octets, portion=None):
        """In one call to the kernel, or in one for each @portion octets. A server that has ended may not hear it."""
        try:
            if portion is None:
                self._await("room for what is sent")
                self._socket.sendall(octets)
                return
            for at in range(0, len(octets), portion):
                self._await("room for what is sent")
                self._socket.sendall(octets[at : at + portion])
        except (BrokenPipeError, ConnectionResetError):
            pass

    def give_more_time(self):
        self._end = time.monotonic() + self._seconds

    def _await(self, what):
        left = self._end - time.monotonic()
        if left <= 0:
            raise Failure(f"{what} did not come in {self._seconds:g} s")
        self._socket.settimeout(left)

    def _receive(self, what):
        """Appends what comes next to the buffer. False at the end of the connection."""
        try:
            self._await(what)
            octets = self._socket.recv(RECEIVED_AT_ONCE)
        except socket.timeout:
            raise Failure(f"{what} did not come in {self._seconds:g} s") from None
        self._buffer += octets
        return bool(octets)

    def _take(self, length, what):
        while len(self._buffer) < length:
            if not self._receive(what):
                if self._buffer:
                    raise Failure("the connection ended inside a frame")
                return None
        taken = bytes(self._buffer[:length])
        del self._buffer[:length]
        return taken

    def _next_frame(self, what):
        """Opcode, FIN and payload; None at the end."""
        start = self._take(2, what)
        if start is None:
            return None
        fin, rsv, opcode = start[0] >> 7, start[0] >> 4 & 7, start[0] & 15
        if start[1] & 0x80:
            raise Failure("the server masks its frames")
        length = start[1]
        if length >= 126:
            size = {126: 2, 127: 8}[length]
            length = int.from_bytes(self._take(size, what) or b"", "big")
            if length < {2: 126, 8: 1 << 16}[size]:
                raise Failure(f"a length of {length} was sent in {size} bytes")
        if rsv:
            raise Failure(f"the server sets reserved bits: {rsv}")
        if opcode & 8 and (length > 125 or not fin):
            raise Failure("the server sends a control frame that is long or in fragments")
        payload = self._take(length, what) if length else b""
        if payload is None:
            raise Failure("the connection ended inside a frame")
        return opcode, fin, payload

    def next_event(self, what="anything"):
        """The next whole message, control frame or end; @what names it, should nothing come."""
        while True:
            try:
                came = self._next_frame(what)
            except ConnectionResetError:
                return Event("reset")
            if came is None:
                return END
            opcode, fin, payload = came
            if opcode == CLOSE:
                return self._close_event(payload)
            if opcode in (PING, PONG):
                return Event(NAMES[opcode], payload)
            whole = self._add_to_message(opcode, fin, payload)
            if whole is not None:
                return whole

    @staticmethod
    def _close_event(payload):
        if len(payload) == 1:
            raise Failure("the server sends a close frame of one byte")
        try:
            payload[2:].decode()
        except UnicodeDecodeError:
            raise Failure(f"the server sends a reason that is no text: {payload[2:]!r}") from None
        return Event("close", payload[2:], int.from_bytes(payload[:2], "big") if payload else None)

    def _add_to_message(self, opcode, fin, payload):
        if opcode not in (CONTINUATION, TEXT, BINARY) or (opcode == CONTINUATION) != (self._message is not None):
            raise Failure(f"the server sends a frame of opcode {opcode} where none may be")
        if opcode != CONTINUATION:
            self._message = (NAMES[opcode], [])
        self._message[1].append(payload)
        if not fin:
            return None
        kind, parts = self._message
        self._message = None
        return Event(kind, b"".join(parts))

    def expect(self, *events):
        """These come next, and in this order."""
        for event in events:
            came = self.next_event(str(event))
            if came != event:
                raise Failure(f"expected {event}, got {came}")

    def expect_close(self, *codes):
        """A close frame with one of the codes comes next, then the end, and nothing between."""
        named = " or ".join(str(Event("close", code=code)) for code in codes)
        came = self.next_event(named)
        if came.kind != "close" or came.code not in codes:
            raise Failure(f"expected {named}, got {came}")
        self.expect(END)

    def expect_nothing_yet(self):
        """Nothing was answered to what is sent already. A second connection shows that all of it was seen: a server
        that answers that one twice has looked at this one between."""
        with Connection(self._address, self._seconds) as other:
            for payload in (b"first", b"second"):
                other.send(frame(PING, payload))
                other.expect(Event("pong", payload))
        if self._buffer or select.select([self._socket], [], [], 0)[0]:
            raise Failure(f"expected nothing yet, got {self.next_event()}")
