# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A message bus of the test's own, and the built server on it."""

import getpass
import os
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

for folder in ("fixtures", "edge"):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / folder))
import peer  # noqa: E402
import server as fixture  # noqa: E402

NAME = "org.resonate.Resonate1"
ROOT = "/org/resonate/Resonate1"
MANAGER, APP, METRICS = (f"{NAME}.{x}" for x in ("Manager", "App", "Metrics"))
POLKIT = "org.freedesktop.PolicyKit1"
SOURCE = Path(__file__).resolve().parents[2]
WAIT_SECONDS = 20

DOCTYPE = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
"""
SESSION_CONFIG = DOCTYPE + """
<busconfig>
  <type>session</type>
  <listen>unix:path={path}</listen>
  <policy context="default">
    <allow user="*"/>
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""

# What a distribution's system bus allows, the policy that is shipped, and a polkit.
SYSTEM_CONFIG = DOCTYPE + """
<busconfig>
  <type>system</type>
  <listen>unix:path={path}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/>
    <deny own="*"/>
    <deny send_type="method_call"/>
    <allow send_type="signal"/>
    <allow send_requested_reply="true" send_type="method_return"/>
    <allow send_requested_reply="true" send_type="error"/>
    <allow receive_type="method_call"/>
    <allow receive_type="method_return"/>
    <allow receive_type="error"/>
    <allow receive_type="signal"/>
    <allow send_destination="org.freedesktop.DBus"/>
    <allow own="org.freedesktop.PolicyKit1"/>
    <allow send_destination="org.freedesktop.PolicyKit1"/>
  </policy>
  <include>{policy}</include>
</busconfig>
"""


def wait_until(what, condition):
    """Runs the main loop until CONDITION () is true, and returns what it returned."""
    context, late = GLib.MainContext.default(), time.monotonic() + WAIT_SECONDS
    while not (result := condition()):
        if time.monotonic() > late:
            raise AssertionError(f"{what}: not within {WAIT_SECONDS} s")
        tick = GLib.timeout_add(10, lambda: True)
        context.iteration(True)
        GLib.source_remove(tick)
    return result


class Bus:
    """dbus-daemon on a socket in a folder of its own; it can be ended and started again at the same address."""

    def __init__(self, config):
        self.folder = tempfile.mkdtemp(prefix="resonate-bus-")
        os.chmod(self.folder, 0o755)
        self.address = f"unix:path={self.folder}/bus"
        self._config = Path(self.folder) / "bus.conf"
        # Whoever runs the tests stands for root, who may have the name.
        policy = Path(self.folder) / "policy.conf"
        shipped = (SOURCE / "data/dbus/org.resonate.Resonate1.conf").read_text()
        policy.write_text(shipped.replace('user="root"', f'user="{getpass.getuser()}"'))
        self._config.write_text(config.format(path=f"{self.folder}/bus", policy=policy))
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            ["dbus-daemon", f"--config-file={self._config}", "--nofork", "--print-address=1"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self.process.stdout.readline().startswith("unix:"), "dbus-daemon does not start"

    def stop(self):
        self.process.terminate()
        self.process.wait(WAIT_SECONDS)
        self.process.stdout.close()

    def close(self):
        if self.process.poll() is None:
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def connect(self):
        flags = Gio.DBusConnectionFlags
        return Gio.DBusConnection.new_for_address_sync(
            self.address, flags.AUTHENTICATION_CLIENT | flags.MESSAGE_BUS_CONNECTION, None, None)


class BusCase(unittest.TestCase):
    """Each test has its own bus, a connection to it, and as many servers as it starts."""

    maxDiff = None
    kind = "session"
    config = SESSION_CONFIG

    def setUp(self):
        self.bus = Bus(self.config)
        self.addCleanup(self.bus.close)
        self.connection = self.bus.connect()

    def serve(self, *apps, args=(), env=None, server=None):
        """Starts the server and waits until it has its name."""
        config = fixture.config_text(server, list(apps) or None)
        variable = f"DBUS_{self.kind.upper()}_BUS_ADDRESS"
        served = fixture.Server(config, args=args, bus=f"--{self.kind}",
                                env={variable: self.bus.address, **(env or {})})
        self.addCleanup(lambda: served.process.poll() is None and served.stop())
        self.wait_for_name(served.pid)
        return served

    def wait_for_name(self, pid):
        wait_until("the server on the bus", lambda: self.pid_of_name() == pid)

    @staticmethod
    def client(server, app_id="1001"):
        """Somebody who is connected, as long as the block lasts."""
        return peer.WebSocket(server, fixture.an_app(app_id))

    def pid_of_name(self, name=NAME):
        try:
            return self.call_bus("GetConnectionUnixProcessID", GLib.Variant("(s)", (name,)))[0]
        except GLib.Error:
            return None

    def call_bus(self, method, arguments):
        return self.connection.call_sync(
            "org.freedesktop.DBus", "/", "org.freedesktop.DBus", method, arguments, None,
            Gio.DBusCallFlags.NONE, WAIT_SECONDS * 1000, None).unpack()

    def call(self, interface, method, signature="()", *arguments, path=ROOT, connection=None):
        """Calls a method, and returns its one result, or all of them."""
        result = (connection or self.connection).call_sync(
            NAME, path, interface, method, GLib.Variant(signature, arguments), None,
            Gio.DBusCallFlags.NO_AUTO_START, WAIT_SECONDS * 1000, None).unpack()
        return result[0] if len(result) == 1 else result

    def get(self, interface, name, path=ROOT):
        return self.call("org.freedesktop.DBus.Properties", "Get", "(ss)", interface, name, path=path)

    def objects(self):
        return self.call("org.freedesktop.DBus.ObjectManager", "GetManagedObjects")

    def assert_fails(self, error, text, interface, method, *arguments, **keywords):
        with self.assertRaises(GLib.Error) as raised:
            self.call(interface, method, *arguments, **keywords)
        name = Gio.DBusError.get_remote_error(raised.exception)
        self.assertEqual(name.removeprefix(f"{NAME}.Error."), error)
        self.assertRegex(raised.exception.message, text)

    def record(self, interface, signal, connection=None, path=None):
        """A list to which the arguments of each SIGNAL are added."""
        heard = []
        (connection or self.connection).signal_subscribe(
            None, interface, signal, path, None, Gio.DBusSignalFlags.NONE,
            lambda *args: heard.append(args[5].unpack()))
        return heard


class SystemCase(BusCase):
    """The same on a system bus, with the policy that is shipped."""

    kind = "system"
    config = SYSTEM_CONFIG

    def polkit(self):
        """A polkit that says no to everything, until it is told otherwise."""
        mock = subprocess.Popen(
            ["/usr/bin/python3", "-m", "dbusmock", "--system", "--template", "polkitd"],
            env={**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": self.bus.address}, stdout=subprocess.DEVNULL)

        def end():
            mock.terminate()
            mock.wait(WAIT_SECONDS)

        self.addCleanup(end)
        wait_until("polkit on the bus", lambda: self.pid_of_name(POLKIT) == mock.pid)

    def tell_polkit(self, method, signature="()", *arguments):
        return self.connection.call_sync(
            POLKIT, "/org/freedesktop/PolicyKit1/Authority", "org.freedesktop.DBus.Mock", method,
            GLib.Variant(signature, arguments), None, Gio.DBusCallFlags.NONE, WAIT_SECONDS * 1000, None).unpack()

    def allow(self, *actions):
        self.tell_polkit("SetAllowed", "(as)", [f"{NAME}.{action}" for action in actions])
