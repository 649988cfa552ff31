#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a client, a publisher and an administrator see of another process: nothing, but for the administrator."""

import json
import socket
import unittest

import reload
from reload import bus, peer


class SwapTest(reload.ReloadCase):
    def test_an_idle_client_goes_on(self):
        self.serve()
        client = self.connect()
        report = self.reload()
        self.assertEqual((report["handed-over"], report["draining"]), (1, 0))
        self.wait_for_old(self.old[-1])
        client.fence()

    def test_channels_users_and_order_are_kept(self):
        self.serve()
        clients = [self.connect() for _ in range(3)]
        reload.join(clients[2], self.app, "private-a")
        reload.join(clients[0], self.app, "private-a")
        for user, client in enumerate(clients):
            reload.join(client, self.app, "presence-room", f"u{user}")
        for late, client in enumerate(clients):
            for user in range(late + 1, 3):
                joined = client.event("pusher_internal:member_added")
                self.assertEqual(json.loads(joined["data"])["user_id"], f"u{user}")
        self.reload()
        self.wait_for_old(self.old[-1])

        for client in clients:
            client.fence()
        fourth = self.connect()
        told = json.loads(reload.join(fourth, self.app, "presence-room", "u3")["data"])
        self.assertEqual(told["presence"]["ids"], ["u0", "u1", "u2", "u3"])
        for client in clients:
            client.event("pusher_internal:member_added")
        clients[0].close()
        for client in clients[1:]:
            gone = client.event("pusher_internal:member_removed")
            self.assertEqual(json.loads(gone["data"])["user_id"], "u0")
        self.publish("private-a", "1")
        self.assertEqual(clients[2].event("e")["data"], "1")

    def test_a_publisher_keeps_its_connection(self):
        self.serve()
        client = self.connect()
        reload.join(client, self.app, "private-a")
        with peer.Peer(self.server) as publisher:
            self.publish("private-a", "1", publisher)
            for number in range(2, 5):
                self.reload()
                self.wait_for_old(self.old[-1])
                self.publish("private-a", str(number), publisher)
        self.assertEqual([client.event("e")["data"] for _ in range(4)], ["1", "2", "3", "4"])

    def test_the_start_is_that_of_the_first(self):
        self.serve()
        started = self.get(bus.MANAGER, "StartedAt")
        self.reload()
        self.assertEqual(self.get(bus.MANAGER, "StartedAt"), started)

    def test_an_address_that_is_configured_anew(self):
        self.serve()
        client = self.connect()
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        self.install_script(f'exec "$RESONATED" "$@" --port {port}')
        self.reload()
        self.wait_for_old(self.server.pid)
        client.fence()
        with self.assertRaises(ConnectionRefusedError):
            self.connect()
        self.server.port = port
        self.connect().fence()


if __name__ == "__main__":
    unittest.main()
