"""The table of the canvas in the help names what its benchmark measures, with the bars that it measures against."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "resources" / "help" / "canvas.md"
SOURCE = ROOT / "tests" / "benchmarks" / "canvas.py"


def rows() -> list[list[str]]:
    """The lines of the table, cell by cell, without its head."""
    lines = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_what_the_table_names_are_cases_of_the_benchmark() -> None:
    cases = set(re.findall(r'^    "(\w+)": \w+,$', SOURCE.read_text("utf-8"), re.MULTILINE))
    named = {row[0].strip("`") for row in rows()}
    assert len(named) > 4
    assert named <= cases


def test_what_is_said_to_be_met_is_met() -> None:
    said = 0
    for _, metric, value, bar, met in rows():
        number, most = (float(re.sub(r"[^\d.]", "", cell) or "nan") for cell in (value, bar))
        if bar:
            assert met == ("yes" if number <= most else "no"), metric
            said += 1
        else:
            assert not met, metric
    assert said > 10


def test_the_machine_is_named() -> None:
    assert "AMD EPYC" in PAGE.read_text("utf-8")
