# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
import json
import unittest

from ctl import CtlCase

REVERB = {
    "default": "reverb",
    "servers": {"reverb": {
        "host": "127.0.0.1", "port": "6002", "path": "/ws", "hostname": None,
        "options": {"tls": []}, "max_request_size": 20000,
        "scaling": {"enabled": False, "channel": "reverb", "server": {"url": None, "host": "x"}},
        "pulse_ingest_interval": 15,
    }},
    "apps": {"provider": "config", "apps": [{
        "key": "k1", "secret": "s1 ", "app_id": 101,
        "options": {"host": "localhost", "port": 443, "scheme": "https", "useTLS": True},
        "allowed_origins": ["a.example", "*.b.example"], "ping_interval": 30,
        "activity_timeout": 20, "max_connections": None, "max_message_size": -1,
        "accept_client_events_from": "none",
        "rate_limiting": {"enabled": True, "max_attempts": 7, "terminate_on_limit": True},
    }, {
        "key": "k2", "secret": "s2", "app_id": "102", "allowed_origins": ["*"],
        "ping_interval": "60", "max_connections": 5, "max_message_size": 10000,
    }]},
}

SOKETI = {
    "debug": True, "port": 6001, "pathPrefix": "", "shutdownGracePeriod": 3000,
    "httpApi": {"requestLimitInMb": 1},
    "presence": {"maxMembersPerChannel": "100", "maxMemberSizeInKb": 2},
    "metrics": {"enabled": True},
    "appManager.array.apps": [
        {"id": "app-id", "key": "app-key", "secret": "app-secret", "maxConnections": -1,
         "enableClientMessages": True, "maxBackendEventsPerSecond": -1,
         "maxClientEventsPerSecond": 9, "maxPresenceMemberSizeInKb": 0.5,
         "webhooks": [{"url": "https://x.example"}]},
        {"id": "two", "key": "two", "secret": "two", "maxConnections": "10"},
        {"id": "off", "key": "off", "secret": "off", "enabled": False},
    ],
}


class ImportCase(CtlCase):
    def imported(self, kind, text):
        """Imports, reads the result again, and gives what is not at its default."""
        self.write("in", text if isinstance(text, str) else json.dumps(text))
        done = self.run_ctl("import", kind, "in")
        self.write("out.conf", done.stdout)
        self.notes = done.stderr
        return {name: value for name, (value, origin) in self.rows("-c", "out.conf").items()
                if origin != "default"}

    def refused(self, kind, text, words):
        self.write("in", text if isinstance(text, str) else json.dumps(text))
        done = self.run_ctl("import", kind, "in", status=1)
        self.assertEqual(done.stdout, "")
        self.assertIn(words, done.stderr)


