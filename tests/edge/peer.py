# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Clients that obey nobody: bytes over TCP, frames as they are told, and signed REST where an honest one is needed."""

import contextlib
import hashlib
import hmac
import json
import re
import select
import socket
import struct
import time

DEADLINE_SECONDS = 20
CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
FIN, RSV1 = 0x80, 0x40
PUSHER_PING = '{"event":"pusher:ping"}'
GET_UP = b"GET /up HTTP/1.1\r\nHost: localhost\r\n\r\n"


def handshake(app, extra=""):
    return (
        f"GET /app/{app['key']}?protocol=7&client=edge&version=1 HTTP/1.1\r\nHost: localhost\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        f"Sec-WebSocket-Version: 13\r\n{extra}\r\n"
    ).encode()


def header(first, length, masked=True):
    """The header of a frame that claims LENGTH bytes; its mask is zeros, so that the payload is as it reads."""
    mask = 0x80 if masked else 0
    if length < 126:
        head = struct.pack("!BB", first, mask | length)
    elif length < 65536:
        head = struct.pack("!BBH", first, mask | 126, length)
    else:
        head = struct.pack("!BBQ", first, mask | 127, length)
    return head + (b"\0\0\0\0" if masked else b"")


def frame(payload, first=FIN | TEXT, masked=True):
    payload = payload.encode() if isinstance(payload, str) else payload
    return header(first, len(payload), masked) + payload


def message(event, channel=None, data=None):
    parts = {"event": event, "channel": channel, "data": data}
    return json.dumps({name: value for name, value in parts.items() if value is not None})


class Peer:
    """One TCP connection. Its receive buffer is small when it is meant not to read."""

    def __init__(self, server, receive_buffer=0):
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.settimeout(DEADLINE_SECONDS)
        try:
            self.socket.connect((server.host, server.port))
        except OSError:
            self.socket.close()
            raise
        self.got = b""

    def send(self, data):
        """Whether all of DATA was taken: a server may end the connection before."""
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            return False
        return True

    def read(self):
        """More bytes, which are appended to self.got; False at the end, be it a reset."""
        try:
            data = self.socket.recv(65536)
        except ConnectionResetError:
            return False
        self.got += data
        return bool(data)

    def read_to_end(self):
        while self.read():
            pass
        return self.got

    def is_open(self):
        """Whether the server has neither ended nor said anything; does not wait."""
        self.socket.setblocking(False)
        try:
            return bool(self.read())
        except BlockingIOError:
            return True
        finally:
            self.socket.settimeout(DEADLINE_SECONDS)

    def answer(self):
        """The next answer of HTTP: status and body."""
        while b"\r\n\r\n" not in self.got:
            if not self.read():
                raise AssertionError(f"the connection ended with {self.got!r}")
        head, self.got = self.got.split(b"\r\n\r\n", 1)
        length = int(re.search(rb"(?i)^content-length: *(\d+)\r?$", head, re.M)[1])
        while len(self.got) < length:
            if not self.read():
                raise AssertionError(f"the connection ended in the body of {head!r}")
        body, self.got = self.got[:length], self.got[length:]
        return int(head.split(b" ", 2)[1]), body

    def close(self):
        self.socket.close()

    def fileno(self):
        return self.socket.fileno()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class WebSocket(Peer):
    """A Peer behind its handshake, with the first event read."""

    def __init__(self, server, app, extra="", receive_buffer=0):
        super().__init__(server, receive_buffer)
        self.send(handshake(app, extra))
        while b"\r\n\r\n" not in self.got and self.read():
            pass
        self.head, _, self.got = self.got.partition(b"\r\n\r\n")
        if not self.head.startswith(b"HTTP/1.1 101 "):
            raise AssertionError(f"no handshake: {self.head!r}")
        self.id = json.loads(self.event("pusher:connection_established")["data"])["socket_id"]

    def say(self, text):
        return self.send(frame(text))

    def next_frame(self):
        """Opcode and payload of the next frame; None at the end."""
        while True:
            found = self.take_frame()
            if found:
                return found
            if not self.read():
                return None

    def take_frame(self):
        if len(self.got) < 2:
            return None
        at, length = 2, self.got[1]
        if length >= 126:
            at = 4 if length == 126 else 10
            length = int.from_bytes(self.got[2:at], "big")
        if len(self.got) < at + length:
            return None
        opcode, payload = self.got[0] & 0xF, self.got[at:at + length]
        self.got = self.got[at + length:]
        return opcode, payload

    def event(self, name):
        """The next frame, which must be the event NAME."""
        found = self.next_frame()
        if found is None or found[0] != TEXT or json.loads(found[1])["event"] != name:
            raise AssertionError(f"{found!r} came instead of {name}")
        return json.loads(found[1])

    def error(self):
        """The code of the next frame, which must be an error."""
        data = self.event("pusher:error")["data"]
        return (json.loads(data) if isinstance(data, str) else data)["code"]

    def fence(self):
        """A ping and its answer, which must be the next frame: nothing else was on the way."""
        self.say(PUSHER_PING)
        self.event("pusher:pong")

    def pour(self, data):
        """Sends DATA, and a fence behind it, and drops what comes meanwhile: no queue of ours holds the server up.
        The fence is the answer to a subscription, since pongs may be what is dropped."""
        left = memoryview(data + frame(message("pusher:subscribe", data={"channel": "poured"})))
        self.socket.setblocking(False)
        while not self.got.endswith(b'"channel":"poured"}'):
            readable, writable, _ = select.select([self.socket], [self.socket] if left else [], [], DEADLINE_SECONDS)
            self.got = self.got[-100:]
            if not readable + writable or readable and not self.read():
                raise AssertionError(f"the connection ended with {self.got!r}")
            if writable:
                left = left[self.socket.send(left):]
        self.socket.settimeout(DEADLINE_SECONDS)
        self.got = b""

    def subscribe(self, channel, **data):
        self.say(message("pusher:subscribe", data={"channel": channel, **data}))
        return self.event("pusher_internal:subscription_succeeded")

    def end(self):
        """The code the server closed with, None when it ended without one; frames before it are dropped."""
        while True:
            found = self.next_frame()
            if found is None:
                return None
            if found[0] == CLOSE:
                return int.from_bytes(found[1][:2], "big") if found[1] else 1005


