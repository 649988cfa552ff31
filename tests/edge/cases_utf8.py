# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Group 6: what is text. From 6.5 on these are the sequences of Markus Kuhn's decoder test."""

from case import BAD_DATA, Case, echo, expect, failed, failed_early, nothing_yet, pong, send
from websocket import CONTINUATION, PING, TEXT, fragments, frame, header, masks, xor

GREETING = "Hello-µ@ßöäüàá-UTF-8!!".encode()
COSME = b"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5"  # κόσμε, its second letter in three octets
SURROGATE = b"\xed\xa0\x80"
BEYOND = b"\xf4\x90\x80\x80"  # what U+110000 would be
EDITED = b"edited"


def octets(payload):
    return [payload[i : i + 1] for i in range(len(payload))]


def valid():
    middle = b"middle frame payload"
    yield Case("6.1.1", "An empty text message", echo(b""))
    yield Case("6.1.2", "Three empty fragments", echo(b"", *fragments(TEXT, b"", b"", b"")))
    yield Case("6.1.3", "Three fragments, the outer ones empty", echo(middle, *fragments(TEXT, b"", middle, b"")))
    yield Case("6.2.1", "Text in one frame", echo(GREETING))
    parts = ("Hello-µ@ßöä".encode(), "üàá-UTF-8!!".encode())
    yield Case("6.2.2", "Two fragments, cut between characters", echo(GREETING, *fragments(TEXT, *parts)))
    yield Case("6.2.3", "Fragments of one octet", echo(GREETING, *fragments(TEXT, *octets(GREETING))))
    yield Case("6.2.4", "Fragments of one octet, Greek", echo(COSME, *fragments(TEXT, *octets(COSME))))


def invalid():
    bad = COSME + SURROGATE + EDITED
    yield Case("6.3.1", "A surrogate, in one frame", (send(frame(TEXT, bad)), failed(BAD_DATA)))
    yield Case(
        "6.3.2", "A surrogate, in fragments of one octet", (send(*fragments(TEXT, *octets(bad))), failed(BAD_DATA))
    )


# The twelve first octets can still become text, the thirteenth makes that impossible.
SPLIT_AT_PARTS = (COSME, BEYOND, EDITED)
SPLIT_AT_OCTET = (COSME + BEYOND[:1], BEYOND[1:2], BEYOND[2:] + EDITED)


def fails_fast():
    """That the first part is accepted is shown by a ping between fragments and, where none may stand, by a second
    connection that is served meanwhile. The third part is never sent: the second ends it."""
    in_fragments = ((1, SPLIT_AT_PARTS, "with the fragment"), (2, SPLIT_AT_OCTET, "with the octet"))
    for number, (start, middle, _), when in in_fragments:
        yield Case(
            f"6.4.{number}",
            f"Three fragments: it ends {when} that makes it no text",
            (
                send(frame(TEXT, start, fin=False), frame(PING, b"accepted")),
                expect(pong(b"accepted")),
                send(frame(CONTINUATION, middle, fin=False)),
                failed(BAD_DATA),
            ),
        )
    in_chops = ((3, SPLIT_AT_PARTS, "with the chop"), (4, SPLIT_AT_OCTET, "with the octet"))
    for number, (start, middle, rest), when in in_chops:
        mask = masks.getrandbits(32).to_bytes(4, "big")
        payload = xor(start + middle + rest, mask)
        until = len(start) + len(middle)
        yield Case(
            f"6.4.{number}",
            f"One frame in three chops: it ends {when} that makes it no text",
            (
                send(header(TEXT, len(payload)) + mask + payload[: len(start)]),
                nothing_yet(),
                send(payload[len(start) : until]),
                failed_early(BAD_DATA, payload[until:]),
            ),
        )


INCOMPLETE = [
    b"\xc0", b"\xe0\x80", b"\xf0\x80\x80", b"\xf8\x80\x80\x80", b"\xfc\x80\x80\x80\x80",
    b"\xdf", b"\xef\xbf", b"\xf7\xbf\xbf", b"\xfb\xbf\xbf\xbf", b"\xfd\xbf\xbf\xbf\xbf",
]


def is_text(payload):
    try:
        payload.decode()
        return True
    except UnicodeDecodeError:
        return False


