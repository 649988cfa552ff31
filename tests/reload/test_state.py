#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the server keeps of a client, on its way to another process: in the middle of everything."""

import json
import unittest
import zlib

import reload
from reload import bus, fixture, peer

LARGE = "x" * 8000
N_LARGE = 100


class StateTest(reload.ReloadCase):
    def test_what_was_not_sent_is_sent(self):
        """A client that reads nothing has the kernel's buffers full and a queue in the server, to the byte."""
        self.serve(server={"max-request-size": "20000"})
        slow = self.connect(receive_buffer=4096)
        reload.join(slow, self.app, "private-a")
        for number in range(N_LARGE):
            self.publish("private-a", f"{number}:{LARGE}")
        for number in range(3):
            self.reload()
            self.publish("private-a", f"{N_LARGE + number}:{LARGE}")
        heard = [slow.event("e")["data"] for _ in range(N_LARGE + 3)]
        self.assertEqual(heard, [f"{number}:{LARGE}" for number in range(N_LARGE + 3)])
        slow.fence()

    def test_what_was_not_read_is_read(self):
        """Frames that are with the server, or with the kernel, when the moment comes; more than one turn takes."""
        self.serve()
        client, other = self.connect(), self.connect()
        for each in (client, other):
            reload.join(each, self.app, "private-a")
        said = 0
        for _ in range(3):
            frames = []
            for said in range(said + 1, said + 1001):
                frames.append(peer.frame(peer.message("client-n", "private-a", {"n": said})))
            client.send(b"".join(frames))
            self.reload()
        heard = [other.event("client-n")["data"]["n"] for _ in range(said)]
        self.assertEqual(heard, list(range(1, said + 1)))

    def test_the_last_event_of_a_cache_channel(self):
        self.serve(fixture.an_app(cache_ttl="1h"))
        self.publish("cache-a", "kept")
        self.reload()
        client = self.connect()
        reload.join(client, self.app, "cache-a")
        self.assertEqual(client.event("e")["data"], "kept")

    def test_the_rate_limit(self):
        self.serve(fixture.an_app(rate_limiting_enabled="true", rate_limit_max_attempts=3, rate_limit_decay_seconds=600))
        client = self.connect()
        client.fence()
        client.fence()
        self.reload()
        client.fence()
        client.say(peer.PUSHER_PING)
        self.assertEqual(client.error(), 4301)

    def test_who_was_asked_for_a_sign_of_life_is_not_asked_again(self):
        self.serve(fixture.an_app(ping_interval="2s"))
        client = self.connect()
        client.event("pusher:ping")
        self.reload()
        client.event("pusher:error")
        self.assertEqual(client.end(), 4201)

    def test_liveness_goes_on(self):
        self.serve(fixture.an_app(ping_interval="2s"))
        client = self.connect()
        self.reload()
        client.event("pusher:ping")
        client.say(peer.message("pusher:pong", data={}))
        client.event("pusher:ping")

    def test_messages_are_compressed_as_was_agreed(self):
        self.serve(server={"permessage-deflate": "true"})
        client = self.connect(extra="Sec-WebSocket-Extensions: permessage-deflate; client_no_context_takeover\r\n")
        self.assertIn(b"permessage-deflate", client.head)
        reload.join(client, self.app, "a")
        self.reload()
        self.publish("a", "y" * 1000)
        while len(client.got) < 2:
            client.read()
        self.assertEqual(client.got[0], peer.FIN | peer.RSV1 | peer.TEXT)
        _, payload = client.next_frame()
        text = zlib.decompressobj(-15).decompress(payload + b"\0\0\xff\xff")
        self.assertEqual(json.loads(text)["data"], "y" * 1000)

        packer = zlib.compressobj(wbits=-15)
        packed = packer.compress(peer.PUSHER_PING.encode()) + packer.flush(zlib.Z_SYNC_FLUSH)
        client.send(peer.frame(packed[:-4], peer.FIN | peer.RSV1 | peer.TEXT))
        client.event("pusher:pong")

    def test_apps_are_kept_apart(self):
        self.serve(fixture.an_app("1"), fixture.an_app("2"))
        client = self.connect()
        other = peer.WebSocket(self.server, fixture.an_app("2"))
        self.addCleanup(other.close)
        for each, app in ((client, self.app), (other, fixture.an_app("2"))):
            reload.join(each, app, "a")
        self.reload()
        self.publish("a", "1")
        self.assertEqual(client.event("e")["data"], "1")
        other.fence()

    def test_an_event_leaves_out_whom_it_left_out_before(self):
        self.serve()
        client, other = self.connect(), self.connect()
        for each in (client, other):
            reload.join(each, self.app, "a")
        self.reload()
        body = json.dumps({"name": "e", "channel": "a", "data": "1", "socket_id": client.id}).encode()
        status, _ = peer.ask(self.server, peer.signed(self.app, "POST", "/events", body))
        self.assertEqual(status, 200)
        other.event("e")
        client.fence()

    def test_half_a_request_is_answered_by_the_next(self):
        self.serve()
        request = peer.signed(self.app, "GET", "/connections")
        with peer.Peer(self.server) as publisher:
            publisher.send(request[:40])
            self.reload()
            publisher.send(request[40:])
            self.assertEqual(publisher.answer()[0], 200)

    def test_what_was_counted(self):
        self.serve()
        client = self.connect()
        reload.join(client, self.app, "a")
        self.publish("a", "1")
        client.event("e")
        facts = ("messages-received", "messages-sent", "bytes-received", "bytes-sent", "opened-at", "address")
        before = self.call(bus.MANAGER, "GetConnection", "(s)", client.id)
        metrics = self.call(bus.METRICS, "GetSnapshot")
        self.reload()
        after = self.call(bus.MANAGER, "GetConnection", "(s)", client.id)
        self.assertEqual([after[fact] for fact in facts], [before[fact] for fact in facts])
        again = self.call(bus.METRICS, "GetSnapshot")
        apps = [name for name in metrics if self.app["id"] in name]
        self.assertTrue(apps)
        self.assertEqual({name: again[name] for name in apps}, {name: metrics[name] for name in apps})
        client.close()
        bus.wait_until("it to be gone", lambda: self.get(bus.MANAGER, "Connections") == 0)
        gauge, = [name for name in apps if "subscriptions" in name]
        self.assertEqual(self.call(bus.METRICS, "GetSnapshot")[gauge], 0)


if __name__ == "__main__":
    unittest.main()
