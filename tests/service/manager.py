# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A service manager as a server sees it: a socket that is told states, and descriptors handed over."""

import array
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "fixtures"))
from server import COMPLAINT, config_text, resonated  # noqa: E402

DEADLINE_S = 20

# systemd fills these in between fork and exec, when the process has its number.
EXEC = """
import os, sys
if "LISTEN_FDS" in os.environ:
    os.environ["LISTEN_PID"] = str(os.getpid())
if "WATCHDOG_USEC" in os.environ:
    os.environ["WATCHDOG_PID"] = str(os.getpid())
os.execv(sys.argv[1], sys.argv[1:])
"""


class Told:
    """One datagram: its lines, and the descriptors that came with it."""

    def __init__(self, text, fds):
        self.lines = text.split("\n")
        self.fds = fds
        self.values = dict(line.split("=", 1) for line in self.lines if line)

    def __repr__(self):
        return f"<{self.lines} {self.fds}>"


class Manager(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(self.socket.close)
        self.socket.bind(str(self.folder / "notify"))
        self.told = []

    def spawn(self, config=None, sockets=(), names=(), **environment):
        """Starts a server. SOCKETS become descriptors 3, 4, … with NAMES."""
        (self.folder / "resonate.conf").write_text(config or config_text())
        (self.folder / "resonate.conf").chmod(0o600)
        env = {**os.environ, "NOTIFY_SOCKET": str(self.folder / "notify"), **environment}
        if sockets:
            env.update(LISTEN_FDS=str(len(sockets)), LISTEN_FDNAMES=":".join(names))
        copies = [os.dup(one.fileno()) for one in sockets]
        for fd in copies:
            self.addCleanup(os.close, fd)

        def place():
            # First out of the way of the numbers that they shall have.
            aside = [os.dup2(fd, 100 + i) for i, fd in enumerate(copies)]
            for i, fd in enumerate(aside):
                os.dup2(fd, 3 + i, inheritable=True)

        self.errors = open(self.folder / "stderr", "w+")
        self.addCleanup(self.errors.close)
        self.process = subprocess.Popen(
            ["/usr/bin/python3", "-c", EXEC, resonated(), "--no-bus", "--config", str(self.folder / "resonate.conf")],
            env=env, stdout=subprocess.DEVNULL, stderr=self.errors, text=True, preexec_fn=place, close_fds=False)
        self.addCleanup(self.end)

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def receive(self, seconds=DEADLINE_S):
        """The next datagram, or None when none comes within SECONDS."""
        self.socket.settimeout(seconds)
        try:
            text, ancillary, _, _ = self.socket.recvmsg(4096, socket.CMSG_SPACE(4 * 253))
        except TimeoutError:
            return None
        fds = array.array("i")
        for level, kind, data in ancillary:
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
                fds.frombytes(data)
        for fd in fds:
            self.addCleanup(os.close, fd)
        told = Told(text.decode(), list(fds))
        self.told.append(told)
        return told

    def wait_for(self, line):
        """The datagram that has LINE; what is told before it is kept in `told`."""
        deadline = time.monotonic() + DEADLINE_S
        while time.monotonic() < deadline:
            told = self.receive(max(0.01, deadline - time.monotonic()))
            if told is not None and line in told.lines:
                return told
        self.fail(f"{line} was not told, but {self.told}:\n{self.written()}")

    def written(self):
        return (self.folder / "stderr").read_text(errors="replace")

    def stop(self, signum=signal.SIGTERM):
        """Ends the server, which must leave cleanly."""
        self.process.send_signal(signum)
        self.wait_for("STOPPING=1")
        self.left()

    def left(self):
        self.assertEqual(self.process.wait(DEADLINE_S), 0, self.written())
        self.assertFalse([line for line in self.written().splitlines() if COMPLAINT.search(line)], self.written())


def listening(family=socket.AF_INET, host="127.0.0.1"):
    """A socket that listens on a port of the kernel's choice."""
    one = socket.socket(family)
    one.bind((host, 0))
    one.listen()
    return one
