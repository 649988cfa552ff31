# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs resonatectl against a server on a message bus of the test's own."""

import fcntl
import json
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import threading
from pathlib import Path

for folder in ("dbus", "reload"):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / folder))
from bus import APP, MANAGER, METRICS, NAME, ROOT, BusCase, Gio, GLib, fixture, peer, wait_until  # noqa: E402, F401
from ctl import PROGRAM, CtlCase  # noqa: E402
from reload import ReloadCase, join  # noqa: E402, F401

INTERFACES = Path(__file__).resolve().parents[2] / "introspection/dbus"
LINE_SECONDS = 20


class ServedCase(BusCase, CtlCase):
    """Every command asks the bus of the test."""

    def setUp(self):
        CtlCase.setUp(self)
        super().setUp()
        self.environment.update(DBUS_SESSION_BUS_ADDRESS=self.bus.address, G_DEBUG="fatal-warnings")

    def run_ctl(self, *args, **keywords):
        return super().run_ctl("--session", *args, **keywords)

    def failed(self, *args, status=1, **keywords):
        """What a command says that does not do what it should; it says so on standard error only."""
        done = self.run_ctl(*args, status=status, **keywords)
        self.assertEqual(done.stdout, "")
        return done.stderr

    def table(self, *args, **keywords):
        """The rows of a table, its titles first, as lists of words."""
        return [line.split() for line in self.run_ctl(*args, **keywords).stdout.splitlines()]

    def terminal(self, *args, columns=80, rows=24, **environment):
        shown = Terminal(["--session", *args], {**self.environment, "TERM": "xterm", **environment}, columns, rows)
        self.addCleanup(shown.close)
        return shown

    def stranger(self, **keywords):
        stranger = Stranger(self.bus, **keywords)
        self.addCleanup(stranger.close)
        return stranger

    def watch(self, *args, **keywords):
        watched = Watched(["--session", *args], {**self.environment, **keywords})
        self.addCleanup(watched.close)
        return watched


class Watched:
    """A command that goes on until it is ended."""

    def __init__(self, args, environment):
        self.process = subprocess.Popen([PROGRAM, *args], env=environment, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True, encoding="utf-8")
        self.errors = ""

    def lines(self, count):
        """The next lines; the process is ended when they do not come."""
        guard = threading.Timer(LINE_SECONDS, self.process.kill)
        guard.start()
        lines = [self.process.stdout.readline() for _ in range(count)]
        guard.cancel()
        if not lines[-1]:
            raise AssertionError(f"no line came: {self.process.communicate(timeout=LINE_SECONDS)[1]}")
        return [line.rstrip("\n") for line in lines]

    def line(self):
        return self.lines(1)[0]

    def document(self):
        return json.loads(self.line())

    def end(self, signum=signal.SIGINT):
        self.process.send_signal(signum)
        return self.wait()

    def wait(self):
        """The exit status."""
        _, self.errors = self.process.communicate(timeout=LINE_SECONDS)
        return self.process.returncode

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.process.stderr.close()


