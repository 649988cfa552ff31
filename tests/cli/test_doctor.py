# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What doctor finds in configurations that are bad, and at URLs that lead to a server, or nearly."""

import os
import re
import socket
import subprocess
import sys
import threading
import time
import unittest
from email.utils import formatdate
from pathlib import Path

from ctl import CtlCase

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "fixtures"))
from server import Server, config_text  # noqa: E402

SECRET = "k7q0z5v1x8c3m6n2b9wd"
APP = {"id": "1", "key": "one", "secret": SECRET, "allowed-origins": "www.example.org"}


class DoctorCase(CtlCase):
    def doctor(self, *args, text=None, status=1, **keywords):
        """Findings of c.conf, which has TEXT, as {check: [finding]}."""
        if text is not None:
            self.write("c.conf", text)
        found = self.run_json("doctor", "-c", "c.conf", *args, status=status, **keywords)
        self.assertEqual(found["ok"], status == 0)
        checks = {}
        for finding in found["findings"]:
            checks.setdefault(finding["check"], []).append(finding)
        return checks

    def only(self, found, check, severity, message):
        (one,) = found[check]
        self.assertEqual(one["severity"], severity)
        self.assertRegex(one["message"], message)
        return one


class Configuration(DoctorCase):
    """No server, and no URL, since the port is 0."""

    def config(self, server="", app="", secret=SECRET):
        return f"[server]\nport=0\n{server}[app 1]\nkey=one\nsecret={secret}\nallowed-origins=a.example\n{app}"

    def test_good(self):
        found = self.doctor(text=self.config(), status=0)
        self.assertEqual(set(found) - {"limits"}, {"url"})
        self.only(found, "url", "note", "no URL was visited")

    def test_refused(self):
        one = self.only(self.doctor(text=self.config("max-connections=x\n")), "config", "error", r"max-connections.*‘x’")
        self.assertEqual(one["where"], "c.conf:3")
        self.assertTrue(one["fix"])

    def test_no_application(self):
        self.assertIn("error", self.doctor(text="")["config"][0]["severity"])

    def test_warnings(self):
        one = self.only(self.doctor(text=self.config("proxy-protocol=true\n")), "config", "warning", "any address")
        self.assertEqual(one["where"], "c.conf:3")
        self.assertIn("trusted-proxies", one["fix"])

    def test_readable_secret(self):
        self.write("c.conf", self.config()).chmod(0o644)
        one = self.only(self.doctor(), "config", "warning", "everybody")
        self.assertEqual((one["where"], one["fix"]), ("c.conf:5", "chmod o-r c.conf"))

    def test_writable_file(self):
        self.write("c.conf", self.config()).chmod(0o660)
        one = self.only(self.doctor(), "files", "error", "others can write c.conf .*0660")
        self.assertEqual(one["fix"], "chmod go-w c.conf")

    def test_readable_key(self):
        self.write("key.pem", "").chmod(0o644)
        self.write("cert.pem", "")
        found = self.doctor(text=self.config("tls-certificate=cert.pem\ntls-key=key.pem\n"))
        one = self.only(found, "files", "error", "everybody can read")
        self.assertEqual(one["where"], "c.conf:4")
        self.assertEqual(one["fix"], f"chmod o-rwx {self.folder / 'key.pem'}")
        self.only(found, "certificate", "error", "cert.pem")

    def test_weak_secrets(self):
        for secret, message in (("my-app-secret", "example"), ("k7q0z5v1x8c3", "12 characters"), ("one", "the key or the id"),
                                ("abcabcabcabcabcabcabc", "not random"), ("abcdefghijklmnopqrst", "not random"),
                                ("98765432109876543210", "not random")):
            with self.subTest(secret):
                done = self.doctor(text=self.config(secret=secret))
                one = self.only(done, "secrets", "error", message)
                self.assertEqual(one["where"], "c.conf:5")
                self.assertTrue(one["fix"].startswith("[app 1] secret = "))
                self.assertNotIn(secret, str(done)) if len(secret) > 3 else None

    def test_what_keygen_makes_is_strong(self):
        for _ in range(20):
            self.doctor(text=self.config(secret=self.run_json("keygen")["secret"]), status=0)

    def test_shared_secret(self):
        text = self.config(app=f"[app 2]\nkey=two\nsecret={SECRET}\nallowed-origins=a.example\n")
        one = self.only(self.doctor(text=text), "secrets", "warning", r"that of \[app 1\]")
        self.assertEqual(one["where"], "c.conf:9")

    def test_every_origin_is_a_note(self):
        found = self.doctor(text=self.config().replace("allowed-origins=a.example\n", ""), status=0)
        one = self.only(found, "origins", "note", "every site")
        self.assertEqual((one["where"], one["fix"]), ("c.conf", "[app 1] allowed-origins = www.example.org"))

    def test_no_timestamps_is_a_note(self):
        found = self.doctor(text=self.config("auth-timestamp-grace=0\n"), status=0)
        self.assertEqual(self.only(found, "clock", "note", "replayed")["where"], "c.conf:3")

    def test_descriptors(self):
        sleeper = subprocess.Popen(["prlimit", "--nofile=100:100", "cat"], stdin=subprocess.PIPE)
        self.addCleanup(sleeper.wait)
        self.addCleanup(sleeper.stdin.close)
        self.wait_for_limit(sleeper.pid, 100)
        pid = ("--pid", str(sleeper.pid))

        errors = [one for one in self.doctor(*pid, text=self.config())["limits"] if "LimitNOFILE" in one["fix"]]
        self.assertEqual([(one["severity"], one["fix"]) for one in errors], [("warning", "[Service] LimitNOFILE=1048576")])

        found = self.doctor(*pid, text=self.config("max-connections=1000\n"))["limits"]
        self.assertIn(("error", "[Service] LimitNOFILE=1064"), [(one["severity"], one["fix"]) for one in found])
        self.assertIn(("c.conf:3", "[server] max-connections = 36"), [(one["where"], one["fix"]) for one in found])

        found = self.doctor(*pid, text=self.config("max-connections=36\n"), status=0)
        self.assertFalse([one for one in found.get("limits", []) if "NOFILE" in one["fix"]])

    def wait_for_limit(self, pid, limit):
        for _ in range(100_000):
            if re.search(rf"^Max open files +{limit} ", Path(f"/proc/{pid}/limits").read_text(), re.M):
                return
        self.fail("prlimit did not start")

    def test_process_that_is_gone(self):
        self.only(self.doctor("--pid", "999999999", text=self.config()), "limits", "error", "999999999")

    def test_bus_of_an_address(self):
        self.write("c.conf", self.config())
        done = self.run_ctl("--address", "unix:path=/nowhere", "doctor", "-c", "c.conf")
        self.assertIn("There is no bus to ask", done.stdout)

    def test_text(self):
        self.write("c.conf", self.config(secret="short"))
        text = self.run_ctl("doctor", "-c", "c.conf", status=1).stdout
        self.assertRegex(text, r"(?m)^error: secrets: c\.conf:5: .*5 characters.*\n  -> \[app 1\] secret = ")
        self.assertTrue(text.endswith("1 thing is wrong.\n"))
        self.write("c.conf", self.config())
        self.assertIn("Nothing is wrong.", self.run_ctl("doctor", "-c", "c.conf").stdout)

    def test_translated(self):
        self.write("c.conf", self.config())
        for language, text in (("de", "Nichts ist falsch"), ("nl", "Er is niets mis")):
            done = self.run_ctl("doctor", "-c", "c.conf", LANGUAGE=language,
                                RESONATE_LOCALEDIR=os.environ["RESONATE_LOCALEDIR"])
            self.assertIn(text, done.stdout)

    def test_usage(self):
        self.run_ctl("doctor", "now", status=2)
        self.run_ctl("doctor", "--pid", "-1", status=2)