def sign(app, text):
    return hmac.new(app["secret"].encode(), text.encode(), hashlib.sha256).hexdigest()


def channel_auth(app, peer, channel, channel_data=None):
    text = ":".join([peer.id, channel] + ([channel_data] if channel_data is not None else []))
    return f"{app['key']}:{sign(app, text)}"


def signed(app, method, path, body=b""):
    """A whole signed request, as bytes."""
    path = f"/apps/{app['id']}{path}"
    path, _, query = path.partition("?")
    fields = dict(part.split("=") for part in query.split("&") if part)
    fields |= {"auth_key": app["key"], "auth_timestamp": str(int(time.time())), "auth_version": "1.0"}
    if body:
        fields["body_md5"] = hashlib.md5(body, usedforsecurity=False).hexdigest()
    query = "&".join(f"{name}={fields[name]}" for name in sorted(fields))
    query += f"&auth_signature={sign(app, f'{method}{chr(10)}{path}{chr(10)}{query}')}"
    return (
        f"{method} {path}?{query} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode() + body


def ask(server, request):
    """Status and body of one request over a connection of its own."""
    with Peer(server) as peer:
        peer.send(request)
        return peer.answer()


def event(channel, data, name="e"):
    return json.dumps({"name": name, "channel": channel, "data": data}).encode()


def publish(server, app, channel, data):
    status, body = ask(server, signed(app, "POST", "/events", event(channel, data)))
    if status != 200:
        raise AssertionError(f"not published: {status} {body!r}")


def connections(server, app):
    """How many sockets the server says are open."""
    status, body = ask(server, signed(app, "GET", "/connections"))
    if status != 200:
        raise AssertionError(f"not told: {status} {body!r}")
    return json.loads(body)["connections"]


def until(condition, what):
    """Asks again and again until CONDITION () holds."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"in vain: {what}")


@contextlib.contextmanager
def crowd():
    """A list of peers that all end with the block."""
    peers = []
    try:
        yield peers
    finally:
        for peer in peers:
            peer.close()
