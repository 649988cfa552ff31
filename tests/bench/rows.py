# SPDX-FileCopyrightText: The Resonate authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the bench prints: which figure of which measurement makes a row, what it should be, and the table of them."""

from typing import NamedTuple, Optional


class Target(NamedTuple):
    sign: str  # ≥ or ≤
    limit: float
    of_ratio: bool = False

    def is_met(self, row):
        value = row.ratio if self.of_ratio else row.ours
        return value >= self.limit if self.sign == "≥" else value <= self.limit

    def __str__(self):
        return f"{self.sign} {number(self.limit)}{'×' if self.of_ratio else ''}"


class Row(NamedTuple):
    label: str
    unit: str
    measurement: str
    figure: str
    target: Optional[Target] = None
    ours: Optional[float] = None
    raw: Optional[float] = None

    @property
    def ratio(self):
        return self.ours / self.raw if self.raw else None


def at_least(limit, **fields):
    return Target("≥", limit, **fields)


def at_most(limit, **fields):
    return Target("≤", limit, **fields)


def fan_out(options):
    unit = "deliveries/CPU s"
    for n in options.subscribers:
        for messages in (1, 10):
            label = f"fan-out to {n:,}, {messages} a round"
            yield Row(label, unit, f"fan-out {n} {messages}", "per_cpu_second", at_least(0.90, of_ratio=True))
    yield Row(f"one publish to {options.most:,}, last delivery", "ms", f"fan-out {options.most} 1", "last_ms",
              at_most(2, of_ratio=True))


def idle(options):
    idle, unit = f"{options.idle:,} idle connections", "bytes of RSS"
    yield Row("idle connection, asleep", unit, "idle memory", "asleep_rss_bytes", at_most(1024))
    yield Row("idle connection, awake", unit, "idle memory", "awake_rss_bytes", at_most(4096))
    yield Row("idle connection, asleep again", unit, "idle memory", "again_rss_bytes")
    yield Row(f"{idle}, in silence", "% of a core", "idle cpu", "cpu_percent", at_most(0.1))
    if not options.quick:
        yield Row(f"{idle}, with pings", "% of a core", "idle cpu with pings", "cpu_percent", at_most(0.1))
    yield Row(f"loop turn with {options.most:,} idle, extra", "CPU µs", "turn", "extra_us", at_most(3))


def rows(options):
    """All rows; figures are filled in later."""
    return [
        *fan_out(options),
        Row("user instructions of a delivery", "instructions", "instructions", "delivery", at_most(200)),
        *idle(options),
        Row("message to one other member", "CPU µs", "incoming", "cpu_us_per_message", at_most(12)),
        Row("echo latency, p50", "µs", "echo", "p50_us"),
        Row("echo latency, p99", "µs", "echo", "p99_us"),
        Row("accepted and established", "connections/CPU s", "accept", "per_cpu_second", at_least(12000)),
        Row("accepted and established", "connections/s", "accept", "per_second"),
        Row("signed REST event, no subscriber", "events/CPU s", "rest", "per_cpu_second", at_least(20000)),
        Row("signed REST event, no subscriber", "events/s", "rest", "per_second"),
        Row(f"ping amid broadcasts to {options.storm:,}, p99", "ms", "storm", "p99_ms", at_most(5)),
    ]


def number(value):
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.{1 if abs(value) >= 10 else 2}f}"


def verdict(row):
    return f"{row.target} {'met' if row.target.is_met(row) else 'missed'}" if row.target else "–"


def cells(row):
    ratio = f"{row.ratio:.2f}" if row.ratio else "–"
    return row.label, row.unit, number(row.ours), number(row.raw), ratio, verdict(row)


def table(filled):
    lines = [("", "", "resonate", "raw", "ratio", "target"), *map(cells, filled)]
    widths = [max(len(line[i]) for line in lines) for i in range(6)]
    return "\n".join(
        "  ".join(cell.rjust(width) if 2 <= i <= 4 else cell.ljust(width)
                  for i, (cell, width) in enumerate(zip(line, widths))).rstrip()
        for line in lines
    )


def document(filled):
    """The same for machines."""
    return [
        {
            "what": row.label, "unit": row.unit, "resonate": row.ours, "raw": row.raw, "ratio": row.ratio,
            "target": str(row.target) if row.target else None,
            "met": row.target.is_met(row) if row.target else None,
        }
        for row in filled
    ]
