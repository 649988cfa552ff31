# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a service manager is told is true when it is told, and what it has is used."""

import base64
import os
import signal
import socket
import time
import unittest

from manager import DEADLINE_S, Manager, config_text, listening

LOCAL = config_text({"host": "127.0.0.1", "port": "0"})
WATCHDOG_S = 0.6


def connect(address):
    return socket.create_connection(address[:2], timeout=DEADLINE_S)


def address_of(fd):
    with socket.socket(fileno=os.dup(fd)) as one:
        return one.getsockname()


def serves(address):
    with connect(address) as client:
        client.sendall(b"GET /up HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        return client.makefile("rb").readline() == b"HTTP/1.1 200 OK\r\n"


def websocket(address, key="key-1001"):
    client = connect(address)
    nonce = base64.b64encode(bytes(16)).decode()
    client.sendall(f"GET /app/{key} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                   f"Sec-WebSocket-Key: {nonce}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode())
    received = b""
    while b"connection_established" not in received:
        part = client.recv(4096)
        if not part:
            raise AssertionError(f"no greeting, but {received}")
        received += part
    return client


class States(Manager):
    def start(self, config=LOCAL, **keywords):
        """Waits until the server is ready. Returns its address, as the stored socket has it."""
        self.spawn(config, **keywords)
        self.wait_for("READY=1")
        stored = [told for told in self.told if "FDSTORE=1" in told.lines]
        self.assertEqual(len(stored), 1, self.told)
        return address_of(stored[0].fds[0])

    def test_ready_is_told_by_who_listens(self):
        self.spawn(LOCAL)
        told = self.receive()
        self.assertEqual(told.lines[0], "FDSTORE=1")
        (fd,) = told.fds
        self.assertIn("READY=1", self.receive().lines)
        with socket.socket(fileno=os.dup(fd)) as stored:
            self.assertTrue(serves(stored.getsockname()))
            self.assertEqual(stored.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN), 1)
        self.stop()

    def test_no_ready_without_a_port(self):
        with listening() as taken:
            self.spawn(config_text({"host": "127.0.0.1", "port": taken.getsockname()[1]}))
            self.assertEqual(self.process.wait(DEADLINE_S), 1)
        self.assertIsNone(self.receive(0.01))

    def test_stopping_is_told_first(self):
        """A client hears of the stop when the service manager has heard of it."""
        address = self.start()
        with websocket(address) as client:
            self.process.send_signal(signal.SIGTERM)
            while client.recv(4096):
                pass
            self.socket.setblocking(False)
            told = self.receive(0.01)
            while told is not None and "STOPPING=1" not in told.lines:
                told = self.receive(0.01)
        self.assertIsNotNone(told, self.told)
        self.left()

    def test_draining_asks_for_time(self):
        address = self.start(config_text({"host": "127.0.0.1", "port": "0", "drain-timeout": "90s"}))
        stored = next(told for told in self.told if "FDSTORE=1" in told.lines)
        client = websocket(address)
        self.process.send_signal(signal.SIGUSR2)
        forgotten = self.wait_for("FDSTOREREMOVE=1")
        self.assertEqual(forgotten.values["FDNAME"], stored.values["FDNAME"])
        stopping = self.wait_for("STOPPING=1")
        self.assertGreaterEqual(int(stopping.values["EXTEND_TIMEOUT_USEC"]), 90_000_000)
        client.close()
        self.left()

    def test_status_counts_connections(self):
        address = self.start(WATCHDOG_USEC=str(int(WATCHDOG_S * 1e6)))
        self.wait_for("STATUS=Connections: 0")
        with websocket(address), websocket(address):
            self.wait_for("STATUS=Connections: 2")
        self.wait_for("STATUS=Connections: 0")
        self.stop()


class Watchdog(Manager):
    def test_fed_as_long_as_the_loop_turns(self):
        self.spawn(LOCAL, WATCHDOG_USEC=str(int(WATCHDOG_S * 1e6)))
        self.wait_for("WATCHDOG=1")
        for _ in range(5):
            begun = time.monotonic()
            self.wait_for("WATCHDOG=1")
            self.assertLess(time.monotonic() - begun, WATCHDOG_S)

        self.process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self.process.pid, os.WSTOPPED)
        while self.receive(0.01) is not None:
            pass
        self.assertIsNone(self.receive(2 * WATCHDOG_S))
        self.process.send_signal(signal.SIGCONT)
        self.wait_for("WATCHDOG=1")
        self.stop()

    def test_not_fed_when_nobody_watches(self):
        self.spawn(LOCAL)
        self.wait_for("READY=1")
        self.stop()
        self.assertFalse([told for told in self.told if "WATCHDOG=1" in told.lines])


