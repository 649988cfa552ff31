# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The programs of the bench, where they run, and how a server is asked for one measurement.

Environment: RESONATED, RESONATE_BENCH and RESONATE_RAW_SERVER name the programs when they are not in `_build`.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "fixtures"))
from server import ROOT, Server, an_app, config_text  # noqa: E402

APP = an_app("bench", key="bench", secret="bench", accept_client_events_from="members")
ENDS = 900


def program(variable, name):
    return str(ROOT / os.environ.get(variable, f"_build/tests/bench/{name}"))


def raw_server():
    return program("RESONATE_RAW_SERVER", "raw-server")


def pinned(core):
    """The command in front of what shall run on this core only, where there are two."""
    several = len(os.sched_getaffinity(0)) > 1
    return ["taskset", "-c", str(sorted(os.sched_getaffinity(0))[core])] if several and shutil.which("taskset") else []


def start(server_program=None, wrap=None):
    """A fresh server, as a context manager; resonated when no other program is named."""
    wrap = pinned(0) if wrap is None else wrap
    return Server(config_text(apps=[APP]), program=server_program, wrap=wrap)


def ask(server, measurement, **arguments):
    """Has the load generator take one measurement of a server; returns its figures."""
    command = [*pinned(1), program("RESONATE_BENCH", "resonate-bench"), measurement]
    command += [f"--{name}={value}" for name, value in arguments.items()]
    command += ["--port", str(server.port), "--pid", str(server.pid)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=ENDS, check=True)
    return json.loads(done.stdout)