class Reverb(ImportCase):
    def test_values(self):
        found = self.imported("reverb", REVERB)
        self.assertEqual({k: v for (g, k), v in found.items() if g == "server"}, {
            "host": "127.0.0.1", "port": "6002", "path": "/ws", "max-request-size": "20000"})
        self.assertEqual({k: v for (g, k), v in found.items() if g == "app 101"}, {
            "key": "k1", "secret": "********", "allowed-origins": "a.example;*.b.example",
            "ping-interval": "30s", "activity-timeout": "20s", "max-message-size": "0",
            "accept-client-events-from": "none", "rate-limiting-enabled": "true",
            "rate-limit-max-attempts": "7", "rate-limit-decay-seconds": "1",
            "rate-limit-terminate": "true"})
        self.assertEqual(found[("app 102", "max-connections")], "5")
        self.assertIn("\nsecret=s1\\s\n", (self.folder / "out.conf").read_text())

    def test_notes(self):
        self.imported("reverb", REVERB)
        self.assertIn("servers.reverb.pulse_ingest_interval: has no equal here", self.notes)
        self.assertNotIn("scaling", self.notes)

    def test_tls_and_scaling(self):
        other = json.loads(json.dumps(REVERB))
        other["servers"]["reverb"]["options"] = {"tls": {"local_cert": "/c.pem", "passphrase": "x"}}
        other["servers"]["reverb"]["scaling"] = {
            "enabled": True, "channel": "all", "server": {"url": None, "host": "x", "port": "6380", "username": None,
                                                          "password": "p", "database": "2", "timeout": 5}}
        found = self.imported("reverb", other)
        self.assertEqual(found[("server", "tls-certificate")], "/c.pem")
        self.assertIn("decrypt the key (openssl pkey); tls-key-password-file opens PKCS#12 files only", self.notes)
        self.assertEqual({k: v for k, v in found.items() if k[0] in ("cluster", "redis")}, {
            ("cluster", "enabled"): "true", ("cluster", "channel"): "all", ("redis", "host"): "x",
            ("redis", "port"): "6380", ("redis", "password"): "********", ("redis", "database"): "2",
            ("redis", "timeout"): "5s"})

    def test_standard_input(self):
        self.write("in", json.dumps(REVERB))
        self.assertEqual(self.run_ctl("import", "reverb", "-", text=json.dumps(REVERB)).stdout,
                         self.run_ctl("import", "reverb", "in").stdout)

    def test_json(self):
        self.write("in", json.dumps(REVERB))
        done = self.run_json("import", "reverb", "in")
        self.assertEqual(done["config"], self.run_ctl("import", "reverb", "in").stdout)
        self.assertEqual(len(done["notes"]), 1)

    def test_wrong_values(self):
        def changed(**keywords):
            app = {**REVERB["apps"]["apps"][0], **keywords}
            return {"apps": {"apps": [app]}}

        self.refused("reverb", changed(app_id=None), "apps.apps[0]: it has no app_id")
        self.refused("reverb", changed(secret=""), "apps.apps[0]: it has no secret")
        self.refused("reverb", changed(app_id="a b"), "an id stands in URLs")
        self.refused("reverb", changed(app_id="a]"), "an id stands in URLs")
        self.refused("reverb", changed(app_id="a\nb"), "an id stands in URLs")
        self.refused("reverb", changed(key={"a": 1}), "apps.apps[0]: it has no key")
        self.refused("reverb", changed(ping_interval="x"), "apps.apps[0].ping_interval: ‘x’")
        self.refused("reverb", changed(ping_interval=[1]), "apps.apps[0].ping_interval: ")
        self.refused("reverb", changed(allowed_origins="*"), "apps.apps[0].allowed_origins: ")
        self.refused("reverb", changed(allowed_origins=["a;b"]), "apps.apps[0].allowed_origins: ")
        self.refused("reverb", changed(allowed_origins=[["a"]]), "apps.apps[0].allowed_origins: ")
        self.refused("reverb", {"apps": {"apps": [7]}}, "apps.apps[0]: this is no object")
        self.refused("reverb", {"apps": {"apps": []}}, "there is no application in it")
        self.refused("reverb", {"apps": 7}, "there is no application in it")

    def test_twice_the_same(self):
        one = {"key": "k", "secret": "s", "app_id": "1"}
        self.refused("reverb", {"apps": {"apps": [one, one]}}, "with the id 1 already")
        self.refused("reverb", {"apps": {"apps": [one, {**one, "app_id": "2"}]}}, "the same key")

    def test_malformed(self):
        for text, words in (("", "no object"), ("nonsense", "this is not JSON"), ("{}}", "this is not JSON"), ("[]", "no object"),
                            ("7", "no object"), ('{"a":', "this is not JSON"), ("{}", "no application"),
                            ("null", "no object")):
            with self.subTest(text):
                self.refused("reverb", text, words)

    def test_deeply_nested(self):
        self.refused("reverb", "[" * 1000000, "nested more than 64 deep")
        self.refused("reverb", '{"a":' * 65 + "1" + "}" * 65, "nested more than 64 deep")
        self.refused("reverb", '{"a":"' + "[" * 100 + '"}', "there is no application")

    def test_comments_hide_no_brackets(self):
        self.refused("reverb", '/*"*/' + "[" * 200000, "this is not JSON")
        self.refused("reverb", '//"\n' + "[" * 200000, "this is not JSON")
        self.refused("reverb", "'\"'" + "[" * 200000, "this is not JSON")
        self.refused("reverb", '{"a":"' + "\\" * 3 + '"' + "[" * 200000, "this is not JSON")

    def test_not_text(self):
        (self.folder / "bytes").write_bytes(b'{"a":"\xff"}')
        self.assertIn("UTF-8", self.run_ctl("import", "reverb", "bytes", status=1).stderr)

    def test_missing_file(self):
        self.run_ctl("import", "reverb", "nowhere", status=1)


