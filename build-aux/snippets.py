#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Prints what clients and a Laravel application need to know of a server.

usage: snippets.py RESONATECTL CONFIG [OPTION of resonated...]
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile

TEXT = """
  app id  {REVERB_APP_ID}
  key     {REVERB_APP_KEY}
  secret  {REVERB_APP_SECRET}

pusher-js:

  const pusher = new Pusher('{REVERB_APP_KEY}', {{
    cluster: 'local', wsHost: '{host}', wsPort: {port}, wssPort: {port},{path}
    forceTLS: {tls}, enabledTransports: ['ws', 'wss'], disableStats: true,
  }});
  pusher.subscribe('news').bind('headline', (data) => console.log(data));

Laravel, .env:

{env}
"""


def ask(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def settings(resonatectl, config):
    """The group `server` as the server reads it: files and environment, under its options."""
    keys = json.loads(ask(resonatectl, "--json", "config", "show", "--config", config))["keys"]
    return {key["key"]: key["value"] for key in keys if key["group"] == "server"}


def options(arguments):
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    for name in ("host", "port", "path", "env-file"):
        parser.add_argument(f"--{name}")
    given, _ = parser.parse_known_args(arguments)
    return {name: value for name, value in vars(given).items() if value is not None}


def variables(resonatectl, config):
    """The variables that `resonatectl install` adds to an empty .env, in order."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, ".env")
        open(path, "w").close()
        ask(resonatectl, "install", "--config", config, "--env-file", path)
        with open(path) as file:
            return dict(line.rstrip("\n").split("=", 1) for line in file if "=" in line)


def main(resonatectl, config, *arguments):
    server = {**settings(resonatectl, config), **options(arguments)}
    tls = bool(server["tls-certificate"])
    host = server["hostname"] or server["host"].split(";")[0]
    if host in ("0.0.0.0", "::", "[::]"):
        host = "localhost"
    env = variables(resonatectl, config)
    env |= {"REVERB_HOST": host, "REVERB_PORT": server["port"], "REVERB_SCHEME": "https" if tls else "http"}
    path = server["path"].strip("/")
    print(TEXT.format(
        **env,
        host=host,
        port=server["port"],
        path=f" wsPath: '/{path}'," if path else "",
        tls="true" if tls else "false",
        env="\n".join(f"  {name}={value}" for name, value in {"BROADCAST_CONNECTION": "reverb", **env}.items()),
    ), flush=True)


main(*sys.argv[1:])
