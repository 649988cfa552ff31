#!/usr/bin/python3
# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""RFC 6455 against an echo server: the cases of the Autobahn test suite, under their numbers, as TAP.

Groups 1 to 7, 9 and 10, with one outcome each, the strict one. Group 8 is empty in the suite, and so are 7.2, 7.4, 7.6,
7.8 and 7.10 to 7.12, where the server would have to begin; 9.9 is switched off in it. 12 and 13 are of compression,
which Resonate never agrees to.

usage: conformance.py [--server PROGRAM] [--only REGEX] [--deadline SECONDS] [--list]
"""

import argparse
import re
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import cases_close
import cases_fragments
import cases_framing
import cases_limits
import cases_utf8
from websocket import Connection, Failure

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "fixtures"))

from server import COMPLAINT  # noqa: E402

DEFAULT_SERVER = HERE.parents[1] / "_build/tests/echo-server"
START_SECONDS, STOP_SECONDS = 20, 20
CASE_SECONDS = 20
SERVING = re.compile(r"Serving on http://([^/:\s]+):(\d+)$")


class Server:
    """The program under test, from the line that says where it serves until it has left cleanly."""

    def __init__(self, program):
        self._errors = tempfile.TemporaryFile("w+")
        self._process = subprocess.Popen([program], stdout=subprocess.PIPE, stderr=self._errors, text=True)
        guard = threading.Timer(START_SECONDS, self._process.kill)
        guard.start()
        found = SERVING.match(self._process.stdout.readline().rstrip("\n"))
        guard.cancel()
        if not found:
            self._process.kill()
            self._process.wait()
            raise Failure(f"{program} does not serve: {self._written()}")
        self.address = (found[1], int(found[2]))

    def _written(self):
        self._errors.seek(0)
        return self._errors.read()

    def kill(self):
        """For a run that broke off; one that has left is left alone."""
        self._process.kill()
        self._process.wait()

    def stop(self):
        """Complains when it had to be killed, left with a status, or wrote a warning or the report of a sanitizer."""
        self._process.send_signal(signal.SIGTERM)
        try:
            status = self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise Failure(f"the server did not leave in {STOP_SECONDS} s") from None
        finally:
            self._process.stdout.close()
        written = self._written()
        if status != 0 or COMPLAINT.search(written):
            raise Failure(f"the server left with {status}: {written}")


def all_cases():
    for module in (cases_framing, cases_fragments, cases_utf8, cases_close, cases_limits):
        yield from module.cases()


def outcome(case, address, seconds):
    """What is wrong, or None."""
    try:
        with Connection(address, seconds) as connection:
            case.run(connection)
    except (Failure, OSError) as error:
        return str(error) or type(error).__name__
    return None


def report(number, title, wrong):
    print(f"{'not ok' if wrong else 'ok'} {number} - {title}")
    if wrong:
        print("\n".join(f"# {line}" for line in wrong.splitlines()))
    sys.stdout.flush()


def run(cases, server, seconds):
    """One line for each case, and one for the end of the server. The number of what failed."""
    print(f"1..{len(cases) + 1}")
    n_failed = 0
    for number, case in enumerate(cases, 1):
        wrong = outcome(case, server.address, seconds)
        n_failed += wrong is not None
        report(number, f"{case.id} {case.title}", wrong)
    try:
        server.stop()
        wrong = None
    except Failure as failure:
        wrong = str(failure)
    report(len(cases) + 1, "the server leaves cleanly", wrong)
    return n_failed + (wrong is not None)


def parse_arguments():
    parser = argparse.ArgumentParser(description="The cases of the Autobahn test suite against an echo server.")
    parser.add_argument("--server", default=str(DEFAULT_SERVER), metavar="PROGRAM")
    parser.add_argument("--only", type=re.compile, default=re.compile(""), metavar="REGEX", help="cases by number")
    parser.add_argument("--deadline", type=float, default=CASE_SECONDS, metavar="SECONDS", help="of each case")
    parser.add_argument("--list", action="store_true", help="print the cases and run none")
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    cases = [case for case in all_cases() if arguments.only.search(case.id)]
    if not cases:
        print(f"No case matches {arguments.only.pattern!r}.", file=sys.stderr)
        return 2
    if arguments.list:
        print("\n".join(f"{case.id} {case.title}" for case in cases))
        return 0
    try:
        server = Server(arguments.server)
    except (Failure, OSError) as error:
        print(f"Bail out! {error}")
        return 1
    try:
        return 1 if run(cases, server, arguments.deadline) else 0
    finally:
        server.kill()


if __name__ == "__main__":
    sys.exit(main())
