# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Group 7: how a connection ends."""

from case import BAD_DATA, NORMAL, PROTOCOL_ERROR, Case, closed, echo, expect, failed, send, text
from websocket import CLOSE, CONTINUATION, PING, TEXT, close_frame, frame

HELLO = b"Hello World!"
LONG_LENGTH = 256 * 1024

VALID_CODES = (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999)

# Numbers 10 to 13 are codes that the suite named invalid until they were registered, and then left out; they stand
# behind the others here, so that the numbers of those are the suite's. Of the first two, which a server sends and no
# client, the registry and the old suite say different things: either answer will do. 1015 is never sent, and 1014 is a
# gateway's.
INVALID_CODES = (0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999)
EITHER_WAY = ((10, 1012), (11, 1013))
LEFT_OUT = ((12, 1014), (13, 1015))


def behaviour():
    """What comes behind a close is answered no more: only one close frame and the end follow."""
    bye = close_frame(NORMAL)
    fragment, last = frame(TEXT, b"fragment1", fin=False), frame(CONTINUATION, b"fragment2")
    yield Case("7.1.1", "A message, then a close", echo(HELLO))
    yield Case("7.1.2", "Two closes", (send(bye, bye), closed(NORMAL)))
    yield Case("7.1.3", "A close, then a ping", (send(bye, frame(PING)), closed(NORMAL)))
    yield Case("7.1.4", "A close, then a message", (send(bye, frame(TEXT, HELLO)), closed(NORMAL)))
    yield Case("7.1.5", "A fragment, a close, the last fragment", (send(fragment, bye, last), closed(NORMAL)))
    # The suite takes any answer for one. Here the order of the questions is that of the answers.
    long = (b"BAsd7&jh23" * (LONG_LENGTH // 10 + 1))[:LONG_LENGTH]
    sent = send(frame(TEXT, long), frame(TEXT, HELLO), bye, frame(PING))
    steps = (sent, expect(text(long), text(HELLO)), closed(NORMAL))
    yield Case("7.1.6", "A message of 256 KiB, a short one, a close, a ping", steps)


def lengths():
    def row(number, title, octets, *end):
        return Case(f"7.3.{number}", title, (send(octets), *end))

    yield row(1, "A close without payload", frame(CLOSE), closed(None, NORMAL))
    yield row(2, "A close of one byte", frame(CLOSE, b"a"), failed(PROTOCOL_ERROR))
    yield row(3, "A close with a code", close_frame(NORMAL), closed(NORMAL))
    yield row(4, "A close with code and reason", close_frame(NORMAL, HELLO), closed(NORMAL))
    yield row(5, "A close with the longest reason", close_frame(NORMAL, b"*" * 123), closed(NORMAL))
    yield row(6, "A close with a reason that is too long", close_frame(NORMAL, b"*" * 124), failed(PROTOCOL_ERROR))


def reason():
    bad = b"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xed\xa0\x80edited"
    yield Case("7.5.1", "A close with a reason that is no text", (send(close_frame(NORMAL, bad)), failed(BAD_DATA)))


def codes():
    def refused(number, code):
        return Case(number, f"The code {code}, which none may send", (send(close_frame(code)), failed(PROTOCOL_ERROR)))

    def accepted(number, code):
        return Case(number, f"The code {code} is answered with the same", (send(close_frame(code)), closed(code)))

    for number, code in enumerate(VALID_CODES, 1):
        yield accepted(f"7.7.{number}", code)
    for number, code in enumerate(INVALID_CODES, 1):
        yield refused(f"7.9.{number}", code)
    for number, code in EITHER_WAY:
        title = f"The code {code} is answered with the same, or refused"
        yield Case(f"7.9.{number}", title, (send(close_frame(code)), closed(code, PROTOCOL_ERROR)))
    for number, code in LEFT_OUT:
        yield refused(f"7.9.{number}", code)
    # The suite takes any answer here too: RFC 6455 says nothing of these, so they are no codes.
    yield refused("7.13.1", 5000)
    yield refused("7.13.2", 65535)


def cases():
    yield from behaviour()
    yield from lengths()
    yield from reason()
    yield from codes()
