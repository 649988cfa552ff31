# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Publishers who go on whatever happens, and what has to have been heard of them."""

import threading
import time
from typing import NamedTuple

import nodes

# What was answered this long before something broke may have been under way when it did.
UNDER_WAY_SECONDS = 2.0
# How long an event may take to arrive, over a wire that is slow.
ARRIVAL_SECONDS = 5.0


class Said(NamedTuple):
    """One event: on which node and channel, when it was sent and answered, and with what (0 is no answer)."""

    node: nodes.Node
    channel: str
    n: int
    begun: float
    answered: float
    status: int


class Load:
    """`with Load(node, app, channels):` publishes numbered events to CHANNELS by turns, one each EVERY seconds."""

    def __init__(self, node, app, channels, every=0.005):
        self.node, self.app, self.channels, self.every = node, app, channels, every
        self.who = f"publisher-{node.name}"
        self.said = []
        self._publisher = None
        self._numbers = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self):
        turn = 0
        while not self._stopping.wait(self.every):
            channel = self.channels[turn % len(self.channels)]
            turn += 1
            if self._publisher is None and not self._connect():
                continue
            begun = time.monotonic()
            try:
                n, status = self._publisher.say(channel)
            except (AssertionError, OSError):
                n, status = self._numbers[channel], 0
                self._disconnect()
            self.said.append(Said(self.node, channel, n, begun, time.monotonic(), status))
        self._disconnect()

    def _connect(self):
        try:
            self._publisher = nodes.Publisher(self.node, self.app, self.who)
        except OSError:
            return False
        self._publisher.said = self._numbers
        return True

    def _disconnect(self):
        if self._publisher is not None:
            self._publisher.close()
            self._publisher = None

    def last(self, channel):
        """The number of the latest event of CHANNEL that was answered."""
        return next((one.n for one in reversed(self.said) if one.channel == channel and one.status == 200), 0)

    def stop(self):
        self._stopping.set()
        self._thread.join()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Troubles:
    """When each node was not what it should be: what crossed it then may be missing, and nothing else."""

    def __init__(self):
        self._spans = []

    def begin(self, *of, why=None):
        for node in of:
            self._spans.append([node, time.monotonic(), None, why])

    def end(self, *of, why=None):
        """Ends what began for the same reason."""
        for span in self._spans:
            if span[0] in of and span[2] is None and span[3] == why:
                span[2] = time.monotonic()

    def excuse(self, said, node):
        """Whether SAID may not have reached NODE."""
        return any(
            of in (said.node, node) and begun <= said.answered + UNDER_WAY_SECONDS
            and (ended is None or ended >= said.begun)
            for of, begun, ended, _ in self._spans)


def complaints(listener, loads, troubles):
    """What LISTENER should have heard and did not, or heard twice, or in a wrong order."""
    with listener.audience.lock:
        heard_all = {channel: list(listener.heard[channel]) for channel in listener.joined}
    for channel, heard in heard_all.items():
        for load in loads:
            numbers = [n for who, n in heard if who == load.who]
            known = set(numbers)
            if len(known) != len(numbers):
                yield f"{listener} hears twice of {load.who} on {channel}: {twice(numbers)}"
            due = [said for said in load.said
                   if said.channel == channel and said.status == 200 and said.begun > listener.joined[channel]
                   and not troubles.excuse(said, listener.node)]
            missing = [said.n for said in due if said.n not in known]
            if missing:
                yield f"{listener} misses {missing[:10]} ({len(missing)}) of {load.who} on {channel}"
            wanted = {said.n for said in due}
            order = [n for n in numbers if n in wanted]
            if order != sorted(order):
                yield f"{listener} hears {load.who} on {channel} in a wrong order"


def what_is_missing(listeners, loads, troubles):
    """All complaints of LISTENERS, after what is under way has had the time to come."""
    late = time.monotonic() + ARRIVAL_SECONDS
    arriving = threading.Event()
    while (found := [text for one in listeners for text in complaints(one, loads, troubles)]):
        if time.monotonic() > late:
            break
        arriving.wait(0.1)
    return found


def twice(numbers):
    seen, found = set(), []
    for n in numbers:
        if n in seen:
            found.append(n)
        seen.add(n)
    return found[:10]
