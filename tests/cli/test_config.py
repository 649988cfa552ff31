# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
import re
import unittest

from ctl import CtlCase

APP = "[app 1]\nkey=one\nsecret=very-secret\n"


class Show(CtlCase):
    def test_precedence(self):
        self.write("a.conf", "[server]\nport=1\npath=a\nhostname=a\nmax-request-size=1\n" + APP)
        self.write("a.conf.d/x.conf", "[server]\npath=b\n")
        self.write("env", "REVERB_HOST=c\nREVERB_SERVER_PORT=3\n")
        rows = self.rows("-c", "a.conf", "-e", "env", RESONATE_SERVER_PORT="4")
        self.assertEqual(rows[("server", "idle-timeout")], ("60s", "default"))
        self.assertEqual(rows[("server", "max-request-size")], ("1", "a.conf:5"))
        self.assertEqual(rows[("server", "path")], ("/b", "a.conf.d/x.conf:2"))
        self.assertEqual(rows[("server", "hostname")], ("c", "env:1 REVERB_HOST"))
        self.assertEqual(rows[("server", "port")], ("4", "environment RESONATE_SERVER_PORT"))
        self.assertEqual(rows[("server", "tls-key")], (None, "default"))

    def test_several_files(self):
        self.write("a.conf", "[server]\nport=1\npath=a\n" + APP)
        self.write("b.conf", "[server]\nport=2\n")
        rows = self.rows("-c", "a.conf", "-c", "b.conf")
        self.assertEqual(rows[("server", "port")], ("2", "b.conf:2"))
        self.assertEqual(rows[("server", "path")], ("/a", "a.conf:3"))

    def test_every_key_answers_to_the_environment(self):
        self.write("a.conf", APP)
        for (group, key), (value, _) in self.rows("-c", "a.conf").items():
            if value in (None, "", "********"):
                continue
            name = f"RESONATE_{group.split()[0]}_{key}".upper().replace("-", "_")
            with self.subTest(name):
                rows = self.rows("-c", "a.conf", **{name: value})
                self.assertEqual(rows[(group, key)], (value, f"environment {name}"))

    def test_secrets_are_stars(self):
        self.write("a.conf", APP)
        for args in (("config", "show", "-c", "a.conf"), ("--json", "config", "show", "-c", "a.conf")):
            text = self.run_ctl(*args).stdout
            self.assertIn("********", text)
            self.assertNotIn("very-secret", text)

    def test_table(self):
        self.write("a.conf", "[server]\nport=1\n" + APP)
        text = self.run_ctl("config", "show", "-c", "a.conf").stdout
        self.assertRegex(text, r"(?m)^\[server\]$")
        self.assertRegex(text, r"(?m)^port +1 +needs-reload +a\.conf:2$")
        self.assertRegex(text, r"(?m)^hostname +\(unset\) +applied +default$")

    def test_what_becomes_of_a_change(self):
        self.write("a.conf", APP)
        shown = self.run_json("config", "show", "-c", "a.conf")
        late = [row["key"] for row in shown["keys"] if row["change"] == "needs-reload" and row["group"] == "server"]
        self.assertEqual(late, ["host", "port", "path", "pid-file"])
        self.assertEqual([row["key"] for row in shown["keys"] if row["change"] == "applied" and row["group"] in
                          ("cluster", "redis")], ["when-degraded"])
        self.assertEqual({row["change"] for row in shown["keys"]}, {"needs-reload", "applied"})

    def test_json_is_utf8_in_a_locale_that_is_not(self):
        self.write("a.conf", "[server]\nhostname=bücher.example\n" + APP)
        self.assertEqual(self.rows("-c", "a.conf", LC_ALL="C")[("server", "hostname")][0], "bücher.example")

    def test_usual_place_of_a_user(self):
        self.write("resonate/resonate.conf", "[server]\nport=7\n" + APP)
        self.assertEqual(self.rows("--session")[("server", "port")][0], "7")


