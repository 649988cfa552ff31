# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Groups 9 and 10: long messages, many fragments, many chops, many messages."""

from case import Case, binary, echo, good_bye, text
from websocket import BINARY, TEXT, fragments, frame

KIB, MIB = 1 << 10, 1 << 20
SIZES = (64 * KIB, 256 * KIB, MIB, 4 * MIB, 8 * MIB, 16 * MIB)
FRAGMENT_SIZES = (64, 256, KIB, 4 * KIB, 16 * KIB, 64 * KIB, 256 * KIB, MIB, 4 * MIB)
CHOP_SIZES = (64, 128, 256, 512, KIB, 2 * KIB)
ROUND_TRIP_SIZES = (0, 16, 64, 256, KIB, 4 * KIB)
ROUND_TRIPS = 1000
KINDS = ((0, "text", b"BAsd7&jh23", TEXT), (1, "binary", b"\x00\xfe\x01\xfd\x02\xfc\xff", BINARY))


def shown(size):
    return f"{size // MIB} MiB" if size >= MIB else f"{size // KIB} KiB" if size >= KIB else f"{size} bytes"


def repeated(pattern, size):
    return (pattern * (size // len(pattern) + 1))[:size]


def in_fragments(opcode, payload, size):
    return fragments(opcode, *(payload[at : at + size] for at in range(0, len(payload), size)))


# Messages of many mebibytes are made when their case runs, so that they are there one at a time.
def later(make):
    def step(connection):
        for part in make():
            part(connection)

    return (step,)


def whole(group, name, pattern, opcode):
    for number, size in enumerate(SIZES, 1):
        make = lambda size=size: echo(repeated(pattern, size), is_binary=opcode == BINARY)  # noqa: E731
        yield Case(f"9.{group}.{number}", f"A {name} message of {shown(size)}", later(make))


def fragmented(group, name, pattern, opcode):
    for number, size in enumerate(FRAGMENT_SIZES, 1):

        def make(size=size):
            payload = repeated(pattern, 4 * MIB)
            return echo(payload, *in_fragments(opcode, payload, size), is_binary=opcode == BINARY)

        yield Case(f"9.{group}.{number}", f"A {name} message of 4 MiB in fragments of {shown(size)}", later(make))


def chopped(group, name, pattern, opcode):
    for number, size in enumerate(CHOP_SIZES, 1):
        make = lambda size=size: echo(repeated(pattern, MIB), is_binary=opcode == BINARY, cut=size)  # noqa: E731
        yield Case(f"9.{group}.{number}", f"A {name} message of 1 MiB in chops of {shown(size)}", later(make))


def round_trips(group, name, pattern, opcode):
    for number, size in enumerate(ROUND_TRIP_SIZES, 1):

        def step(connection, size=size):
            payload = repeated(pattern, size)
            answer = binary(payload) if opcode == BINARY else text(payload)
            for _ in range(ROUND_TRIPS):
                connection.send(frame(opcode, payload))
                connection.expect(answer)

        title = f"{ROUND_TRIPS} {name} messages of {shown(size)}, one after the other"
        yield Case(f"9.{group}.{number}", title, (step, good_bye()))


def auto_fragmentation():
    payload = b"*" * 65536
    yield Case("10.1.1", "64 KiB in fragments of 1300 bytes", echo(payload, *in_fragments(TEXT, payload, 1300)))


def cases():
    for first, make in ((1, whole), (3, fragmented), (5, chopped), (7, round_trips)):
        for offset, *kind in KINDS:
            yield from make(first + offset, *kind)
    yield from auto_fragmentation()
