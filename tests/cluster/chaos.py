# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What breaks, when, and for how long: a plan that follows from a number, and who carries it out."""

import heapq
import random
import signal
import threading
import time
from typing import NamedTuple

from nodes import redis

REDIS = "Redis"

# What it is done to, how often in a hundred, and for how long.
KINDS = {
    "kill": ("node", 20, (0.3, 3.0)),
    "pause": ("node", 20, (0.3, 7.0)),
    "cut": ("node", 20, (0.2, 3.0)),
    "hold": ("node", 10, (0.2, 8.0)),
    "reset": ("node", 10, (0.0, 0.0)),
    "restart": (REDIS, 10, (0.1, 2.0)),
    "silence": (REDIS, 5, (0.2, 3.0)),
    "disconnect": (REDIS, 5, (0.0, 0.0)),
}

# From one to the next, and how long one is left alone when it has just been mended.
PAUSE_SECONDS = (0.2, 2.0)
REST_SECONDS = 2.0
# How long something that was broken may take to be found out.
NOTICE_SECONDS = 1.0
RECOVERY_SECONDS = 30


class Blow(NamedTuple):
    """At a number of seconds after the begin, for a while, to a node or to Redis."""

    at: float
    kind: str
    target: str
    lasting: float

    def __str__(self):
        return f"{self.at:5.1f} s  {self.kind} {self.target}" + (f" for {self.lasting:.1f} s" if self.lasting else "")


def plan(seed, seconds, names):
    """The blows of SECONDS, to the nodes NAMES: the same for the same SEED, however fast the machine is."""
    dice = random.Random(seed)
    kinds, weights = list(KINDS), [weight for _, weight, _ in KINDS.values()]
    free_from = dict.fromkeys([*names, REDIS], 0.0)
    blows, at = [], 0.5
    while at < seconds:
        kind = dice.choices(kinds, weights)[0]
        target = REDIS if KINDS[kind][0] == REDIS else dice.choice(names)
        lasting = dice.uniform(*KINDS[kind][2])
        if free_from[target] <= at:
            blows.append(Blow(at, kind, target, lasting))
            free_from[target] = at + lasting + REST_SECONDS
        at += dice.uniform(*PAUSE_SECONDS)
    return blows


class Storm:
    """Carries a plan out. Each node is on a wire of its own, by name."""

    def __init__(self, nodes, wires, server, troubles):
        self.nodes = {node.name: node for node in nodes}
        self.wires, self.redis, self.troubles = wires, server, troubles
        self.done = []
        self._threads = []

    def run(self, blows):
        begun = time.monotonic()
        due = [(blow.at, at, blow.kind, blow) for at, blow in enumerate(blows)]
        due += [(blow.at + blow.lasting, len(due) + at, f"end {blow.kind}", blow) for at, blow in enumerate(blows)]
        heapq.heapify(due)
        clock = threading.Event()
        while due:
            at, _, act, blow = heapq.heappop(due)
            clock.wait(max(0.0, begun + at - time.monotonic()))
            if act == blow.kind:
                self.done.append(blow)
                self.troubles.begin(*self._struck(blow), why=blow)
                getattr(self, f"_{blow.kind}")(blow.target)
            else:
                self._mend(blow)
                self._threads.append(threading.Thread(target=self._watch_recovery, args=(blow,)))
                self._threads[-1].start()
        for thread in self._threads:
            thread.join()

    def _struck(self, blow):
        return list(self.nodes.values()) if blow.target == REDIS else [self.nodes[blow.target]]

    def _watch_recovery(self, blow):
        """A node is in trouble until it has had the time to notice, and says that it is ready."""
        late = time.monotonic() + RECOVERY_SECONDS
        patience = threading.Event()
        patience.wait(NOTICE_SECONDS)
        for node in self._struck(blow):
            while time.monotonic() < late and not self._is_ready(node):
                patience.wait(0.05)
            self.troubles.end(node, why=blow)

    @staticmethod
    def _is_ready(node):
        try:
            return node.is_running and not node.is_paused and node.ready() is None
        except (AssertionError, OSError):
            return False

    # The blows

    def _kill(self, name):
        self.nodes[name].kill()

    def _pause(self, name):
        self.nodes[name].pause()

    def _cut(self, name):
        self.wires[name].cut()

    def _hold(self, name):
        self.wires[name].hold()

    def _reset(self, name):
        self.wires[name].reset()

    def _restart(self, _):
        self.redis.stop(signal.SIGKILL)

    def _silence(self, _):
        self.redis.pause()

    def _disconnect(self, _):
        for kind in ("pubsub", "normal"):
            self.redis.kill_clients(kind)

    def _mend(self, blow):
        if blow.kind == "kill":
            self.nodes[blow.target].start()
        elif blow.kind == "pause":
            self.nodes[blow.target].resume()
        elif blow.kind in ("cut", "hold"):
            self.wires[blow.target].mend()
        elif blow.kind == "restart":
            self.redis.start()
        elif blow.kind == "silence":
            self.redis.resume()


class Crowd:
    """Keeps as many clients on the nodes as there are places: who is thrown out comes back, wherever somebody lets it
    in, and now and then one comes anew before its old connection has gone."""

    def __init__(self, audience, nodes, places, seed):
        self.audience, self.nodes = audience, nodes
        self.places = places
        self.at = {}
        self._dice = random.Random(seed)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def fill(self):
        for turn, place in enumerate(self.places):
            self._come(place, self.nodes[turn % len(self.nodes)])
            if turn % 50 == 49:
                self.audience.settle()
        self.audience.settle()
        self._thread.start()

    def _come(self, place, node):
        user, channels = place
        try:
            self.at[place] = self.audience.add(node, *channels, user=user)
        except OSError:
            # Nobody is there. It tries another one the next time.
            return False
        return True

    def _run(self):
        while not self._stopping.wait(0.02):
            for place in self.places:
                if not self.at[place].is_open:
                    self._come(place, self._dice.choice(self.nodes))
            if self._dice.random() < 0.1:
                self._reload(self._dice.choice(self.places))

    def _reload(self, place):
        old = self.at[place]
        running = [node for node in self.nodes if not node.is_paused]
        if running and self._come(place, self._dice.choice(running)):
            self.audience.remove(old)

    def stop(self):
        """Nobody comes or goes from here on."""
        self._stopping.set()
        self._thread.join()

    def users_of(self, channel):
        return {user for user, channels in self.places if channel in channels}


def settled(condition, what):
    redis.wait_until(condition, what, RECOVERY_SECONDS)
