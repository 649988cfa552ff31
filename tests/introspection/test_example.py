# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs one example that embeds a server, visits it with a client, and reads what it says.

    test_example.py SOURCE COMMAND...
"""

import asyncio
import hashlib
import hmac
import json
import re
import signal
import subprocess
import sys
import unittest
from pathlib import Path

import websockets

SOURCE, *COMMAND = sys.argv[1:]
DEADLINE_S = 30
MAX_LINES = 20
KEY, SECRET = "app-key", "app-secret"
CHANNEL = "presence-lobby"


def sign(text):
    return f"{KEY}:{hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).hexdigest()}"


class Client:
    """A client of the protocol, as small as it may be."""

    def __init__(self, socket):
        self.socket = socket

    @classmethod
    async def connect(cls, uri):
        self = cls(await websockets.connect(f"{uri.replace('http', 'ws', 1)}/app/{KEY}?protocol=7"))
        established = await self.expect("pusher:connection_established")
        self.id = json.loads(established["data"])["socket_id"]
        return self

    async def expect(self, event):
        frame = json.loads(await self.socket.recv())
        assert frame["event"] == event, frame
        return frame

    async def send(self, event, **data):
        await self.socket.send(json.dumps({"event": event, "data": data}))

    async def subscribe(self, channel, user):
        member = json.dumps({"user_id": user})
        auth = sign(f"{self.id}:{channel}:{member}")
        await self.send("pusher:subscribe", channel=channel, auth=auth, channel_data=member)
        await self.expect("pusher_internal:subscription_succeeded")


class Example(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.process = await asyncio.create_subprocess_exec(*COMMAND, stdout=subprocess.PIPE)
        self.uri = await self.said()

    async def asyncTearDown(self):
        if self.process.returncode is None:
            self.process.kill()
            await self.process.wait()

    async def said(self):
        return (await self.process.stdout.readline()).decode().rstrip("\n")

    async def visit(self):
        self.assertRegex(self.uri, r"^http://127\.0\.0\.1:[1-9][0-9]*$")

        client = await Client.connect(self.uri)
        self.assertEqual(await self.said(), f"opened {client.id}")

        await client.subscribe(CHANNEL, "ada")
        self.assertEqual(await self.said(), f"occupied 1 {CHANNEL}")
        self.assertEqual(await self.said(), f"member-added 1 {CHANNEL} ada")
        self.assertEqual(await self.said(), f"subscribed {client.id} {CHANNEL}")
        welcome = await client.expect("welcome")
        self.assertEqual(welcome["channel"], CHANNEL)
        json.loads(welcome["data"])

        await client.send("pusher:unsubscribe", channel=CHANNEL)
        self.assertEqual(await self.said(), f"member-removed 1 {CHANNEL} ada")
        self.assertEqual(await self.said(), f"vacated 1 {CHANNEL}")
        self.assertEqual(await self.said(), f"unsubscribed {client.id} {CHANNEL}")

        await client.socket.close()
        self.assertEqual(await self.said(), f"closed {client.id}")

    async def stop(self):
        client = await Client.connect(self.uri)
        await self.said()
        self.process.send_signal(signal.SIGTERM)
        await client.socket.wait_closed()
        self.assertEqual(client.socket.close_code, 1001)
        self.assertEqual(await self.process.wait(), 0)

    async def test_says_what_happens_and_stops(self):
        await asyncio.wait_for(self.visit(), DEADLINE_S)
        await asyncio.wait_for(self.stop(), DEADLINE_S)

    def test_is_short(self):
        text = re.sub(r'^""".*?"""$', "", Path(SOURCE).read_text(), flags=re.M)
        code = [line for line in text.splitlines() if line.strip() and not re.match(r"\s*(#|//)", line)]
        self.assertLessEqual(len(code), MAX_LINES)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