class Check(CtlCase):
    def refused(self, text, **environment):
        self.write("c.conf", text)
        done = self.run_ctl("config", "check", "-c", "c.conf", status=1, **environment)
        self.assertEqual(done.stdout, "")
        return done.stderr

    def test_right(self):
        self.write("c.conf", APP)
        done = self.run_ctl("config", "check", "-c", "c.conf")
        self.assertEqual(done.stdout, "The configuration is right: 1 application.\n")
        self.assertEqual(done.stderr, "")

    def test_unknown_key(self):
        self.assertIn("c.conf:2: [server] prot: there is no such key; did you mean ‘port’?",
                      self.refused("[server]\nprot=1\n" + APP))

    def test_wrong_value(self):
        self.assertIn("c.conf:3: [server] port: ‘8o80’ is not a port: a whole number from 0 to 65535",
                      self.refused("\n[server]\nport=8o80\n" + APP))

    def test_wrong_environment(self):
        self.assertIn("environment REVERB_SERVER_PORT: [server] port: ‘x’",
                      self.refused(APP, REVERB_SERVER_PORT="x"))

    def test_no_application(self):
        self.assertIn("resonatectl install", self.refused("[server]\n"))
        self.assertIn("resonatectl install", self.run_ctl("--session", "config", "check", status=1).stderr)

    def test_the_secret_is_not_repeated(self):
        self.assertNotIn("very-secret", self.refused("[app 1]\nkey=one\nvery-secret\n"))
        self.assertNotIn("very-secret", self.refused(APP + "secret=again\n"))

    def test_missing_file(self):
        self.assertIn("nowhere.conf", self.run_ctl("config", "check", "-c", "nowhere.conf", status=1).stderr)

    def test_json(self):
        self.write("c.conf", "[server]\nport=x\n" + APP)
        found = self.run_json("config", "check", "-c", "c.conf", status=1)
        self.assertFalse(found["ok"])
        self.assertIn("c.conf:2", found["error"])

    def test_warnings(self):
        self.write("c.conf", APP + "allowed-origins=https://a.example\n")
        done = self.run_ctl("config", "check", "-c", "c.conf")
        self.assertIn("Warning: c.conf:4: [app 1] allowed-origins", done.stderr)
        self.assertEqual(len(self.run_json("config", "check", "-c", "c.conf")["warnings"]), 1)

    def test_usage(self):
        self.run_ctl("config", status=2)
        self.run_ctl("config", "fly", status=2)
        self.run_ctl("config", "check", "check", status=2)


class Sample(CtlCase):
    def test_says_the_defaults(self):
        """With every line taken out of its comment, nothing changes."""
        sample = self.run_ctl("config", "sample").stdout
        sample = re.sub(r"(?m)^#(\[app |[a-z-]+=)", r"\1", sample)
        sample = re.sub(r"(?m)^(secret-file|previous-secret|previous-secret-file|password-file)=", r"#\1=", sample)
        sample = sample.replace("\nkey=\n", "\nkey=one\n")
        sample = "\nsecret=s\n".join(sample.rsplit("\nsecret=\n", 1))
        self.write("full.conf", sample)
        self.write("empty.conf", "[app 1001]\nkey=one\nsecret=s\n")
        full = self.rows("-c", "full.conf")
        empty = self.rows("-c", "empty.conf")
        self.assertEqual({name: value for name, (value, _) in full.items()},
                         {name: value for name, (value, _) in empty.items()})
        said = [name for name, (_, origin) in full.items() if origin == "default"]
        self.assertEqual(said, [("cluster", "secret-file"), ("redis", "password-file")] + [
            ("app 1001", key) for key in ("secret-file", "previous-secret", "previous-secret-file")])

    def test_json(self):
        self.assertEqual(self.run_json("config", "sample")["config"],
                         self.run_ctl("config", "sample").stdout)


if __name__ == "__main__":
    unittest.main()
