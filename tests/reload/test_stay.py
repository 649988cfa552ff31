#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Clients that cannot go to another process: they are told to come again, and the others that they are gone."""

import json
import ssl
import subprocess
import threading
import unittest
from pathlib import Path

import reload
from reload import bus, peer


class SecurePeer(peer.WebSocket):
    """The same over TLS, whose certificate is nobody's."""

    def send(self, data):
        if not isinstance(self.socket, ssl.SSLSocket):
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            self.socket = context.wrap_socket(self.socket)
        return super().send(data)


class StayTest(reload.ReloadCase):
    def half(self, client):
        """The client says half of something; returns the rest."""
        frame = peer.frame(peer.PUSHER_PING)
        client.send(frame[:10])
        return frame[10:]

    def reload_meanwhile(self):
        """Begins a replacement, and returns when there is a process that gets ready, with how to wait for the end."""
        thread = threading.Thread(target=self.reload, kwargs={"timeout_ms": 500})
        thread.start()
        self.addCleanup(thread.join)
        return thread

    def test_who_is_in_the_middle_of_a_frame_has_a_second(self):
        self.serve()
        client = self.connect()
        rest = self.half(client)
        # The line is out when the replacement has its configuration, and everything else is still to come.
        thread = self.reload_meanwhile()
        bus.wait_until("a replacement", lambda: self.server.stderr().count("can read the secret") == 2)
        client.send(rest)
        client.event("pusher:pong")
        thread.join()
        self.wait_for_old(self.server.pid)
        client.fence()

    def test_who_does_not_end_a_frame_stays(self):
        self.serve()
        twice, others = [self.connect() for _ in range(2)], [self.connect() for _ in range(2)]
        for stuck in twice:
            reload.join(stuck, self.app, "presence-room", "stuck")
        for number, client in enumerate(others):
            reload.join(client, self.app, "presence-room", f"u{number}")
        others[0].event("pusher_internal:member_added")
        for stuck in twice:
            self.half(stuck)
        report = self.reload(timeout_ms=500)
        self.assertEqual((report["handed-over"], report["draining"]), (2, 2))
        for client in others:
            gone = client.event("pusher_internal:member_removed")
            self.assertEqual(json.loads(gone["data"])["user_id"], "stuck")
            client.fence()
        self.assertEqual([stuck.end() for stuck in twice], [4200, 4200])
        self.wait_for_old(self.server.pid)
        again = self.connect()
        reload.join(again, self.app, "presence-room", "stuck")
        for client in others:
            client.event("pusher_internal:member_added")
            client.fence()

    def test_a_user_who_is_there_twice_is_not_gone(self):
        self.serve()
        stuck, other = self.connect(), self.connect()
        reload.join(stuck, self.app, "presence-room", "u")
        reload.join(other, self.app, "presence-room", "u")
        self.half(stuck)
        self.reload(timeout_ms=500)
        self.assertEqual(stuck.end(), 4200)
        self.wait_for_old(self.server.pid)
        other.fence()

    def test_fragments_of_a_message_stay(self):
        self.serve()
        client = self.connect()
        client.send(peer.frame(b'{"event"', peer.TEXT))
        report = self.reload(timeout_ms=500)
        self.assertEqual((report["handed-over"], report["draining"]), (0, 1))
        self.assertEqual(client.end(), 4200)

    def test_those_who_stay_are_sent_away_at_a_pace(self):
        self.serve()
        stuck = [self.connect() for _ in range(4)]
        for client in stuck:
            self.half(client)
        report = self.reload(timeout_ms=1000)
        self.assertEqual((report["handed-over"], report["draining"]), (0, 4))
        self.assertEqual([client.end() for client in stuck], [4200] * 4)
        self.wait_for_old(self.server.pid)

    def test_who_comes_over_tls_stays(self):
        folder = self.program.parent
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                        "-keyout", "key.pem", "-out", "cert.pem", "-days", "2", "-subj", "/CN=localhost"],
                       cwd=folder, check=True, stderr=subprocess.DEVNULL)
        (folder / "key.pem").chmod(0o600)
        self.serve(server={"tls-certificate": folder / "cert.pem", "tls-key": folder / "key.pem"})
        client = SecurePeer(self.server, self.app)
        self.addCleanup(client.close)
        report = self.reload(timeout_ms=500)
        self.assertEqual((report["handed-over"], report["draining"]), (0, 1))
        self.assertEqual(client.end(), 4200)
        self.wait_for_old(self.server.pid)
        again = SecurePeer(self.server, self.app)
        self.addCleanup(again.close)
        again.fence()
        self.assertTrue(Path(f"/proc/{self.pid}").exists())


if __name__ == "__main__":
    unittest.main()
