# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
import stat
import unittest

from ctl import CtlCase

NAMES = ["REVERB_APP_ID", "REVERB_APP_KEY", "REVERB_APP_SECRET", "REVERB_HOST", "REVERB_PORT",
         "REVERB_SCHEME", "VITE_REVERB_APP_KEY", "VITE_REVERB_HOST", "VITE_REVERB_PORT",
         "VITE_REVERB_SCHEME"]


def variables(text):
    return dict(line.split("=", 1) for line in text.splitlines() if "=" in line)


class Install(CtlCase):
    def install(self, *args, **keywords):
        return self.run_json("install", "--config", "etc/resonate.conf", *args, **keywords)

    def test_writes_a_configuration(self):
        done = self.install()
        path = self.folder / "etc/resonate.conf"
        self.assertTrue(done["config-written"])
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        self.assertEqual([entry.name for entry in path.parent.iterdir()], ["resonate.conf"])
        self.assertEqual(self.run_json("config", "check", "-c", str(path)),
                         {"ok": True, "error": None, "warnings": []})

    def test_usual_place(self):
        done = self.run_json("--session", "install")
        self.assertEqual(done["config"], str(self.folder / "resonate/resonate.conf"))
        self.assertEqual(self.rows("--session")[(f"app {done['id']}", "key")][0], done["key"])

    def test_twice(self):
        first = self.install()
        before = (self.folder / "etc/resonate.conf").read_bytes()
        second = self.install()
        self.assertFalse(second["config-written"])
        self.assertEqual((second["id"], second["key"]), (first["id"], first["key"]))
        self.assertEqual((self.folder / "etc/resonate.conf").read_bytes(), before)

    def test_env_file(self):
        env = self.write(".env", "APP_NAME=x\n")
        done = self.install("--env-file", ".env")
        self.assertEqual(done["env-added"], NAMES)
        text = env.read_text()
        self.assertTrue(text.startswith("APP_NAME=x\n\nREVERB_APP_ID="))
        self.assertIn('REVERB_SCHEME=http\n\nVITE_REVERB_APP_KEY="${REVERB_APP_KEY}"\n', text)
        self.assertEqual(variables(text)["REVERB_APP_KEY"], done["key"])
        self.assertEqual(stat.S_IMODE(env.stat().st_mode), 0o600)

        self.assertEqual(self.install("--env-file", ".env")["env-added"], [])
        self.assertEqual(env.read_text(), text)

    def test_both_agree(self):
        """The server finds the same credentials with the .env and without it."""
        self.write(".env", "")
        done = self.install("--env-file", ".env")
        group = f"app {done['id']}"
        self.assertEqual(self.rows("-c", "etc/resonate.conf")[(group, "key")][0], done["key"])
        secret = variables((self.folder / ".env").read_text())["REVERB_APP_SECRET"]
        self.assertIn(f"\nsecret={secret}\n", (self.folder / "etc/resonate.conf").read_text())

    def test_env_file_has_credentials(self):
        self.write(".env", "REVERB_APP_ID=5\nREVERB_APP_KEY=kept\nREVERB_APP_SECRET='s \"x'\n")
        done = self.install("--env-file", ".env")
        self.assertEqual((done["id"], done["key"]), ("5", "kept"))
        self.assertEqual(done["env-added"], NAMES[3:])
        self.assertIn('\nsecret=s "x\n', (self.folder / "etc/resonate.conf").read_text())

    def test_odd_secret(self):
        self.write(".env", "REVERB_APP_SECRET=' a\\b '\n")
        done = self.install("--env-file", ".env")
        self.assertIn("\nsecret=\\sa\\\\b\\s\n", (self.folder / "etc/resonate.conf").read_text())
        again = self.write("second.env", "")
        self.install("--env-file", "second.env")
        self.assertEqual(variables(again.read_text())["REVERB_APP_SECRET"], '" a\\\\b "')
        self.assertEqual(variables(again.read_text())["REVERB_APP_ID"], done["id"])

    def test_impossible_credentials(self):
        for text in ("REVERB_APP_ID='a b'\n", "REVERB_APP_KEY=a/b\n"):
            self.write(".env", text)
            done = self.run_ctl("install", "-c", "c.conf", "-e", ".env", status=1)
            self.assertIn(".env: [app ", done.stderr)
            self.assertFalse((self.folder / "c.conf").exists())
            self.assertEqual((self.folder / ".env").read_text(), text)

    def test_configuration_has_credentials(self):
        self.write("etc/resonate.conf", '[app 6]\nkey=six\nsecret=a b"c$\n')
        env = self.write(".env", "A=1")
        done = self.install("--env-file", ".env")
        self.assertFalse(done["config-written"])
        found = variables(env.read_text())
        self.assertEqual(found["REVERB_APP_ID"], "6")
        self.assertEqual(found["REVERB_APP_SECRET"], '"a b\\"c\\$"')
        self.assertEqual(self.rows("-c", "etc/resonate.conf", "-e", ".env")[("app 6", "key")],
                         ("six", ".env:4 REVERB_APP_KEY"))

    def test_first_line(self):
        self.write(".env", "REVERB_APP_ID=5")
        self.assertNotIn("REVERB_APP_ID", self.install("--env-file", ".env")["env-added"])

    def test_longer_names(self):
        self.write(".env", "X=1\nREVERB_APP_KEY_OLD=a\nREVERB_HOSTNAME=b\n#REVERB_PORT=1\n")
        self.assertEqual(self.install("--env-file", ".env")["env-added"], NAMES)

    def test_empty_lines_are_filled(self):
        env = self.write(".env", "A=1\nREVERB_APP_ID=\nREVERB_APP_KEY=\nB=2\n")
        done = self.install("--env-file", ".env")
        self.assertEqual(env.read_text().splitlines()[1:4],
                         [f"REVERB_APP_ID={done['id']}", f"REVERB_APP_KEY={done['key']}", "B=2"])
        self.assertEqual(env.read_text().count("REVERB_APP_KEY="), 2)  # its own, and VITE's

    def test_link_stays_a_link(self):
        self.write("shared.env", "A=1\n")
        (self.folder / ".env").symlink_to("shared.env")
        self.install("--env-file", ".env")
        self.assertTrue((self.folder / ".env").is_symlink())
        self.assertIn("REVERB_APP_ID", (self.folder / "shared.env").read_text())

    def test_no_env_file(self):
        done = self.run_ctl("install", "-c", "c.conf", "-e", "nowhere", status=1)
        self.assertIn("nowhere", done.stderr)
        self.assertFalse((self.folder / "c.conf").exists())

    def test_broken_configuration_is_kept(self):
        path = self.write("c.conf", "[nonsense]\n")
        done = self.run_ctl("install", "-c", "c.conf", status=1)
        self.assertIn("c.conf:1: [nonsense]", done.stderr)
        self.assertEqual(path.read_text(), "[nonsense]\n")

    def test_says_what_it_did(self):
        text = self.run_ctl("install", "-c", "c.conf").stdout
        self.assertIn("c.conf: written", text)
        self.assertIn("allowed-origins", text)
        secret = (self.folder / "c.conf").read_text().split("\nsecret=")[1].split("\n")[0]
        self.assertNotIn(secret, text)
        self.assertIn("left as it is", self.run_ctl("install", "-c", "c.conf").stdout)


if __name__ == "__main__":
    unittest.main()
