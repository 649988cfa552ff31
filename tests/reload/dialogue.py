# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The words of a swap (src/server/resonate-dialogue.c), spoken by somebody who need not mean them."""

import os
import socket

import gi

gi.require_version("GLib", "2.0")
from gi.repository import GLib  # noqa: E402

OFFER, READY, FAILED, STATE, BATCH, KEPT, DONE, INSTALLED, GO, TAKEN = range(10)
VERSION = 1
MAX_FDS = 129
STREAM = "(ysb(tttt)ayay)"
CLIENT = "(ssmsx(xbb)(xu)a(sums))"
WEB_SOCKET = 3


def document(variant):
    """A descriptor that stands for VARIANT."""
    fd = os.memfd_create("document")
    os.write(fd, variant.get_data_as_bytes().get_data())
    return fd


def read_document(fd, kind):
    size = os.fstat(fd).st_size
    return GLib.Variant.new_from_bytes(GLib.VariantType(kind), GLib.Bytes(os.pread(fd, size, 0)), False)


class Dialogue:
    """One end of the pair of sockets."""

    def __init__(self, sock):
        self.socket = sock
        self.socket.settimeout(20)

    def say(self, word, argument=None, fds=()):
        argument = GLib.Variant("()", ()) if argument is None else argument
        message = GLib.Variant("(yv)", (word, argument))
        socket.send_fds(self.socket, [message.get_data_as_bytes().get_data()], list(fds))

    def hear(self):
        """Word, argument and descriptors; None at the end."""
        data, fds, *_ = socket.recv_fds(self.socket, 4096, MAX_FDS)
        if not data:
            return None
        message = GLib.Variant.new_from_bytes(GLib.VariantType("(yv)"), GLib.Bytes(data), False)
        word, argument = message.get_child_value(0).get_byte(), message.get_child_value(1).get_variant()
        return word, argument, fds

    def expect(self, word):
        heard = self.hear()
        assert heard is not None and heard[0] == word, f"{heard} where {word} belongs"
        return heard


def record(app, socket_id, version=VERSION, channels=()):
    """A client as another process would tell of it, with its version in front."""
    stream = (WEB_SOCKET, "192.0.2.1", False, (0, 0, 0, 0), b"", b"")
    client = (app["id"], socket_id, None, 1, (GLib.get_monotonic_time(), False, False), (0, 0), list(channels))
    return version, GLib.Variant(f"({STREAM}m{CLIENT})", (stream, client))


def batch(*records):
    return GLib.Variant("a(uv)", list(records))


def offer(version=VERSION, are_given=True):
    return GLib.Variant("(ub)", (version, are_given))


def state():
    return GLib.Variant("(a(sasa(sayx)at)a{sv})", ([], {}))


def absent(*rows):
    return GLib.Variant("a(sss)", list(rows))


def from_environment():
    """The end that a replacement is given."""
    return Dialogue(socket.socket(fileno=int(os.environ["RESONATE_SWAP_FD"])))
