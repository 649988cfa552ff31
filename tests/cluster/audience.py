# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Clients of many nodes, in a thread of their own, who number what they hear and keep lists of who is there."""

import contextlib
import json
import selectors
import socket
import sys
import threading
import time
from pathlib import Path

for folder in ("fixtures", "edge"):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / folder))
import peer  # noqa: E402

WAIT_SECONDS = 20
MAX_COMPLAINTS = 20


class Listener(peer.WebSocket):
    """One client, who never waits for its server: not to be let in, not for what it asks.

    In heard are the pairs (from, n) of each channel in order, in members whom it knows to be on a presence channel, in
    joined since when it is on a channel."""

    def __init__(self, audience, node, channels, user=None):
        peer.Peer.__init__(self, node)
        self.audience, self.node, self.user = audience, node, user
        self.id = None
        self.is_open = True
        self.joined = {}
        self.heard = {channel: [] for channel in channels}
        self.members = {}
        self.errors = []
        self._is_greeted = False
        self.send(peer.handshake(audience.app))

    @property
    def channels(self):
        return list(self.heard)

    @property
    def is_settled(self):
        """It is on all of its channels, or has gone."""
        return not self.is_open or len(self.joined) == len(self.heard)

    def __repr__(self):
        return f"<{self.user or self.id} on {self.node.name}>"

    def publish(self, channel, n, who=None):
        """A client event, numbered."""
        self.say(peer.message("client-said", channel, json.dumps({"from": who or self.user, "n": n})))

    def join(self, channel):
        self.heard.setdefault(channel, [])
        data = {"channel": channel}
        if channel.startswith("presence-"):
            data["channel_data"] = json.dumps({"user_id": self.user, "user_info": {"name": self.user}})
        if channel.startswith(("private-", "presence-")):
            data["auth"] = peer.channel_auth(self.audience.app, self, channel, data.get("channel_data"))
        self.say(peer.message("pusher:subscribe", data=data))

    def leave(self, channel):
        self.say(peer.message("pusher:unsubscribe", data={"channel": channel}))
        self.joined.pop(channel, None)
        self.members.pop(channel, None)
        del self.heard[channel]

    # What the thread of the audience does

    def hear(self):
        """Takes in what has come. False when the connection is over."""
        try:
            data = self.socket.recv(1 << 18, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return True
        except OSError:
            return False
        if not data:
            return False
        self.got += data
        if not self._is_greeted:
            head, end, rest = self.got.partition(b"\r\n\r\n")
            if not end:
                return True
            if not head.startswith(b"HTTP/1.1 101 "):
                self.errors.append(head.split(b"\r\n")[0].decode())
                return False
            self._is_greeted, self.got = True, rest
        while found := self.take_frame():
            self._take(*found)
        return True

    def _take(self, opcode, payload):
        if opcode == peer.CLOSE:
            self.errors.append(int.from_bytes(payload[:2], "big"))
        elif opcode == peer.PING:
            self.send(peer.frame(payload, peer.FIN | peer.PONG))
        else:
            event = json.loads(payload)
            act = self._acts.get(event["event"])
            if act is not None:
                act(self, event)
            else:
                self._take_said(event)

    def _take_established(self, event):
        self.id = json.loads(event["data"])["socket_id"]
        for channel in self.heard:
            self.join(channel)

    def _take_joined(self, event):
        channel = event["channel"]
        if channel.startswith("presence-"):
            presence = json.loads(event["data"])["presence"]
            ids = [str(one) for one in presence["ids"]]
            self.members[channel] = set(ids)
            if len(ids) != len(set(ids)) or len(ids) != presence["count"] or set(ids) != set(presence["hash"]):
                self.audience.complain(f"{self} is told of {presence}")
            if self.user not in ids:
                self.audience.complain(f"{self} is not among those of {channel}: {sorted(ids)}")
        self.joined[channel] = time.monotonic()

    def _take_added(self, event):
        user = str(json.loads(event["data"])["user_id"])
        members = self.members.get(event["channel"])
        if members is None or user in members:
            self.audience.complain(f"{self} is told that {user} came to {event['channel']}, and knew it")
        else:
            members.add(user)
        self.audience.n_added += 1

    def _take_removed(self, event):
        user = str(json.loads(event["data"])["user_id"])
        members = self.members.get(event["channel"])
        if members is None or user not in members:
            self.audience.complain(f"{self} is told that {user} left {event['channel']}, and knew it")
        else:
            members.remove(user)
        self.audience.n_removed += 1

    def _take_said(self, event):
        said = event["data"] if isinstance(event["data"], dict) else json.loads(event["data"])
        heard = self.heard.get(event["channel"])
        if heard is None:
            self.audience.complain(f"{self} hears {event}")
            return
        heard.append((said["from"], said["n"]))
        self.audience.n_heard += 1

    _acts = {
        "pusher:connection_established": _take_established,
        "pusher_internal:subscription_succeeded": _take_joined,
        "pusher_internal:member_added": _take_added,
        "pusher_internal:member_removed": _take_removed,
        "pusher_internal:subscription_count": lambda self, event: None,
        "pusher:ping": lambda self, event: self.say(peer.message("pusher:pong", data={})),
        "pusher:pong": lambda self, event: None,
        "pusher:error": lambda self, event: self.errors.append(event["data"]),
    }


class Audience:
    """`with Audience(app) as audience:` listens until the block ends. Who looks at a listener holds the lock."""

    def __init__(self, app, on_lost=None):
        self.app = app
        self.lock = threading.RLock()
        self.listeners = []
        self.complaints = []
        self.n_heard = self.n_added = self.n_removed = 0
        self._on_lost = on_lost
        self._changed = threading.Condition(self.lock)
        self._selector = selectors.DefaultSelector()
        self._waker, self._woken = socket.socketpair()
        self._selector.register(self._woken, selectors.EVENT_READ, None)
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def complain(self, text):
        if len(self.complaints) < MAX_COMPLAINTS:
            self.complaints.append(text)

    def add(self, node, *channels, user=None):
        """Somebody who comes to NODE and joins CHANNELS; is_settled says when that has happened."""
        listener = Listener(self, node, channels, user)
        with self.lock:
            self.listeners.append(listener)
            self._selector.register(listener, selectors.EVENT_READ, listener)
        return listener

    def join(self, node, *channels, user=None):
        """The same, waited for."""
        listener = self.add(node, *channels, user=user)
        self.wait(lambda: listener.is_settled and listener.is_open, f"{listener} is on {channels}")
        return listener

    def remove(self, listener):
        """It closes its connection."""
        with self.lock:
            if listener.is_open:
                self._forget(listener)

    def wait(self, condition, what, seconds=WAIT_SECONDS):
        """Waits until CONDITION () is true of what has been heard."""
        late = time.monotonic() + seconds
        with self._changed:
            while not condition():
                left = late - time.monotonic()
                assert left > 0, f"not in {seconds} s: {what}"
                # What is waited for may depend on more than what is heard.
                self._changed.wait(min(left, 0.05))

    def settle(self):
        self.wait(lambda: all(one.is_settled for one in self.listeners), "everybody is on their channels")

    def fence(self, *listeners):
        """A ping there and back for all of LISTENERS: what had been sent to them is here."""
        with self.lock:
            waiting = {}
            for listener in listeners or self.listeners:
                waiting[listener] = True
                listener._acts = {**Listener._acts, "pusher:pong": lambda who, event: waiting.pop(who, None)}
                listener.say(peer.PUSHER_PING)
        self.wait(lambda: not waiting, "the answer to a ping")

    def alive(self):
        return [listener for listener in self.listeners if listener.is_open]

    def _run(self):
        while True:
            found = self._selector.select()
            with self._changed:
                for key, _ in found:
                    if key.data is None:
                        return
                    if key.data.is_open and not key.data.hear():
                        self._forget(key.data)
                        if self._on_lost is not None:
                            self._on_lost(key.data)
                self._changed.notify_all()

    def _forget(self, listener):
        listener.is_open = False
        with contextlib.suppress(KeyError):
            self._selector.unregister(listener)
        listener.close()
        self._changed.notify_all()

    def close(self):
        self._waker.send(b"!")
        self._thread.join()
        for listener in self.alive():
            listener.close()
        self._selector.close()
        self._waker.close()
        self._woken.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
