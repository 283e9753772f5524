"""The verb `report`: one run of a project written down."""

from pathlib import Path

from engine.cli.opening import opened, run_of
from engine.cli.piping import given_out
from engine.cli.say import (
    FINE,
    PROBLEMS,
    check_room,
    complain,
    say_record,
    screen,
    wrong_usage,
)
from engine.declare import did_you_mean
from engine.report import REPORTS, Report, Unwritable, told


def write(
    file: Path, to: str, name: str | None, out: Path | None, trust: bool, force: bool, as_json: bool
) -> int:
    """Write a run of a project file down; the exit code. Raises ProjectError."""
    kind = _kind(to)
    with given_out(out, kind.suffix, as_json) as aside:
        if aside is None:
            return _write(file, kind, name, out, trust, force, as_json)
        return _write(file, kind, name, aside, trust, force, as_json, says=False)


def _write(
    file: Path,
    kind: Report,
    name: str | None,
    out: Path | None,
    trust: bool,
    force: bool,
    as_json: bool,
    *,
    says: bool = True,
) -> int:
    place = file.with_suffix(kind.suffix) if out is None else out
    check_room(place)
    if place.exists() and not force and (kind.suffix or any(place.iterdir())):
        wrong_usage(f"{place} would be overwritten. Choose another --out, or say --force.")
    project = opened(file, trust)
    run = run_of(project, name)
    try:
        kind.require()
        files = kind.write(told(project, run), place)
    except Unwritable as error:
        complain(str(error))
        return PROBLEMS
    except OSError as error:
        complain(f"{place} could not be written: {error.strerror or error}.")
        return PROBLEMS
    if as_json:
        paths = [str(path) for path in files]
        say_record({"event": "reported", "kind": kind.name, "run": run.name, "files": paths})
    elif says:
        screen().print(f"Wrote {run.name} to {place}.", soft_wrap=True)
    return FINE


def _kind(name: str) -> Report:
    if name not in REPORTS:
        guess = did_you_mean(name, REPORTS) or f" There are {', '.join(REPORTS)}."
        wrong_usage(f"There is no kind of report called {name}.{guess}")
    return REPORTS[name]()