class Sockets(Manager):
    def test_of_a_socket_unit(self):
        """They are served instead of the configured address, and are not stored: systemd has them anyway."""
        with listening() as one, listening() as two, listening() as taken:
            self.spawn(config_text({"host": "127.0.0.1", "port": taken.getsockname()[1]}), [one, two], ["resonated", "x"])
            self.wait_for("READY=1")
            self.assertTrue(serves(one.getsockname()))
            self.assertTrue(serves(two.getsockname()))
            self.stop()
        self.assertFalse([told for told in self.told if told.fds])

    def test_survive_a_crash(self):
        """Who connects while there is no server is served by the next one."""
        self.spawn(LOCAL)
        self.wait_for("READY=1")
        first = next(told for told in self.told if "FDSTORE=1" in told.lines)
        self.process.kill()
        self.process.wait()

        stored = socket.socket(fileno=os.dup(first.fds[0]))
        self.addCleanup(stored.close)
        with connect(stored.getsockname()) as waiting:
            self.told.clear()
            self.spawn(LOCAL, [stored], [first.values["FDNAME"]])
            self.wait_for("READY=1")
            waiting.sendall(b"GET /up HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            self.assertEqual(waiting.makefile("rb").readline(), b"HTTP/1.1 200 OK\r\n")
        again = next(told for told in self.told if "FDSTORE=1" in told.lines)
        self.assertEqual(again.values["FDNAME"], first.values["FDNAME"])
        self.assertEqual(os.fstat(again.fds[0]).st_ino, os.fstat(first.fds[0]).st_ino)
        self.stop()

    def refused(self, config, sockets, names):
        """Spawns a server for which what is stored is of no use. Returns where it listens instead."""
        self.told.clear()
        self.spawn(config, sockets, names)
        self.wait_for("READY=1")
        forgotten = [told.values["FDNAME"] for told in self.told if "FDSTOREREMOVE=1" in told.lines]
        self.assertEqual(set(forgotten), {name for name in names if name.startswith("listener-")})
        stored = [told for told in self.told if "FDSTORE=1" in told.lines]
        return [address_of(fd) for told in stored for fd in told.fds]

    def test_of_another_configuration(self):
        self.spawn(LOCAL)
        self.wait_for("READY=1")
        first = next(told for told in self.told if "FDSTORE=1" in told.lines)
        name = first.values["FDNAME"]
        self.process.kill()
        self.process.wait()

        with socket.socket(fileno=os.dup(first.fds[0])) as stored:
            with listening() as free:
                port = free.getsockname()[1]
            moved = config_text({"host": "127.0.0.1", "port": port})
            self.assertEqual(self.refused(moved, [stored], [name]), [("127.0.0.1", port)])
            self.stop()

            # One of two is missing: half of the addresses would be without a server.
            cut = name.rsplit("-", 1)[0] + "-2"
            (address,) = self.refused(LOCAL, [stored], [cut])
            self.assertNotEqual(address, stored.getsockname())
            self.stop()

            # A socket unit has been enabled meanwhile.
            with listening() as unit:
                self.assertEqual(self.refused(LOCAL, [stored, unit], [name, "resonated"]), [])
                self.assertTrue(serves(unit.getsockname()))
                self.stop()


class Credentials(Manager):
    CONFIG = "[server]\nhost = 127.0.0.1\nport = 0\n[app 1001]\nkey = key-1001\n"

    def serves_with(self, name):
        credentials = self.folder / "credentials"
        credentials.mkdir()
        (credentials / name).write_text("the-secret-of-it\n")
        (credentials / name).chmod(0o400)
        self.spawn(self.CONFIG, CREDENTIALS_DIRECTORY=str(credentials))
        self.wait_for("READY=1")
        self.stop()

    def test_of_its_own(self):
        self.serves_with("app-1001.secret")

    def test_of_the_folder_that_the_unit_loads(self):
        self.serves_with("resonate_app-1001.secret")

    def test_none(self):
        self.spawn(self.CONFIG, CREDENTIALS_DIRECTORY=str(self.folder))
        self.assertEqual(self.process.wait(DEADLINE_S), 78)
        self.assertIn("app-1001.secret", self.written())


if __name__ == "__main__":
    unittest.main()
