#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A server that is to end sends its clients away one after the other, so that they do not come back all at once."""

import selectors
import signal
import time
import unittest

import reload
from reload import bus, peer

N_CLIENTS = 100
DRAIN_SECONDS = 3
TOLERANCE = 0.1
PROBE = b"GET /ready HTTP/1.1\r\nHost: localhost\r\n\r\n"


class DrainTest(reload.ReloadCase):
    def leave(self):
        if self.server.process.poll() is None:
            super().leave()
        else:
            self.server.wait()

    def watch(self, clients):
        """When each client heard of its end, in seconds from now, and with which words; they answer and go."""
        start, ends = time.monotonic(), []
        with selectors.DefaultSelector() as waiting:
            for client in clients:
                waiting.register(client, selectors.EVENT_READ, client)
            while waiting.get_map():
                ready = waiting.select(bus.WAIT_SECONDS)
                self.assertTrue(ready, "nobody hears anything any more")
                for key, _ in ready:
                    waiting.unregister(key.fileobj)
                    opcode, payload = key.data.next_frame()
                    self.assertEqual(opcode, peer.CLOSE)
                    ends.append((time.monotonic() - start, int.from_bytes(payload[:2], "big"), payload[2:]))
                    key.data.send(peer.frame(payload, peer.FIN | peer.CLOSE))
        return ends

    def check_pace(self, ends, seconds):
        self.assertEqual({end[1:] for end in ends}, {(4200, b"Server is draining, reconnect")})
        for number, (at, *_) in enumerate(ends, 1):
            self.assertAlmostEqual(at, seconds * number / len(ends), delta=seconds * TOLERANCE)

    def test_the_closes_are_spread_over_the_time(self):
        self.serve(server={"drain-timeout": f"{DRAIN_SECONDS}s"})
        clients = [self.connect() for _ in range(N_CLIENTS)]
        with peer.Peer(self.server) as probe:
            probe.send(b"GET /ready HTTP/1.1\r\nHost: localhost\r\n\r\n")
            self.assertEqual(probe.answer()[0], 200)
            self.server.process.send_signal(signal.SIGUSR2)
            bus.wait_until("the drain", lambda: self.get(bus.MANAGER, "State") == "draining")
            probe.send(b"GET /ready HTTP/1.1\r\nHost: localhost\r\n\r\n")
            self.assertEqual(probe.answer()[0], 503)
            self.check_pace(self.watch(clients), DRAIN_SECONDS)
        self.server.process.wait(bus.WAIT_SECONDS)

    def ask_anew(self, request):
        """The status that one hears who connects now; None when there is nobody to connect to."""
        try:
            return peer.ask(self.server, request)[0]
        except ConnectionRefusedError:
            return None

    def test_a_probe_that_connects_does_not_find_a_closed_door_before_it_has_heard_503(self):
        self.serve(server={"drain-timeout": f"{DRAIN_SECONDS}s"})
        clients = [self.connect() for _ in range(2)]
        self.assertEqual(self.ask_anew(PROBE), 200)
        begin = time.monotonic()
        self.call(bus.MANAGER, "Drain", "(u)", 0)
        self.assertEqual(self.ask_anew(PROBE), 503)
        self.assertEqual(self.ask_anew(peer.handshake(self.app)), 503)
        heard = bus.wait_until("the door to be closed", lambda: self.ask_anew(PROBE) or "closed")
        while heard != "closed":
            self.assertEqual(heard, 503)
            heard = self.ask_anew(PROBE) or "closed"
        self.assertGreater(time.monotonic() - begin, DRAIN_SECONDS / 10)
        for client in clients:
            client.fence()
            client.close()
        self.assertEqual(self.server.process.wait(bus.WAIT_SECONDS), 0)

    def test_nobody_is_waited_for_where_nobody_is(self):
        self.serve(server={"drain-timeout": "60s"})
        begin = time.monotonic()
        self.call(bus.MANAGER, "Drain", "(u)", 0)
        self.assertEqual(self.server.process.wait(bus.WAIT_SECONDS), 0)
        self.assertLess(time.monotonic() - begin, 2)

    def test_a_stop_does_not_keep_the_door_open(self):
        self.serve(server={"drain-timeout": "60s"})
        client = self.connect()
        self.call(bus.MANAGER, "Stop")
        self.assertEqual(client.next_frame()[0], peer.CLOSE)
        self.assertIsNone(self.ask_anew(PROBE))
        client.close()
        self.assertEqual(self.server.process.wait(bus.WAIT_SECONDS), 0)

    def test_who_waits_to_be_accepted_is_not_reset(self):
        """All of them come, with their handshakes, while the server does not run; what it sees first is the signal."""
        self.serve(server={"drain-timeout": "1s"})
        self.server.process.send_signal(signal.SIGSTOP)
        clients = [peer.Peer(self.server) for _ in range(N_CLIENTS)]
        for client in clients:
            client.send(peer.handshake(self.app))
        self.server.process.send_signal(signal.SIGUSR2)
        self.server.process.send_signal(signal.SIGCONT)
        for client in clients:
            self.assertRegex(client.read_to_end(), rb"^HTTP/1\.1 (101|503) ")
            client.close()
        self.assertEqual(self.server.process.wait(bus.WAIT_SECONDS), 0)

    def test_who_is_there_is_served_and_the_last_to_leave_ends_it(self):
        self.serve(server={"drain-timeout": "60s"})
        clients = [self.connect() for _ in range(2)]
        self.call(bus.MANAGER, "Drain", "(u)", 60_000)
        reload.join(clients[0], self.app, "private-a")
        for client in clients:
            client.fence()
            client.close()
        self.assertEqual(self.server.process.wait(5), 0)


if __name__ == "__main__":
    unittest.main()