def lonely(first, last):
    return b"".join(bytes([octet, 0x20]) for octet in range(first, last))


def surrogate(code):
    return chr(code).encode("utf-8", "surrogatepass")


def noncharacters():
    """The last two code points of every plane."""
    return [chr(plane << 16 | last).encode() for plane in range(17) for last in (0xFFFE, 0xFFFF)]


PAIRS = [(high, low) for high in (0xD800, 0xDB7F, 0xDB80, 0xDBFF) for low in (0xDC00, 0xDFFF)]

# Group, what it is about, and its payloads.
SEQUENCES = [
    (5, "Valid sequences", [b"hello$world", "hello¢world".encode(), "hello€world".encode(),
                            "hello\U00024b62world".encode(), COSME]),
    (6, "A beginning of a valid text", [COSME[:n] for n in range(1, len(COSME) + 1)]),
    (7, "The first sequence of a length", [b"\x00", b"\xc2\x80", b"\xe0\xa0\x80", b"\xf0\x90\x80\x80"]),
    (8, "The first sequence of five or six", [b"\xf8\x88\x80\x80\x80", b"\xfc\x84\x80\x80\x80\x80"]),
    (9, "The last sequence of a length", [b"\x7f", b"\xdf\xbf", b"\xef\xbf\xbf", b"\xf4\x8f\xbf\xbf"]),
    (10, "The last sequence of four, five or six",
     [b"\xf7\xbf\xbf\xbf", b"\xfb\xbf\xbf\xbf\xbf", b"\xfd\xbf\xbf\xbf\xbf\xbf"]),
    (11, "A boundary", [b"\xed\x9f\xbf", b"\xee\x80\x80", b"\xef\xbf\xbd", b"\xf4\x8f\xbf\xbf", BEYOND]),
    (12, "Continuations of nothing",
     [b"\x80", b"\xbf", *((b"\x80\xbf" * 3)[:n] for n in range(2, 7)), bytes(range(0x80, 0xBF))]),
    (13, "Lonely first octets",
     [lonely(0xC0, 0xDF), lonely(0xE0, 0xEF), lonely(0xF0, 0xF7), lonely(0xF8, 0xFB), lonely(0xFC, 0xFD)]),
    (14, "The last octet is missing", INCOMPLETE),
    (15, "Sequences without their last octet, one behind the other", [b"".join(INCOMPLETE)]),
    (16, "Octets that no text has", [b"\xfe", b"\xff", b"\xfe\xfe\xff\xff"]),
    (17, "A slash that is too long", [b"\xc0\xaf", b"\xe0\x80\xaf", b"\xf0\x80\x80\xaf", b"\xf8\x80\x80\x80\xaf",
                                      b"\xfc\x80\x80\x80\x80\xaf"]),
    (18, "The highest that is too long", [b"\xc1\xbf", b"\xe0\x9f\xbf", b"\xf0\x8f\xbf\xbf", b"\xf8\x87\xbf\xbf\xbf",
                                          b"\xfc\x83\xbf\xbf\xbf\xbf"]),
    (19, "A NUL that is too long", [b"\xc0\x80", b"\xe0\x80\x80", b"\xf0\x80\x80\x80", b"\xf8\x80\x80\x80\x80",
                                    b"\xfc\x80\x80\x80\x80\x80"]),
    (20, "A surrogate", [surrogate(c) for c in (0xD800, 0xDB7F, 0xDB80, 0xDBFF, 0xDC00, 0xDF80, 0xDFFF)]),
    (21, "A pair of surrogates", [surrogate(high) + surrogate(low) for high, low in PAIRS]),
    (22, "A code point that is no character, and is text", noncharacters()),
    (23, "A special code point", [chr(c).encode() for c in range(0xFFF9, 0x10000)]),
]


def sequences():
    """Each in one frame."""
    for group, about, payloads in SEQUENCES:
        for number, payload in enumerate(payloads, 1):
            shown = payload.hex() if len(payload) <= 12 else f"{payload[:12].hex()}..."
            steps = echo(payload) if is_text(payload) else (send(frame(TEXT, payload)), failed(BAD_DATA))
            yield Case(f"6.{group}.{number}", f"{about}: {shown}", steps)


def cases():
    yield from valid()
    yield from invalid()
    yield from fails_fast()
    yield from sequences()