class Soketi(ImportCase):
    def test_values(self):
        found = self.imported("soketi", SOKETI)
        self.assertEqual({k: v for (g, k), v in found.items() if g == "server"}, {
            "port": "6001", "drain-timeout": "3s", "max-request-size": "1MiB"})
        self.assertEqual({k: v for (g, k), v in found.items() if g == "app app-id"}, {
            "key": "app-key", "secret": "********", "max-connections": "unlimited",
            "accept-client-events-from": "members", "max-presence-members": "100",
            "max-presence-user-info-size": "512"})
        self.assertEqual(found[("app two", "accept-client-events-from")], "none")
        self.assertEqual(found[("app two", "max-presence-user-info-size")], "2KiB")
        self.assertEqual(found[("app two", "max-connections")], "10")
        self.assertNotIn(("app off", "key"), found)

    def test_notes(self):
        self.imported("soketi", SOKETI)
        for words in ("metrics.enabled: has no equal", "apps[0].webhooks: has no equal",
                      "maxClientEventsPerSecond: has no equal", "apps[2]: it is switched off"):
            self.assertIn(words, self.notes)
        self.assertNotIn("maxBackendEventsPerSecond", self.notes)

    def test_adapter(self):
        found = self.imported("soketi", {**SOKETI, "adapter": {"driver": "redis"},
                                         "database": {"redis": {"host": "r", "port": 6380, "db": 3, "password": None}}})
        self.assertEqual({k: v for k, v in found.items() if k[0] in ("cluster", "redis")}, {
            ("cluster", "enabled"): "true", ("redis", "host"): "r", ("redis", "port"): "6380",
            ("redis", "database"): "3"})

    def test_nested_names(self):
        nested = {"appManager": {"driver": "array", "array": {
            "apps": SOKETI["appManager.array.apps"]}}}
        self.assertEqual(self.imported("soketi", nested)[("app app-id", "key")], "app-key")

    def test_refusals(self):
        self.refused("soketi", {}, "there is no application in it")
        self.refused("soketi", {"appManager": {"driver": "mysql"}}, "the applications are in mysql")
        self.refused("soketi", {**SOKETI, "port": "x"}, "port: ‘x’ is not a port")
        self.refused("soketi", {**SOKETI, "shutdownGracePeriod": "soon"}, "shutdownGracePeriod")
        self.refused("soketi", "{" * 100000, "nested more than 64 deep")


class Env(ImportCase):
    TEXT = ("APP_NAME='A b'\nREVERB_APP_ID=3\nREVERB_APP_KEY=k\nREVERB_APP_SECRET=\"s # t\"\n"
            "REVERB_SERVER_PORT=9\nREVERB_APP_MAX_CONNECTIONS=null\nREDIS_HOST=r\n"
            "REVERB_APP_PING_INTERVAL=${N}\nN=5\n")

    def test_values(self):
        text = self.TEXT.replace("N=5\n", "").replace("APP_NAME", "N=5\nAPP_NAME")
        self.assertEqual(self.imported("env", text), {
            ("server", "port"): "9", ("app 3", "key"): "k", ("app 3", "secret"): "********",
            ("app 3", "ping-interval"): "5s"})
        self.assertIn("\nsecret=s # t\n", (self.folder / "out.conf").read_text())

    def test_the_environment_does_not_leak_in(self):
        self.write("in", self.TEXT.replace("${N}", "6"))
        done = self.run_ctl("import", "env", "in", REVERB_SERVER_PORT="1", REVERB_APP_ID="4")
        self.assertIn("port=9", done.stdout)
        self.assertIn("[app 3]", done.stdout)

    def test_scaling(self):
        found = self.imported("env", self.TEXT.replace("${N}", "6") + "REVERB_SCALING_ENABLED=true\nREDIS_PASSWORD=pw\n")
        self.assertEqual({k: v for k, v in found.items() if k[0] in ("cluster", "redis")}, {
            ("cluster", "enabled"): "true", ("redis", "host"): "r", ("redis", "password"): "********"})

    def test_refusals(self):
        self.refused("env", self.TEXT, "in:8 REVERB_APP_PING_INTERVAL: [app 3] ping-interval")
        self.refused("env", "A=1\n", "there is no REVERB_APP_ID")
        self.refused("env", "REVERB_APP_ID=1\n", "there is no REVERB_APP_KEY")
        self.refused("env", "REVERB_APP_ID=1\nREVERB_APP_KEY=k\n", "there is no REVERB_APP_SECRET")
        self.refused("env", "A=b c\n", "in:1: ")


class Usage(CtlCase):
    def test_usage(self):
        self.run_ctl("import", status=2)
        self.run_ctl("import", "reverb", status=2)
        self.run_ctl("import", "laravel", "x", status=2)


if __name__ == "__main__":
    unittest.main()
