# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""unittest whose results are a TAP stream: one line for every test, so that CI counts rows and not files."""

import sys
import time
import unittest


class Result(unittest.TestResult):
    def __init__(self, stream):
        super().__init__()
        self.stream = stream
        self.begun = 0.0
        self.points = 0

    def say(self, text):
        self.stream.write(text + "\n")
        self.stream.flush()

    def startTest(self, test):
        super().startTest(test)
        self.begun = time.monotonic()

    def point(self, verdict, test, trouble=""):
        self.points += 1
        seconds = time.monotonic() - self.begun if self.begun else 0.0
        self.say(f"{verdict} - {self.describe(test)}")
        self.say(f"# {seconds:.2f} s")
        for line in trouble.splitlines():
            self.say(f"# {line}")

    @staticmethod
    def describe(test):
        # What could not be set up or taken down is no test, and has its name in its text alone.
        name = getattr(test, "_testMethodName", str(test))
        return f"{type(test).__name__}: {name.removeprefix('test_').replace('_', ' ')}".replace("#", "")

    def addSuccess(self, test):
        self.point("ok", test)

    def addError(self, test, err):
        super().addError(test, err)
        self.point("not ok", test, self.errors[-1][1])

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.point("not ok", test, self.failures[-1][1])

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.point("not ok", test, f"skipped: {reason}")

    def addSubTest(self, test, subtest, err):
        raise AssertionError("a row is a test of its own, not a part of one")


def main():
    """Runs the tests of the calling file, or those that its arguments name by a part of their names."""
    loader = unittest.TestLoader()
    loader.testNamePatterns = [f"*{part}*" for part in sys.argv[1:]] or None
    suite = loader.loadTestsFromModule(sys.modules["__main__"])
    result = Result(sys.stdout)
    result.say("TAP version 13")
    suite.run(result)
    result.say(f"1..{result.points}")
    sys.exit(0 if result.points and result.wasSuccessful() else 1)
