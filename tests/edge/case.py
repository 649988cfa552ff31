# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A case: what is sent and what must come, as a row of steps. Each function makes one step."""

from typing import Callable, NamedTuple, Tuple

from websocket import BINARY, PING, TEXT, Event, Failure, close_frame, frame

NORMAL, PROTOCOL_ERROR, BAD_DATA = 1000, 1002, 1007

# How the octets of a step are cut into calls of send(2).
BY_FRAMES = "frames"
BY_OCTETS = 1

FENCE = b"does it go on?"


class Case(NamedTuple):
    id: str
    title: str
    steps: Tuple[Callable, ...]

    def run(self, connection):
        for step in self.steps:
            step(connection)


def text(payload):
    return Event("text", payload)


def binary(payload):
    return Event("binary", payload)


def pong(payload=b""):
    return Event("pong", payload)


def send(*frames, cut=None):
    """Frames in one piece, one by one, or in portions of @cut octets."""

    def step(connection):
        if cut == BY_FRAMES:
            for octets in frames:
                connection.send(octets)
        else:
            connection.send(b"".join(frames), cut)

    return step


def expect(*events):
    return lambda connection: connection.expect(*events)


def nothing_yet():
    return lambda connection: connection.expect_nothing_yet()


def closed(*codes):
    """The server answers a close that was sent, and ends the connection first, as a server should."""
    return lambda connection: connection.expect_close(*codes)


def good_bye():
    """Nothing but what was expected has come, and a normal close is answered with the same."""

    def step(connection):
        connection.send(close_frame(NORMAL))
        connection.expect_close(NORMAL)

    return step


def failed(code):
    """The server fails the connection: a close frame with @code, the end, and no answer to anything behind it. A ping
    shows at once that a server goes on; one that does not never sees it."""

    def step(connection):
        connection.send(frame(PING, FENCE))
        connection.expect_close(code)

    return step


def failed_early(code, rest):
    """The same while the frame is unfinished. @rest makes it whole, for a server that waits for that."""

    def step(connection):
        try:
            connection.expect_close(code)
        except Failure as failure:
            connection.give_more_time()
            connection.send(rest)
            raise Failure(f"not strict: {failure}; then, with the whole frame, {connection.next_event()}") from None

    return step


def echo(payload, *frames, is_binary=False, cut=None):
    """The steps of a message that comes back, and a good-bye."""
    message = binary(payload) if is_binary else text(payload)
    octets = frames or (frame(BINARY if is_binary else TEXT, payload),)
    return (send(*octets, cut=cut), expect(message), good_bye())
