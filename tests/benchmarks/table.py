"""The table of a benchmark: a figure a line, its bar and whether that is met; the options that all of them take."""

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable

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
    parser.add_argument("--markdown", action="store_true", help="rows of a table for a page")
    parser.add_argument("--case", choices=tuple(cases), action="append")
    return parser


def say(rows: Iterable[Measured], asked: Namespace) -> None:
    """Print each as soon as it is measured, as was asked for."""
    for found in rows:
        line = (
            json.dumps(found) if asked.json else _cells(found) if asked.markdown else _said(found)
        )
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


def _said(found: Measured) -> str:
    figure = f"{found['value']:10.4g} {found['unit']:8}"
    return f"{found['case']:11} {found['metric']:52} {figure} {_judged(found)}".rstrip()


def _cells(found: Measured) -> str:
    asked = _judged(found).replace("NOT MET", "**not met**") or "for information"
    return (
        f"| {found['case']} | {found['metric']} | {found['value']:,.4g} {found['unit']} | {asked} |"
    )


def _judged(found: Measured) -> str:
    """As in “≤ 16 ms: met”; which way the bar lies follows from the verdict."""
    bar, met = found["bar"], found["met"]
    if bar is None:
        return ""
    below = float(str(found["value"])) <= float(str(bar))
    sign = "≤" if below == met else "≥"
    return f"{sign} {bar} {found['unit']}: {'met' if met else 'NOT MET'}"
