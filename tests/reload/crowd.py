# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Clients by the thousand, in a thread of their own, who count what they hear and complain of all that is amiss."""

import json
import queue
import selectors
import socket
import threading
import time

import reload
from reload import peer

JOIN_SECONDS = 60
SILENCE_SECONDS = 20


class Member:
    """One client on one channel. What it hears of somebody has to be one, two, three, and so on."""

    def __init__(self, crowd, name, channel):
        self.crowd, self.name, self.channel = crowd, name, channel
        user = name if channel.startswith("presence-") else None
        self.client = peer.WebSocket(crowd.server, crowd.app)
        reload.join(self.client, crowd.app, channel, user)
        self.heard = {}
        self.said = 0

    def say(self):
        self.said += 1
        data = json.dumps({"from": self.name, "n": self.said})
        if not self.client.say(peer.message("client-said", self.channel, data)):
            self.crowd.complain(f"{self.name} cannot send")

    def hear(self, now):
        if not self.client.read():
            self.crowd.complain(f"{self.name} was disconnected")
            return False
        while found := self.client.take_frame():
            self._take(now, *found)
        return True

    def _take(self, now, opcode, payload):
        event = json.loads(payload) if opcode == peer.TEXT else {"event": f"frame {opcode}"}
        if event["event"] == "pusher:ping":
            self.client.say(peer.message("pusher:pong", data={}))
            return
        if event["event"] not in ("client-said", "published"):
            if not self.crowd.is_settled and event["event"] == "pusher_internal:member_added":
                return
            self.crowd.complain(f"{self.name} hears {event}")
            return
        said = event["data"] if isinstance(event["data"], dict) else json.loads(event["data"])
        expected = self.heard.get(said["from"], 0) + 1
        if said["n"] != expected:
            self.crowd.complain(f"{self.name} hears {said['n']} of {said['from']} where {expected} belongs")
        self.heard[said["from"]] = said["n"]
        self.crowd.heard(now)


class Crowd:
    """Idle members, who listen, and busy ones, who talk to their channel all the time, and publishers over HTTP."""

    def __init__(self, server, app):
        self.server, self.app = server, app
        self.members, self.talkers = [], []
        self.complaints = []
        self.is_settled = False
        self.is_talking = False
        self.published = {}
        self.n_heard = self.n_connects = 0
        self.longest_silence = 0.0
        self._last = None
        self._ended = threading.Event()
        self._jobs = queue.Queue()
        self._selector = selectors.DefaultSelector()
        self._threads = []

    def complain(self, text):
        if len(self.complaints) < 20:
            self.complaints.append(text)

    def heard(self, now):
        if self._last is not None:
            self.longest_silence = max(self.longest_silence, now - self._last)
        self._last = now
        self.n_heard += 1

    def add(self, name, channel, is_talker=False):
        member = Member(self, name, channel)
        member.client.socket.setblocking(True)
        self.members.append(member)
        if is_talker:
            self.talkers.append(member)
        self._selector.register(member.client, selectors.EVENT_READ, member)

    def start(self, channels, talk_every):
        """Everybody has joined: from here on nobody comes and nobody leaves."""
        self._listen_for(0.5, lambda: self._is_quiet())
        self.is_settled = self.is_talking = True
        for target in (lambda: self._talk(talk_every), lambda: self._publish(channels), self._connect):
            self._threads.append(threading.Thread(target=target))
            self._threads[-1].start()

    def _is_quiet(self):
        return not self._selector.select(0)

    def _listen(self, seconds):
        for key, _ in self._selector.select(seconds):
            if not key.data.hear(time.monotonic()):
                self._selector.unregister(key.fileobj)

    def _listen_for(self, seconds, is_over):
        """Listens until IS_OVER () has been true for SECONDS."""
        since, late = None, time.monotonic() + JOIN_SECONDS
        while since is None or time.monotonic() - since < seconds:
            over = is_over()
            since = (since or time.monotonic()) if over else None
            assert time.monotonic() < late, "the crowd does not settle"
            self._listen(0.01)

    def _talk(self, every):
        """Listens, and has each talker say something in turn, all of them once in EVERY seconds."""
        at = time.monotonic()
        turn = 0
        while self.is_talking or not self._has_all():
            if not self.is_talking and self._last is not None and time.monotonic() - self._last > SILENCE_SECONDS:
                self.complain(f"not everything was heard: {self._missing()}")
                break
            self._listen(0.001)
            while self.is_talking and time.monotonic() >= at:
                self.talkers[turn % len(self.talkers)].say()
                turn += 1
                at += every / len(self.talkers)
        self._ended.set()

    def _publish(self, channels):
        """Events over HTTP, by turns on a connection that is kept and on new ones; each has to be answered with 200."""
        kept = peer.Peer(self.server)
        turn = 0
        while self.is_talking and not self.complaints:
            channel = channels[turn % len(channels)]
            n = self.published.get(channel, 0) + 1
            body = peer.event(channel, json.dumps({"from": "publisher", "n": n}), "published")
            request = peer.signed(self.app, "POST", "/events", body)
            try:
                if turn % 2:
                    status, answer = peer.ask(self.server, request)
                else:
                    kept.send(request)
                    status, answer = kept.answer()
            except (AssertionError, OSError) as error:
                status, answer = 0, error
            if status != 200:
                self.complain(f"a publisher is answered {status}: {answer}")
            self.published[channel] = n
            turn += 1
        kept.close()

    def _connect(self):
        """Comes and goes: nobody may be refused, or cut off before being greeted."""
        while self.is_talking and not self.complaints:
            try:
                with peer.WebSocket(self.server, self.app) as client:
                    client.fence()
                    client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                self.n_connects += 1
            except (AssertionError, OSError) as error:
                self.complain(f"a connect fails: {error!r}")

    def _expected(self, member):
        expected = {t.name: t.said for t in self._by_channel[member.channel] if t is not member and t.said}
        if member.channel in self.published:
            expected["publisher"] = self.published[member.channel]
        return expected

    def _has_all(self):
        if any(thread.is_alive() for thread in self._threads[1:]):
            return False
        self._by_channel = {}
        for member in self.members:
            self._by_channel.setdefault(member.channel, [])
        for talker in self.talkers:
            self._by_channel[talker.channel].append(talker)
        return all(member.heard == self._expected(member) for member in self.members)

    def _missing(self):
        wrong = [m for m in self.members if m.heard != self._expected(m)]
        return f"{len(wrong)} members, {wrong[0].name} has {wrong[0].heard} of {self._expected(wrong[0])}"

    def stop(self):
        """Nobody talks any more; waits until everybody has heard everything."""
        self.is_talking = False
        for thread in self._threads:
            thread.join()
        self._threads = []

    def close(self):
        self.stop()
        for member in self.members:
            member.client.close()
        self._selector.close()