class Proxy(threading.Thread):
    """One connection after the other: what the client says goes through CHANGE, what the server says through ANSWER."""

    def __init__(self, server, change=lambda head: head, answer=lambda data: data):
        super().__init__(daemon=True)
        self.server, self.change, self.answer = server, change, answer
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.join()

    def run(self):
        while True:
            try:
                client, _ = self.socket.accept()
            except OSError:
                return
            with client, socket.create_connection((self.server.host, self.server.port)) as upstream:
                head = b""
                while b"\r\n\r\n" not in head:
                    head += client.recv(4096)
                upstream.sendall(self.change(head))
                forward = threading.Thread(target=self.pump, args=(client, upstream))
                forward.start()
                while data := upstream.recv(4096):
                    client.sendall(self.answer(data))
                client.shutdown(socket.SHUT_WR)
                forward.join()

    @staticmethod
    def pump(client, upstream):
        try:
            while data := client.recv(4096):
                upstream.sendall(data)
            upstream.shutdown(socket.SHUT_WR)
        except OSError:
            pass


def without(header):
    return lambda head: re.sub(rb"(?im)^" + header.encode() + rb":.*\r\n", b"", head)


class Url(DoctorCase):
    def served(self, server=None, app=None):
        """A server, and a c.conf that says the same."""
        text = config_text(server or {}, [{**APP, **(app or {})}])
        self.write("c.conf", text)
        # That everybody can read its secret is no reason to end.
        running = Server(text, env={"G_DEBUG": ""})
        self.addCleanup(running.stop)
        return running

    def through(self, change=lambda head: head, answer=lambda data: data, server=None, path="", **keywords):
        with Proxy(self.served(server), change, answer) as proxy:
            return self.doctor("--url", proxy.url + path, **keywords)

    def test_good(self):
        found = self.doctor("--url", self.served().url, status=0)
        self.assertEqual(set(found) - {"limits"}, set())

    def test_default_url_and_its_limits(self):
        server = self.served()
        self.write("c.conf", config_text({"host": "127.0.0.1", "port": server.port}, [APP]))
        found = self.doctor("--pid", str(server.pid), status=0)
        self.assertNotIn("url", found)
        self.assertEqual([one for one in found.get("limits", []) if "NOFILE" in one["fix"]], [])

    def test_nobody_there(self):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        text = config_text({"host": "127.0.0.1", "port": port}, [APP])
        one = self.only(self.doctor(text=text), "url", "error", "cannot be visited")
        self.assertEqual(one["where"], f"http://127.0.0.1:{port}")

    def test_behind_the_proxy_protocol(self):
        text = config_text({"port": "8", "proxy-protocol": "true", "trusted-proxies": "127.0.0.1"}, [APP])
        self.only(self.doctor(text=text, status=0), "url", "note", "proxies only")

    def test_not_a_url(self):
        self.write("c.conf", config_text({}, [APP]))
        for url in ("ftp://example.org", "example", "http://"):
            self.assertEqual(self.doctor("--url", url)["url"][0]["severity"], "error")

    def test_lost_headers(self):
        for header, fix in (("Upgrade", "proxy_set_header Upgrade $http_upgrade;"),
                            ("Connection", 'proxy_set_header Connection "upgrade";'),
                            ("Sec-WebSocket-Key", "proxy_set_header Sec-WebSocket-Key $http_sec_websocket_key;"),
                            ("Sec-WebSocket-Version",
                             "proxy_set_header Sec-WebSocket-Version $http_sec_websocket_version;")):
            with self.subTest(header):
                one = self.only(self.through(without(header)), "url", "error", rf"does not pass on {header}$")
                self.assertEqual(one["fix"], fix)

    def test_old_http(self):
        found = self.through(lambda head: head.replace(b"HTTP/1.1", b"HTTP/1.0", 1))
        self.assertEqual(self.only(found, "url", "error", "HTTP/1.1")["fix"], "proxy_http_version 1.1;")

    def test_lost_origin(self):
        found = self.through(without("Origin"))
        self.assertEqual(self.only(found, "url", "error", "www.example.org is allowed")["fix"],
                         "proxy_set_header Origin $http_origin;")

    def test_origin_of_a_page(self):
        server = self.served()
        self.doctor("--url", server.url, "--origin", "https://www.example.org", status=0)
        one = self.only(self.doctor("--url", server.url, "--origin", "https://evil.example"), "url", "error", "may not connect")
        self.assertRegex(one["where"], r"^c\.conf:\d+$")
        self.assertEqual(one["fix"], "[app 1] allowed-origins = www.example.org;evil.example")

    def test_no_place_left(self):
        server = self.served(app={"max-connections": 0})
        one = self.only(self.doctor("--url", server.url), "url", "error", "no client is let in: 0 are connected")
        self.assertEqual(one["fix"], "[app 1] max-connections = 100")
        self.assertRegex(one["where"], r"^c\.conf:\d+$")

    def test_prefix(self):
        one = self.only(self.through(server={"path": "/ws"}), "url", "error", "below “/ws” and not below “”")
        self.assertRegex(one["where"], r"^c\.conf:\d+$")
        self.doctor("--url", self.served({"path": "/ws"}).url, status=0)

    def test_prefix_that_the_server_does_not_have(self):
        one = self.only(self.through(path="/ws"), "url", "error", "below “” and not below “/ws”")
        self.assertEqual(one["fix"], "[server] path = /ws")

    def test_path_that_is_lost(self):
        found = self.through(lambda head: re.sub(rb"^GET \S+", b"GET /elsewhere", head))
        self.only(found, "url", "error", "whole path")

    def test_another_server(self):
        server = self.served()
        self.write("c.conf", config_text({}, [{**APP, "key": "another"}]))
        self.only(self.doctor("--url", server.url), "url", "error", r"does not know \[app 1\]")

    def test_every_application_is_visited(self):
        off, other = ({**APP, "id": number, "key": f"key-{number}"} for number in ("2", "3"))
        off["enabled"] = "false"
        server = self.served()
        self.write("c.conf", config_text({}, [APP, off, other]))
        self.only(self.doctor("--url", server.url), "url", "error", r"does not know \[app 3\]")

    def test_no_more_applications_than_twenty(self):
        apps = [{**APP, "id": str(number), "key": f"key-{number}"} for number in range(1, 23)]
        text = config_text({}, apps)
        self.write("c.conf", text)
        server = Server(text, env={"G_DEBUG": ""})
        self.addCleanup(server.stop)
        self.only(self.doctor("--url", server.url), "url", "note", "first 20 of 22")

    def test_all_are_disabled(self):
        text = config_text({}, [{**APP, "enabled": "false"}])
        self.only(self.doctor("--url", "http://127.0.0.1:9", text=text, status=0), "url", "note", "disabled")

    def test_proxy_without_a_server(self):
        found = self.through(answer=lambda data: b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
        self.assertIn("proxy_pass", self.only(found, "url", "error", "502")["fix"])

    def test_another_answer(self):
        self.only(self.through(answer=lambda data: b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), "url", "error", "200")
        self.only(self.through(answer=lambda data: b"SSH-2.0-OpenSSH\r\n"), "url", "error", "not HTTP")

    def test_answer_of_somebody_else(self):
        def change(data):
            return re.sub(rb"Accept: .{28}", b"Accept: " + b"A" * 27 + b"=", data)
        self.only(self.through(answer=change), "url", "error", "another handshake")

    def test_proxy_whose_word_does_not_count(self):
        def named(data):
            return data.replace(b"Server: Resonate", b"Server: nginx   ")
        found = self.through(answer=named, status=0)
        self.assertIn("trusted-proxies", self.only(found, "url", "note", "proxy")["fix"])
        self.assertNotIn("url", self.through(answer=named, server={"trusted-proxies": "127.0.0.1"}, status=0))

    def test_clock(self):
        for seconds, severity in ((-3600, "error"), (400, "warning"), (20, None)):
            def late(data):
                return re.sub(rb"Date: [^\r]*", b"Date: " + formatdate(time.time() + seconds, usegmt=True).encode(), data)
            with self.subTest(seconds):
                found = self.through(answer=late, status=1 if severity else 0)
                self.assertEqual([one["severity"] for one in found.get("clock", [])], [severity] if severity else [])


class Certificates(DoctorCase):
    def certificate(self, days, name="localhost"):
        def openssl(*args):
            subprocess.run(["openssl", *args], cwd=self.folder, check=True, capture_output=True, timeout=60)

        self.write("names", f"subjectAltName=DNS:{name}\n")
        openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "key.pem",
                "-out", "csr.pem", "-subj", f"/CN={name}")
        openssl("x509", "-req", "-in", "csr.pem", "-signkey", "key.pem", "-days", str(days), "-extfile", "names",
                "-out", "cert.pem")
        (self.folder / "key.pem").chmod(0o600)

    def served(self):
        text = config_text({"tls-certificate": self.folder / "cert.pem", "tls-key": self.folder / "key.pem"}, [APP])
        self.write("c.conf", text)
        # That everybody can read its secret is no reason to end.
        running = Server(text, env={"G_DEBUG": ""})
        self.addCleanup(running.stop)
        return f"https://localhost:{running.port}"

    def messages(self, days, name="localhost"):
        self.certificate(days, name)
        return [(one["severity"], one["where"], one["message"]) for one in self.doctor("--url", self.served())["certificate"]]

    def test_lives_on(self):
        """It is signed by nobody whom a browser knows; its life is no matter."""
        ((severity, where, message),) = self.messages(30)
        self.assertEqual(severity, "error")
        self.assertTrue(where.startswith("https://localhost:"))
        self.assertIn("authority", message)

    def test_lives_for_days(self):
        file, peer, _ = self.messages(3)
        self.assertEqual(file[0], "warning")
        self.assertRegex(file[1], r"^c\.conf:\d+$")
        self.assertRegex(file[2], r"cert\.pem: the certificate expires in 2 days")
        self.assertRegex(peer[2], r"^the certificate expires in 2 days")

    def test_expired(self):
        found = self.messages(-1)
        self.assertRegex(found[0][2], r"cert\.pem: the certificate expired 1 day ago")
        self.assertEqual({severity for severity, *_ in found}, {"error"})

    def test_for_another_name(self):
        self.assertIn("another name", " ".join(message for *_, message in self.messages(30, "other.example")))


if __name__ == "__main__":
    unittest.main()
