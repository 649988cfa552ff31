#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Request heads with two meanings, or none: each is refused, and nothing that follows it is served."""

import tap
from attack import AttackCase, rows
from peer import Peer

GET = "GET /up HTTP/1.1\r\nHost: x\r\n"
POST = "POST /apps/1001/events HTTP/1.1\r\nHost: x\r\n"
CHUNKED = "Transfer-Encoding: chunked\r\n"
# What must not be served: it would be answered with 200.
SMUGGLED = "GET /up HTTP/1.1\r\nHost: smuggled\r\n\r\n"
LENGTH = f"Content-Length: {len(SMUGGLED)}\r\n"

# Names say what is forbidden. Every request is refused with the status, and is the last of its connection.
LENGTHS = {
    "chunks_beside_a_length_smuggle_nothing": (411, f"{POST}Content-Length: 4\r\n{CHUNKED}\r\n0\r\n\r\n"),
    "a_length_beside_chunks_smuggles_nothing": (411, f"{POST}{CHUNKED}{LENGTH}\r\n0\r\n\r\n"),
    "chunks_are_not_read": (411, f"{POST}{CHUNKED}\r\n2\r\n{{}}\r\n0\r\n\r\n"),
    "chunks_of_a_get_are_not_read": (411, f"{GET}{CHUNKED}\r\n0\r\n\r\n"),
    "identity_is_not_read": (411, f"{POST}Transfer-Encoding: identity\r\n{LENGTH}\r\n"),
    "an_unknown_encoding_is_not_read": (411, f"{POST}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
    "two_encodings_are_not_read": (411, f"{POST}Transfer-Encoding: gzip\r\n{CHUNKED}\r\n0\r\n\r\n"),
    "an_encoding_in_capitals_is_not_read": (411, f"{POST}TRANSFER-ENCODING:CHUNKED\r\n\r\n0\r\n\r\n"),
    "an_encoding_behind_a_tab_is_not_read": (411, f"{POST}Transfer-Encoding:\tchunked\r\n\r\n0\r\n\r\n"),
    "an_empty_encoding_is_not_read": (411, f"{POST}Transfer-Encoding:\r\n{LENGTH}\r\n"),
    "an_encoding_of_1_0_is_not_read": (411, "POST /up HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    "a_bare_line_feed_ends_no_chunk": (411, f"{POST}{CHUNKED}\r\n2\n{{}}\n0\n\n"),
    "zz_is_no_chunk_size": (411, f"{POST}{CHUNKED}\r\nzz\r\n\r\n"),
    "a_negative_number_is_no_chunk_size": (411, f"{POST}{CHUNKED}\r\n-1\r\n\r\n"),
    "0x_is_no_chunk_size": (411, f"{POST}{CHUNKED}\r\n0x0\r\n\r\n"),
    "a_chunk_extension_hides_nothing": (411, f"{POST}{CHUNKED}\r\n0;a=\"\n\"\r\n\r\n"),
    "a_huge_chunk_size_does_not_wrap": (411, f"{POST}{CHUNKED}\r\nfffffffffffffffff\r\n\r\n"),
    "a_trailer_smuggles_nothing": (411, f"{POST}{CHUNKED}\r\n0\r\n{LENGTH}\r\n"),
    "two_equal_lengths_are_not_one": (400, f"{POST}{LENGTH}{LENGTH}\r\n"),
    "two_lengths_are_not_the_last": (400, f"{POST}Content-Length: 0\r\n{LENGTH}\r\n"),
    "two_lengths_are_not_the_first": (400, f"{POST}{LENGTH}Content-Length: 0\r\n\r\n"),
    "a_list_of_lengths_is_no_length": (400, f"{POST}Content-Length: 0, 0\r\n\r\n"),
    "a_plus_is_no_length": (400, f"{POST}Content-Length: +0\r\n\r\n"),
    "a_minus_is_no_length": (400, f"{POST}Content-Length: -1\r\n\r\n"),
    "a_length_has_no_space_in_it": (400, f"{POST}Content-Length: 0 0\r\n\r\n"),
    "a_length_is_not_hexadecimal": (400, f"{POST}Content-Length: 0x0\r\n\r\n"),
    "a_length_has_no_fraction": (400, f"{POST}Content-Length: 0.0\r\n\r\n"),
    "nothing_is_no_length": (400, f"{POST}Content-Length:\r\n\r\n"),
    "a_length_of_2_to_the_64_does_not_wrap": (413, f"{POST}Content-Length: {2 ** 64}\r\n\r\n"),
    "a_length_of_2_to_the_63_is_not_negative": (413, f"{POST}Content-Length: {2 ** 63}\r\n\r\n"),
    "a_length_of_a_hundred_digits_is_refused": (413, f"{POST}Content-Length: {'9' * 100}\r\n\r\n"),
}

HEADS = {
    "two_hosts_are_not_one": (400, "GET /up HTTP/1.1\r\nHost: good\r\nHost: evil\r\n\r\n"),
    "two_equal_hosts_are_not_one": (400, "GET /up HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n"),
    "a_host_has_no_comma": (400, "GET /up HTTP/1.1\r\nHost: good, evil\r\n\r\n"),
    "a_host_has_no_user": (400, "GET /up HTTP/1.1\r\nHost: good@evil\r\n\r\n"),
    "a_host_has_no_path": (400, "GET /up HTTP/1.1\r\nHost: good/evil\r\n\r\n"),
    "a_host_is_not_left_out": (400, "GET /up HTTP/1.1\r\nX: y\r\n\r\n"),
    "a_bare_line_feed_ends_no_line": (400, "GET /up HTTP/1.1\nHost: x\r\n\r\n"),
    "a_bare_line_feed_ends_no_head": (400, f"{GET}X: y\n\n"),
    "a_bare_return_ends_no_line": (400, "GET /up HTTP/1.1\rHost: x\r\n\r\n"),
    "two_returns_end_no_line": (400, "GET /up HTTP/1.1\r\r\nHost: x\r\n\r\n"),
    "a_request_line_has_three_parts": (400, "GET /up HTTP/1.1 GET /up HTTP/1.1\r\nHost: x\r\n\r\n"),
    "a_request_line_does_not_end_in_a_blank": (400, "GET /up HTTP/1.1 \r\nHost: x\r\n\r\n"),
    "a_request_line_does_not_begin_with_a_blank": (400, " GET /up HTTP/1.1\r\nHost: x\r\n\r\n"),
    "a_request_line_has_no_two_blanks": (400, "GET  /up HTTP/1.1\r\nHost: x\r\n\r\n"),
    "a_request_line_has_a_version": (400, "GET /up\r\nHost: x\r\n\r\n"),
    "a_version_has_no_leading_zeros": (400, "GET /up HTTP/01.1\r\nHost: x\r\n\r\n"),
    "a_version_has_no_more_digits": (400, "GET /up HTTP/1.10\r\nHost: x\r\n\r\n"),
    "a_version_is_in_capitals": (400, "GET /up http/1.1\r\nHost: x\r\n\r\n"),
    "another_version_is_not_ours": (505, "GET /up HTTP/2.0\r\nHost: x\r\n\r\n"),
    "the_preface_of_http_2_is_not_ours": (505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    "a_tunnel_is_not_dug": (405, "CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n"),
    "a_nul_is_in_no_request_line": (400, "GET /up\0 HTTP/1.1\r\nHost: x\r\n\r\n"),
    "a_nul_is_in_no_header": (400, f"{GET}X: a\0b\r\n\r\n"),
    "a_nul_is_in_no_name": (400, f"{GET}X\0: a\r\n\r\n"),
    "a_control_byte_is_in_no_header": (400, f"{GET}X: a\x01b\r\n\r\n"),
    "a_delete_is_in_no_header": (400, f"{GET}X: a\x7fb\r\n\r\n"),
    "a_line_is_not_folded": (400, f"{GET}X: a\r\n b\r\n\r\n"),
    "a_first_header_is_not_folded": (400, "GET /up HTTP/1.1\r\n Host: x\r\n\r\n"),
    "a_header_has_a_colon": (400, f"{GET}nothing\r\n\r\n"),
    "a_header_has_a_name": (400, f"{GET}: nothing\r\n\r\n"),
    "a_colon_follows_the_name": (400, f"{GET}Content-Length : 0\r\n\r\n"),
    "a_name_is_one_word": (400, f"{GET}X Y: z\r\n\r\n"),
    "a_target_has_no_fragment": (400, "GET /up#x HTTP/1.1\r\nHost: x\r\n\r\n"),
    "a_target_is_ascii": (400, "GET /\u00fcp HTTP/1.1\r\nHost: x\r\n\r\n"),
    "a_request_line_has_an_end": (431, f"GET /{'a' * 9000} HTTP/1.1\r\nHost: x\r\n\r\n"),
    "a_request_line_without_an_end_is_not_awaited": (431, f"GET /{'a' * 9000}"),
    "a_header_has_an_end": (431, f"{GET}X: {'a' * 40000}\r\n\r\n"),
    "a_header_without_an_end_is_not_awaited": (431, f"{GET}X: {'a' * 40000}"),
    "headers_are_counted": (431, GET + "X: y\r\n" * 1000 + "\r\n"),
}

# Served, and as if the header were not there.
RANGES = {
    "overlapping_ranges_are_not_multiplied": (f"bytes={'0-,' * 5000}0-",),
    "a_range_longer_than_the_answer_is_ignored": ("bytes=-20000",),
    "a_range_beyond_the_answer_is_ignored": ("bytes=0-99999999",),
    "a_range_behind_the_answer_is_ignored": ("bytes=99999999-",),
    "a_range_backwards_is_ignored": ("bytes=5-2",),
    "a_range_beyond_64_bits_is_ignored": (f"bytes=0-{2 ** 64}",),
}


class Refused(AttackCase):
    def row(self, n, status, request):
        request = (request + SMUGGLED).encode()
        for _ in range(n):
            with Peer(self.server) as peer:
                peer.send(request)
                answers = peer.read_to_end()
                self.assertTrue(answers.startswith(b"HTTP/1.1 %d " % status), answers[:200])
                self.assertIn(b"\r\nConnection: close\r\n", answers)
                self.assertEqual(answers.count(b"HTTP/1.1 "), 1, answers)


@rows(LENGTHS, small=5, full=100)
class Lengths(Refused):
    pass


@rows(HEADS, small=5, full=100)
class Heads(Refused):
    pass


@rows(RANGES, small=5, full=100)
class Ranges(AttackCase):
    def row(self, n, header):
        request = f'{GET}Range: {header}\r\nIf-Range: "x"\r\nConnection: close\r\n\r\n'.encode()
        for _ in range(n):
            with Peer(self.server) as peer:
                peer.send(request)
                answers = peer.read_to_end()
                self.assertTrue(answers.startswith(b"HTTP/1.1 200 "), answers[:200])
                self.assertNotIn(b"Content-Range", answers)
                self.assertTrue(answers.endswith(b'\r\n\r\n{"health":"OK"}'), answers[-200:])


if __name__ == "__main__":
    tap.main()
