#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A replacement that is told things by somebody who is of another version, leaves, or makes no sense."""

import os
import socket
import subprocess
import tempfile
import unittest
from pathlib import Path

import dialogue
import reload
from dialogue import BATCH, DONE, FAILED, GO, INSTALLED, KEPT, OFFER, READY, STATE, TAKEN, GLib
from reload import fixture, peer

WAIT_SECONDS = 20


class DialogueTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="resonate-dialogue-")
        self.addCleanup(folder.cleanup)
        config = Path(folder.name) / "resonate.conf"
        self.app = fixture.an_app()
        config.write_text(fixture.config_text(apps=[self.app]))
        config.chmod(0o600)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.addCleanup(ours.close)
        self.new = subprocess.Popen(
            [fixture.resonated(), "--config", str(config), "--no-bus"], pass_fds=[theirs.fileno()], text=True,
            env={**os.environ, "RESONATE_SWAP_FD": str(theirs.fileno())}, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(self.end)
        theirs.close()
        self.old = dialogue.Dialogue(ours)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(self.listener.close)

    def end(self):
        if self.new.poll() is None:
            self.new.kill()
        self.new.communicate()

    def wait_for_failure(self, text):
        _, errors = self.new.communicate(timeout=WAIT_SECONDS)
        self.assertEqual(self.new.returncode, 1)
        self.assertRegex(errors, text)
        self.assertIsNone(fixture.COMPLAINT.search(errors), errors)

    def client(self):
        """Both ends of what might be a client's connection."""
        theirs, ours = socket.socketpair()
        for each in (theirs, ours):
            self.addCleanup(each.close)
        ours.settimeout(WAIT_SECONDS)
        return theirs, ours

    def offer(self):
        self.old.say(OFFER, dialogue.offer(), [self.listener.fileno()])
        self.old.expect(READY)
        self.say(STATE, dialogue.state())

    def say(self, word, variant, fds=()):
        fd = dialogue.document(variant)
        self.old.say(word, None, [fd, *fds])
        os.close(fd)

    def hand(self, *records):
        """Hands a client over for each record; returns the places that are refused, and the clients' ends."""
        pairs = [self.client() for _ in records]
        self.say(BATCH, dialogue.batch(*records), [theirs.fileno() for theirs, _ in pairs])
        for theirs, _ in pairs:
            theirs.close()
        return self.old.expect(KEPT)[1].unpack(), [ours for _, ours in pairs]

    def take(self, *gone):
        self.say(DONE, dialogue.absent(*gone))
        self.old.expect(INSTALLED)
        self.old.say(GO)
        self.old.expect(TAKEN)
        self.assertRegex(self.new.stdout.readline(), "^Serving on ")

    def test_another_version_of_the_dialogue_is_refused(self):
        self.old.say(OFFER, dialogue.offer(dialogue.VERSION + 1), [self.listener.fileno()])
        word, reason, _ = self.old.hear()
        self.assertEqual(word, FAILED)
        self.assertIn("version", reason.unpack())
        self.wait_for_failure("version")

    def test_a_record_of_another_version_is_refused_and_no_other(self):
        self.offer()
        version, first = dialogue.record(self.app, "1.1")
        _, second = dialogue.record(self.app, "1.2")
        refused, clients = self.hand((version + 1, first), (version, second))
        self.assertEqual(refused, [0])
        self.assertEqual(clients[0].recv(1), b"", "it is nobody's any more, once we have closed it too")
        self.take()
        clients[1].send(peer.frame(peer.PUSHER_PING))
        self.assertIn(b"pusher:pong", clients[1].recv(100))

    def test_what_cannot_be_a_client_here_is_refused(self):
        self.offer()
        good = dialogue.record(self.app, "1.1")
        version, record = good
        stream, client = record.unpack()
        kind = record.get_type_string()
        deflated = GLib.Variant(kind, ((4, *stream[1:]), client))
        nameless = GLib.Variant(kind, ((200, *stream[1:]), client))
        without = GLib.Variant(kind, (stream, None))
        unsigned = dialogue.record(self.app, "1.4", channels=[("presence-a", 0, "no JSON")])
        refused, _ = self.hand(good, good, dialogue.record(fixture.an_app("2"), "1.2"), (version, deflated),
                               (version, nameless), (version, without), (version, GLib.Variant("s", "")), unsigned,
                               dialogue.record(self.app, "1.3"))
        self.assertEqual(refused, [1, 2, 4, 5, 6, 7] if self.deflates() else [1, 2, 3, 4, 5, 6, 7])
        self.take()

    @staticmethod
    def deflates():
        """Whether messages are compressed unless something else is said."""
        listed = subprocess.run([Path(fixture.resonated()).with_name("resonatectl"), "config", "sample"], text=True,
                                stdout=subprocess.PIPE, check=True).stdout
        return "permessage-deflate = true" in listed.replace("#", "")

    def test_nobody_hears_anything_before_the_word(self):
        """The old process goes on with its clients when we end, so they must not have been touched."""
        self.offer()
        pairs = [self.client() for _ in range(100)]
        records = [dialogue.record(self.app, f"1.{n}", channels=[("presence-a", n, reload.presence_data(n))])
                   for n in range(len(pairs))]
        self.say(BATCH, dialogue.batch(*records), [theirs.fileno() for theirs, _ in pairs])
        self.old.expect(KEPT)
        for _, ours in pairs:
            ours.send(peer.frame(peer.PUSHER_PING))
        self.say(DONE, dialogue.absent((self.app["id"], "presence-a", reload.presence_data("gone"))))
        self.old.expect(INSTALLED)
        self.old.socket.close()
        self.wait_for_failure("The other process has ended")
        for theirs, ours in pairs:
            self.assertEqual(theirs.recv(1000), peer.frame(peer.PUSHER_PING))
            ours.setblocking(False)
            with self.assertRaises(BlockingIOError):
                ours.recv(1)

    def test_it_does_not_begin_when_nobody_hears_that_it_does(self):
        self.offer()
        theirs, ours = self.client()
        self.say(BATCH, dialogue.batch(dialogue.record(self.app, "1.1")), [theirs.fileno()])
        self.old.expect(KEPT)
        ours.send(peer.frame(peer.PUSHER_PING))
        self.say(DONE, dialogue.absent())
        self.old.expect(INSTALLED)
        self.old.socket.shutdown(socket.SHUT_RD)
        self.old.say(GO)
        self.wait_for_failure("Cannot say ‘taken’")
        self.assertEqual(theirs.recv(1000), peer.frame(peer.PUSHER_PING))

    def test_who_leaves_before_anything_was_said(self):
        self.old.socket.close()
        self.wait_for_failure("The other process has ended")

    def test_words_that_make_no_sense(self):
        for words in ([TAKEN], [GO], [STATE], [OFFER, BATCH], [OFFER, OFFER], [77]):
            with self.subTest(words=words):
                for word in words:
                    self.old.say(word, dialogue.offer() if word == OFFER else None)
                self.old.socket.shutdown(socket.SHUT_WR)
                self.wait_for_failure("another way|unknown")
                self.doCleanups()
                self.setUp()

    def test_documents_that_are_none(self):
        self.offer()
        fd = os.memfd_create("nonsense")
        os.write(fd, b"\xff" * 1000)
        self.old.say(BATCH, None, [fd, self.listener.fileno()])
        os.close(fd)
        word, *_ = self.old.hear()
        self.assertIn(word, (KEPT, FAILED))
        self.old.socket.close()
        self.new.communicate(timeout=WAIT_SECONDS)
        self.assertEqual(self.new.returncode, 1)


if __name__ == "__main__":
    unittest.main()
