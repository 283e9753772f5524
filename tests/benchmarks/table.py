"""The table of a benchmark: a figure a line, its bar and whether that is met; the options that all of them take."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator

Measured = dict[str, object]
"""`case`, `metric`, `value`, `unit`, `bar` (None for information) and `met`."""


def row(
    case: str,
    metric: str,
    value: float,
    unit: str,
    bar: float | None = None,
    *,
    least: bool = False,
) -> Measured:
    """A line of the table; whether the bar is met is computed from it. A bar is the most allowed, or the `least`."""
    met = None if bar is None else bool(value >= bar if least else value <= bar)
    return {"case": case, "metric": metric, "value": value, "unit": unit, "bar": bar, "met": met}


def options(about: str | None, cases: Iterable[str]) -> ArgumentParser:
    """What every benchmark can be asked."""
    parser = ArgumentParser(description=about)
    parser.add_argument("--json", action="store_true", help="one object a line")
    parser.add_argument("--case", choices=tuple(cases), action="append")
    return parser


def say(rows: Iterable[Measured] | Iterator[Measured], *, as_json: bool) -> None:
    """Print each as soon as it is measured."""
    for found in rows:
        sys.stdout.write((json.dumps(found) if as_json else _said(found)) + "\n")
        sys.stdout.flush()


def _said(found: Measured) -> str:
    verdict = "met" if found["met"] else "NOT MET"
    bar = "" if found["bar"] is None else f"bar {found['bar']:<6} {verdict}"
    figure = f"{found['value']:10.4g} {found['unit']:8}"
    return f"{found['case']:11} {found['metric']:52} {figure} {bar}".rstrip()
