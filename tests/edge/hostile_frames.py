#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Frames that no honest client sends: none is stored beyond its bound, and nothing after a fault is heard."""

import struct
import zlib

import tap
from attack import AttackCase, attack
from peer import BINARY, CLOSE, CONTINUATION, FIN, PING, RSV1, TEXT, channel_auth, frame, header, message

LIMIT = 10000
HARD_CAP = 1 << 20  # 16 times the limit, and at least so much
PROTOCOL_ERROR, BAD_DATA, TOO_BIG = 1002, 1007, 1009
TOO_LARGE = 4019  # an error of Pusher's: the connection stays
BOMB_BYTES = 120 << 20


def bomb():
    """A hundred KiB of deflate, as permessage-deflate frames it, that would be BOMB_BYTES."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = bytes(1 << 20)
    packed = b"".join(packer.compress(block) for _ in range(BOMB_BYTES // len(block)))
    return (packed + packer.flush(zlib.Z_SYNC_FLUSH)).removesuffix(b"\0\0\xff\xff")


class Fragments(AttackCase):
    @attack(small=2, full=10)
    def test_thousands_without_an_end_are_not_kept(self, n):
        for _ in range(n):
            with self.web_socket() as peer:
                peer.send(frame(b"x" * 100, TEXT) + frame(b"x" * 100, CONTINUATION) * 3000)
                self.assertEqual(peer.error(), TOO_LARGE)
                peer.say("a new message inside of the old")
                self.assertEqual(peer.end(), PROTOCOL_ERROR)

    @attack(small=1, full=5)
    def test_two_hundred_megabytes_without_an_end_are_not_read(self, n):
        for _ in range(n):
            with self.web_socket() as peer:
                part = frame(b"x" * 100000, CONTINUATION)
                peer.send(frame(b"x" * 100000, BINARY))
                sent = 0
                while sent < 2000 and peer.send(part):
                    sent += 1
                self.assertLess(sent, 500)
                self.assertEqual(peer.error(), TOO_LARGE)
                # The reset may overtake the close frame, since we were still sending.
                self.assertIn(peer.end(), (TOO_BIG, None))

    @attack(small=5, full=200)
    def test_an_oversized_message_does_not_end_another(self, n):
        for _ in range(n):
            with self.web_socket() as peer:
                peer.send(frame(b"x" * LIMIT, TEXT) + frame(b"x", CONTINUATION))
                self.assertEqual(peer.error(), TOO_LARGE)
                peer.send(frame(b"x", FIN | CONTINUATION))
                peer.fence()

    @attack(small=5, full=200)
    def test_bad_utf_8_does_not_wait_for_the_end_of_its_message(self, n):
        for _ in range(n):
            with self.web_socket() as peer:
                peer.send(frame(b"\xce\xba\xed\xa0\x80", TEXT))
                self.assertEqual(peer.end(), BAD_DATA)

    @attack(small=5, full=200)
    def test_a_character_is_not_cut_into_a_wrong_one(self, n):
        for _ in range(n):
            with self.web_socket() as peer:
                peer.send(frame(b"\xf0\x9f", TEXT) + frame(b"\xff", CONTINUATION))
                self.assertEqual(peer.end(), BAD_DATA)


class Lengths(AttackCase):
    @attack(small=5, full=200)
    def test_one_over_the_limit_is_not_awaited(self, n):
        for _ in range(n):
            with self.web_socket() as peer:
                peer.send(header(FIN | TEXT, LIMIT + 1))
                self.assertEqual(peer.error(), TOO_LARGE)
                peer.send(b"x" * (LIMIT + 1))
                peer.fence()

    def refused(self, n, length, code):
        for _ in range(n):
            with self.web_socket() as peer:
                peer.send(header(FIN | TEXT, length) + b"x")
                self.assertEqual(peer.end(), code)

    @attack(small=5, full=200)
    def test_one_over_the_hard_cap_is_not_awaited(self, n):
        self.refused(n, HARD_CAP + 1, TOO_BIG)

    @attack(small=5, full=200)
    def test_four_exbibytes_are_not_awaited(self, n):
        self.refused(n, 1 << 62, TOO_BIG)

    @attack(small=5, full=200)
    def test_the_top_bit_is_no_length(self, n):
        self.refused(n, 1 << 63, PROTOCOL_ERROR)

    @attack(small=5, full=200)
    def test_all_bits_are_no_length(self, n):
        self.refused(n, (1 << 64) - 1, PROTOCOL_ERROR)

    @attack(small=5, full=100)
    def test_lengths_do_not_add_up_beyond_64_bits(self, n):
        for _ in range(n):
            with self.web_socket() as peer:
                peer.send(frame(b"x" * 100, TEXT) + header(FIN | CONTINUATION, (1 << 63) - 1) + b"x")
                self.assertEqual(peer.end(), TOO_BIG)


class Faults(AttackCase):
    APP = {"accept-client-events-from": "members"}

    def refused(self, n, data, code=PROTOCOL_ERROR):
        for _ in range(n):
            with self.web_socket() as peer:
                peer.send(data)
                self.assertEqual(peer.end(), code)

    def subscribed(self, peer, channel):
        peer.subscribe(channel, auth=channel_auth(self.app, peer, channel))
        return peer

    @attack(small=5, full=100)
    def test_a_message_after_a_fault_is_not_delivered(self, n):
        with self.web_socket() as listener:
            self.subscribed(listener, "private-x")
            for _ in range(n):
                with self.subscribed(self.web_socket(), "private-x") as peer:
                    peer.say(message("client-before", "private-x", "{}"))
                    listener.event("client-before")
                    peer.send(frame("", FIN | 0x3) + frame(message("client-after", "private-x", "{}")))
                    self.assertEqual(peer.end(), PROTOCOL_ERROR)
            listener.fence()

    @attack(small=5, full=200)
    def test_an_unmasked_frame_is_not_read(self, n):
        self.refused(n, frame(message("pusher:ping"), masked=False))

    @attack(small=5, full=200)
    def test_a_control_frame_is_not_longer_than_125_bytes(self, n):
        self.refused(n, frame(b"x" * 126, FIN | PING))

    @attack(small=5, full=200)
    def test_a_control_frame_does_not_claim_a_gibibyte(self, n):
        self.refused(n, header(FIN | PING, 1 << 30))

    @attack(small=5, full=200)
    def test_a_control_frame_is_not_fragmented(self, n):
        self.refused(n, frame(b"x", PING) + frame(b"x", FIN | CONTINUATION))

    @attack(small=5, full=200)
    def test_a_close_frame_is_not_fragmented(self, n):
        self.refused(n, frame(struct.pack("!H", 1000), CLOSE))

    @attack(small=5, full=200)
    def test_a_continuation_of_nothing_is_not_read(self, n):
        self.refused(n, frame(b"x", FIN | CONTINUATION))

    @attack(small=5, full=200)
    def test_half_a_close_code_is_none(self, n):
        self.refused(n, frame(b"\x03", FIN | CLOSE))

    @attack(small=5, full=200)
    def test_a_reason_to_close_is_utf_8(self, n):
        self.refused(n, frame(b"\x03\xe8\xff", FIN | CLOSE), BAD_DATA)


class Deflate(AttackCase):
    """Where compression is not negotiated the bit that marks it is a fault; where it is, what comes out is bounded."""

    APP = {"max-message-size": "1MiB"}
    OFFER = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"

    @classmethod
    def setUpClass(cls):
        cls.bomb = bomb()
        super().setUpClass()

    def explode(self, n, extra):
        for _ in range(n):
            with self.web_socket(extra) as peer:
                peer.send(frame(self.bomb, FIN | RSV1 | TEXT))
                if b"permessage-deflate" in peer.head:
                    self.assertEqual(peer.error(), TOO_LARGE)
                else:
                    self.assertEqual(peer.end(), PROTOCOL_ERROR)

    @attack(small=2, full=50)
    def test_a_bomb_is_not_inflated(self, n):
        self.explode(n, self.OFFER)

    @attack(small=2, full=50)
    def test_a_bomb_without_an_offer_is_not_inflated(self, n):
        self.explode(n, "")


class DeflateByConfiguration(Deflate):
    SERVER = {"permessage-deflate": "true"}


if __name__ == "__main__":
    tap.main()