class Terminal:
    """A command whose output goes to a terminal of ROWS and COLUMNS; what it shows is kept in self.shown."""

    def __init__(self, args, environment, columns=80, rows=24):
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.shown = ""
        self._bytes = b""
        self.process = subprocess.Popen([PROGRAM, *args], env=environment, stdout=slave, stderr=subprocess.PIPE)
        os.close(slave)

    def until(self, text):
        """Reads on until TEXT was shown."""
        while text not in self.shown:
            if not select.select([self._master], [], [], LINE_SECONDS)[0]:
                raise AssertionError(f"{text!r} was not shown, but: {self.shown!r}")
            try:
                self._bytes += os.read(self._master, 65536)
            except OSError:  # the terminal ends with the process
                raise AssertionError(f"it ended with {self.shown!r}") from None
            self.shown = self._bytes.decode(errors="replace").replace("\r\n", "\n")
        return self.shown

    def close(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(LINE_SECONDS)
        self.process.stderr.close()
        os.close(self._master)


class Stranger:
    """Somebody who has the name on the bus and answers as a test wants it: what no server of ours can be made to say.

    ANSWERS is {"Interface.Method": function of the arguments}; it returns a variant, or raises a GLib.Error. It
    runs in a thread of its own, since the test waits for the command meanwhile."""

    def __init__(self, bus, apps=("1001",), **answers):
        self.connection = None
        self.called = []
        self._bus, self._apps = bus, apps
        self._answers = {name.replace("_", "."): answer for name, answer in answers.items()}
        self._ready = threading.Event()
        self._context = GLib.MainContext.new()
        self._loop = GLib.MainLoop.new(self._context, False)
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()
        assert self._ready.wait(LINE_SECONDS), "the stranger is not on the bus"

    def _serve(self):
        self._context.push_thread_default()
        self.connection = self._bus.connect()
        for name in ("Manager", "Metrics"):
            self._register(ROOT, Gio.DBusNodeInfo.new_for_xml((INTERFACES / f"{NAME}.{name}.xml").read_text()))
        self._register(ROOT, Gio.DBusNodeInfo.new_for_xml(
            "<node><interface name='org.freedesktop.DBus.ObjectManager'><method name='GetManagedObjects'>"
            "<arg type='a{oa{sa{sv}}}' direction='out'/></method></interface></node>"))
        for app in self._apps:
            self._register(f"{ROOT}/apps/{app}",
                           Gio.DBusNodeInfo.new_for_xml((INTERFACES / f"{APP}.xml").read_text()))
        self.take_name()
        self._ready.set()
        self._loop.run()
        if not self.connection.is_closed():
            self.connection.close_sync(None)
        self._context.pop_thread_default()

    def take_name(self):
        """Also from another who has it and lets it be taken."""
        self.connection.call_sync("org.freedesktop.DBus", "/", "org.freedesktop.DBus", "RequestName",
                                  GLib.Variant("(su)", (NAME, 3)), None, Gio.DBusCallFlags.NONE, -1, None)

    def _register(self, path, node):
        for interface in node.interfaces:
            self.connection.register_object(path, interface, self._call, self._get, None)

    def _get(self, _connection, _sender, path, _interface, name):
        values = {
            "Id": GLib.Variant("s", path.rsplit("/", 1)[1]), "Key": GLib.Variant("s", "key"),
            "Version": GLib.Variant("s", "9"), "State": GLib.Variant("s", "running"),
            "Listening": GLib.Variant("as", []), "StartedAt": GLib.Variant("t", 0),
            "DrainDeadline": GLib.Variant("t", 0), "MaxConnections": GLib.Variant("i", -1),
            "ClusterState": GLib.Variant("s", "off"), "NodeId": GLib.Variant("s", ""),
        }
        return values.get(name, GLib.Variant("u", 0))

    def _call(self, _connection, sender, _path, interface, method, arguments, invocation):
        name = f"{interface.rsplit('.', 1)[1]}.{method}"
        if method == "GetManagedObjects":
            objects = {f"{ROOT}/apps/{app}": {APP: {"Id": GLib.Variant("s", app)}} for app in self._apps}
            invocation.return_value(GLib.Variant("(a{oa{sa{sv}}})", (objects,)))
            return
        self.called.append((name, arguments.unpack(), sender))
        answer = self._answers.get(name)
        if answer is None:
            invocation.return_value(None)
            return
        result = answer(*arguments.unpack())
        if isinstance(result, str):
            error, _, text = result.partition(" ")
            invocation.return_dbus_error(f"{NAME}.Error.{error}", text)
        else:
            invocation.return_value(result)

    def caller_of(self, name):
        """Who calls a method, as soon as somebody does."""
        return wait_until(name, lambda: [who for called, _, who in self.called if called == name])[-1]

    def send(self, to, interface, signal_name, arguments):
        self.connection.emit_signal(to, ROOT, interface, signal_name, arguments)

    def close(self):
        self._context.invoke_full(GLib.PRIORITY_DEFAULT, self._loop.quit)
        self._thread.join(LINE_SECONDS)
