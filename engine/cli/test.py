"""The verb `test`: the checklist, the question, the opening of the test set, and what came out, kept in the file."""

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import typer

from engine.cli.opening import opened as project_of
from engine.cli.opening import run_of
from engine.cli.say import (
    FINE,
    PROBLEMS,
    check_room,
    complain,
    say_record,
    screen,
    table,
    wrong_usage,
)
from engine.opening import Opening, Which, earlier
from engine.seal import Point, checklist, opened, rehearsed
from engine.storage import save
from engine.trained import Untrained


def run(
    file: Path, name: str | None, weights: str, why: str, yes: bool, trust: bool, as_json: bool
) -> int:
    """Open the test set of a project file for a run; the exit code. Raises ProjectError and DataError."""
    if weights not in ("best", "last"):
        wrong_usage(f"--weights takes best or last, but got {weights}.")
    if file.suffix == ".json":
        wrong_usage(f"{file.name} is text alone and holds no run. Name a .chainrule file.")
    project = project_of(file, trust)
    check_room(file)
    chosen = run_of(project, name)
    which: Which = "best" if weights == "best" else "last"
    try:
        rehearsal = rehearsed(chosen, which)
        before = earlier(project.openings, chosen.recipe)
        points = checklist(project, chosen, rehearsal)
        _show(points, before, as_json)
        if not yes and not _agreed(chosen.name, len(before)):
            complain("The test set stays sealed.")
            return PROBLEMS
        after, opening = opened(project, chosen, rehearsal, why)
    except Untrained as error:
        complain(str(error))
        return PROBLEMS
    save(after, file)
    _say(opening, len(before) + 1, as_json)
    return FINE


def _show(points: Sequence[Point], before: Sequence[Opening], as_json: bool) -> None:
    """What should be so, on stderr: stdout is for what came out."""
    if as_json:
        for point in points:
            say_record({"event": "checked", **asdict(point)})
        return
    for point in points:
        complain(f"{'✓' if point.good else '!'} {point.title}. {point.detail}")
    for opening in before:
        complain(
            f"! Opened before, {opening.when.astimezone():%d %B %Y, %H:%M}, for {opening.run}: what comes out now "
            "is no longer unbiased."
        )


def _agreed(name: str, times: int) -> bool:
    """Whether the person says yes; whoever cannot be asked has to say --yes."""
    if not sys.stdin.isatty():
        wrong_usage("Opening the test set is for good. Say --yes to do it without being asked.")
    once = "once more" if times else "for good"
    return typer.confirm(f"Open the test set for {name}, {once}?", err=True)


def _say(opening: Opening, number: int, as_json: bool) -> None:
    if as_json:
        say_record(
            {
                "event": "opened",
                "number": number,
                "unbiased": number == 1,
                **opening.model_dump(mode="json"),
            }
        )
        return
    shown = table("", "test", "95 % interval", "dev", right=("test", "dev"))
    shown.add_row(
        opening.measure,
        said(opening, opening.value),
        f"{said(opening, opening.low)} to {said(opening, opening.high)}",
        "" if opening.dev is None else said(opening, opening.dev),
    )
    screen().print(shown)
    words = (
        "unbiased: the first opening" if number == 1 else f"no longer unbiased: opening {number}"
    )
    count = f"{opening.right:,} of {opening.asked:,} right; " if opening.right is not None else ""
    screen().print(f"{count}{opening.examples:,} examples; {words}.", soft_wrap=True)


def said(opening: Opening, value: float) -> str:
    """A value of an opening as people write it."""
    return f"{100 * value:.1f} %" if opening.measure == "accuracy" else f"{value:.4g}"
