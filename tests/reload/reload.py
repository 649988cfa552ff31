# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A server that is replaced while it serves, and the processes that come of it."""

import contextlib
import ctypes
import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "dbus"))
import bus  # noqa: E402
import peer  # noqa: E402
import server as fixture  # noqa: E402
from gi.repository import GLib  # noqa: E402

PR_SET_CHILD_SUBREAPER = 36


def presence_data(user):
    return f'{{"user_id":"{user}","user_info":{{"name":"{user}"}}}}'


def join(client, app, channel, user=None):
    """Subscribes with the signature that the application would make; returns what the server answers."""
    data = {} if user is None else {"channel_data": presence_data(user)}
    if channel.startswith(("private-", "presence-")):
        data["auth"] = peer.channel_auth(app, client, channel, data.get("channel_data"))
    return client.subscribe(channel, **data)


class ReloadCase(bus.BusCase):
    """The server is started by a name that a test can put another program behind, as an update does."""

    def setUp(self):
        super().setUp()
        # A replacement outlives who has started it, and is ours to wait for then.
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        folder = tempfile.TemporaryDirectory(prefix="resonate-reload-")
        self.addCleanup(folder.cleanup)
        self.program = Path(folder.name) / "resonated"
        self.install(fixture.resonated())

    def install(self, program):
        """Puts PROGRAM on disk, at once."""
        new = self.program.with_suffix(".new")
        new.symlink_to(program)
        new.rename(self.program)

    def install_script(self, *lines):
        """Puts a program on disk that runs LINES of shell; $RESONATED is the true one."""
        script = self.program.with_suffix(f".{len(os.listdir(self.program.parent))}")
        script.write_text("\n".join(["#!/bin/sh", f"RESONATED='{fixture.resonated()}'", *lines, ""]))
        script.chmod(0o755)
        self.install(script)

    def serve(self, *apps, server=None, args=(), env=None, extra=""):
        apps = list(apps) or [fixture.an_app()]
        self.app = apps[0]
        self.server = fixture.Server(
            fixture.config_text(server, apps, extra), args=args, bus="--session", program=str(self.program),
            env={"DBUS_SESSION_BUS_ADDRESS": self.bus.address, **(env or {})})
        self.pid, self.old, self.ended = self.server.pid, [], set()
        self.addCleanup(self.leave)
        self.wait_for_name(self.pid)
        return self.server

    def leave(self):
        """Ends the last process. All that any of them has complained of fails the test."""
        try:
            self.end_all()
        except BaseException:
            # What is not as it should be has been found; nothing of it may live longer than the test.
            for pid in {*self.old, self.pid} - self.ended:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, 9)
            raise

    def end_all(self):
        for pid in self.old:
            self.wait_for_old(pid)
        if self.old:
            os.kill(self.pid, 15)
            self.wait_for(self.pid)
            self.server.wait()
        else:
            self.server.stop()

    @staticmethod
    def wait_for(pid):
        def ended():
            found, status = os.waitpid(pid, os.WNOHANG)
            return found and (os.waitstatus_to_exitcode(status),)

        status, = bus.wait_until(f"process {pid} to end", ended)
        assert status == 0, f"process {pid} left with {status}"

    def reload(self, **options):
        """Replaces the process, and waits for the replacement to be the one on the bus. Returns the report."""
        named = {name.replace("_", "-"): GLib.Variant("u", value) for name, value in options.items()}
        report = self.call(bus.MANAGER, "Reload", "(a{sv})", named)
        self.old.append(self.pid)
        self.pid = report["pid"]
        self.wait_for_name(self.pid)
        return report

    def wait_for_old(self, pid):
        """The process PID ends by itself."""
        if pid in self.ended:
            return
        if pid == self.server.pid:
            assert self.server.process.wait(bus.WAIT_SECONDS) == 0
        else:
            self.wait_for(pid)
        self.ended.add(pid)

    def connect(self, **keywords):
        client = peer.WebSocket(self.server, self.app, **keywords)
        self.addCleanup(client.close)
        return client

    def publish(self, channel, data, client=None):
        """One event over HTTP, which must be answered with 200."""
        request = peer.signed(self.app, "POST", "/events", peer.event(channel, data))
        if client is None:
            status, body = peer.ask(self.server, request)
        else:
            client.send(request)
            status, body = client.answer()
        assert status == 200, (status, body)
