# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Group 5: messages in fragments, and what may stand between them."""

from case import BY_FRAMES, BY_OCTETS, PROTOCOL_ERROR, Case, echo, expect, failed, good_bye, pong, send, text
from websocket import CONTINUATION, PING, PONG, TEXT, fragments, frame

ONE, TWO, THREE, FOUR = b"fragment1", b"fragment2", b"fragment3", b"fragment4"
CUTS = ((None, "in one chop"), (BY_FRAMES, "frame by frame"), (BY_OCTETS, "octet by octet"))


def whole():
    for opcode, name, number in ((PING, "ping", 1), (PONG, "pong", 2)):
        sent = send(frame(opcode, ONE, fin=False), frame(CONTINUATION, TWO))
        yield Case(f"5.{number}", f"A {name} in two fragments", (sent, failed(PROTOCOL_ERROR)))
    for number, (cut, how) in enumerate(CUTS, 3):
        title = f"A text message in two fragments, {how}"
        yield Case(f"5.{number}", title, echo(ONE + TWO, *fragments(TEXT, ONE, TWO), cut=cut))
    for number, (cut, how) in enumerate(CUTS, 6):
        first, last = fragments(TEXT, ONE, TWO)
        yield Case(
            f"5.{number}",
            f"A text message in two fragments with a ping between, {how}",
            (send(first, frame(PING, b"ping payload"), last, cut=cut), expect(pong(b"ping payload"), text(ONE + TWO)),
             good_bye()),
        )


def nothing_to_continue():
    for fin, name, start in ((True, "last", 9), (False, "middle", 12)):
        for number, (cut, how) in enumerate(CUTS, start):
            sent = send(
                frame(CONTINUATION, b"non-continuation payload", fin=fin), frame(TEXT, b"Hello, world!"), cut=cut
            )
            title = f"A {name} fragment of nothing, then a text message, {how}"
            yield Case(f"5.{number}", title, (sent, failed(PROTOCOL_ERROR)))
    yield Case(
        "5.15",
        "A message in two fragments, a middle fragment of nothing, a text message",
        (
            send(*fragments(TEXT, ONE, TWO), frame(CONTINUATION, THREE, fin=False), frame(TEXT, FOUR)),
            expect(text(ONE + TWO)),
            failed(PROTOCOL_ERROR),
        ),
    )
    for number, fin, name in ((16, False, "middle"), (17, True, "last")):
        both = [frame(CONTINUATION, ONE, fin=fin), *fragments(TEXT, TWO, THREE)] * 2
        title = f"Twice: a {name} fragment of nothing, then a message in two fragments"
        yield Case(f"5.{number}", title, (send(*both), failed(PROTOCOL_ERROR)))
    yield Case(
        "5.18",
        "Two fragments that both call themselves text",
        (send(frame(TEXT, ONE, fin=False), frame(TEXT, TWO)), failed(PROTOCOL_ERROR)),
    )


def pings_between():
    payloads = (ONE, TWO, THREE, FOUR, b"fragment5")
    a, b, c, d, e = fragments(TEXT, *payloads)
    first, second = b"pongme 1!", b"pongme 2!"
    for number, cut, how in ((19, None, ""), (20, BY_FRAMES, ", frame by frame")):
        yield Case(
            f"5.{number}",
            f"Five fragments; a ping behind the second is answered before the third is sent{how}",
            (
                send(a, b, frame(PING, first), cut=cut),
                expect(pong(first)),
                send(c, d, frame(PING, second), e, cut=cut),
                expect(pong(second), text(b"".join(payloads))),
                good_bye(),
            ),
        )


def cases():
    yield from whole()
    yield from nothing_to_continue()
    yield from pings_between()
