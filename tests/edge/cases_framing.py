# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Groups 1 to 4: framing, pings and pongs, reserved bits, opcodes."""

from case import BY_FRAMES, BY_OCTETS, PROTOCOL_ERROR, Case, echo, expect, failed, good_bye, pong, send, text
from websocket import BINARY, CLOSE, PING, PONG, TEXT, frame

HELLO = b"Hello, world!"

# The lengths where the header changes its form, and one length in chops.
LENGTHS = [(0, None), (125, None), (126, None), (127, None), (128, None), (65535, None), (65536, None), (65536, 997)]


def messages():
    for group, name, octet, is_binary in ((1, "text", b"*", False), (2, "binary", b"\xfe", True)):
        for number, (length, cut) in enumerate(LENGTHS, 1):
            how = f", in chops of {cut}" if cut else ""
            yield Case(
                f"1.{group}.{number}",
                f"A {name} message of {length} bytes{how}",
                echo(octet * length, is_binary=is_binary, cut=cut),
            )


def pings():
    def answered(number, title, payload, cut=None):
        return Case(f"2.{number}", title, (send(frame(PING, payload), cut=cut), expect(pong(payload)), good_bye()))

    # That a pong is not answered shows in the answer to the ping behind it, which must be the first.
    def pong_alone(number, title, payload):
        sent = send(frame(PONG, payload), frame(PING, b"fence"))
        return Case(f"2.{number}", title, (sent, expect(pong(b"fence")), good_bye()))

    def ten(number, title, cut):
        payloads = [b"payload-%d" % i for i in range(10)]
        sent = send(*(frame(PING, p) for p in payloads), cut=cut)
        return Case(f"2.{number}", title, (sent, expect(*(pong(p) for p in payloads)), good_bye()))

    yield answered(1, "A ping without payload", b"")
    yield answered(2, "A ping with text", HELLO)
    yield answered(3, "A ping with bytes that are no text", b"\x00\xff\xfe\xfd\xfc\xfb\x00\xff")
    yield answered(4, "A ping of 125 bytes", b"\xfe" * 125)
    yield Case("2.5", "A ping of 126 bytes", (send(frame(PING, b"\xfe" * 126)), failed(PROTOCOL_ERROR)))
    yield answered(6, "A ping of 125 bytes, octet by octet", b"\xfe" * 125, BY_OCTETS)
    yield pong_alone(7, "A pong that nobody asked for, without payload", b"")
    yield pong_alone(8, "A pong that nobody asked for, with payload", b"unsolicited pong payload")
    yield Case(
        "2.9",
        "A pong that nobody asked for, then a ping",
        (
            send(frame(PONG, b"unsolicited pong payload"), frame(PING, b"ping payload")),
            expect(pong(b"ping payload")),
            good_bye(),
        ),
    )
    yield ten(10, "Ten pings, answered in their order", None)
    yield ten(11, "Ten pings, octet by octet", BY_OCTETS)


def after_an_echo(number, title, bad, cut):
    """A good message is answered, what follows ends the connection, and the ping behind it is not answered."""
    sent = send(frame(TEXT, HELLO), bad, frame(PING), cut=cut)
    return Case(number, title, (sent, expect(text(HELLO)), failed(PROTOCOL_ERROR)))


def reserved_bits():
    def alone(number, title, opcode, payload, rsv):
        return Case(f"3.{number}", title, (send(frame(opcode, payload, rsv=rsv)), failed(PROTOCOL_ERROR)))

    yield alone(1, "A text message with RSV 1", TEXT, HELLO, 1)
    for rsv, how, cut in ((2, "", None), (3, ", frame by frame", BY_FRAMES), (4, ", octet by octet", BY_OCTETS)):
        title = f"A message, one with RSV {rsv}, a ping{how}"
        yield after_an_echo(f"3.{rsv}", title, frame(TEXT, HELLO, rsv=rsv), cut)
    yield alone(5, "A binary message with RSV 5", BINARY, b"\x00\xff\xfe\xfd\xfc\xfb\x00\xff", 5)
    yield alone(6, "A ping with RSV 6", PING, HELLO, 6)
    yield alone(7, "A close with RSV 7", CLOSE, b"\x03\xe8", 7)


def opcodes():
    for group, first, kind in ((1, 3, "data"), (2, 11, "control")):

        def alone(number, how, payload):
            opcode = first + number - 1
            title = f"The reserved {kind} opcode {opcode}{how}"
            return Case(f"4.{group}.{number}", title, (send(frame(opcode, payload)), failed(PROTOCOL_ERROR)))

        def behind(number, how, payload, cut):
            opcode = first + number - 1
            title = f"A message, the reserved {kind} opcode {opcode}{how}, a ping"
            return after_an_echo(f"4.{group}.{number}", title, frame(opcode, payload), cut)

        yield alone(1, "", b"")
        yield alone(2, " with payload", b"reserved opcode payload")
        yield behind(3, ", frame by frame", b"", BY_FRAMES)
        yield behind(4, " with payload", HELLO, None)
        yield behind(5, " with payload, octet by octet", HELLO, BY_OCTETS)


def cases():
    yield from messages()
    yield from pings()
    yield from reserved_bits()
    yield from opcodes()
