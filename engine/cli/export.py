"""The verb `export`: a project handed on in another format, and the table of the formats."""

from pathlib import Path

from engine.cli.opening import opened
from engine.cli.piping import given_out
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
from engine.cli.train import show_problems
from engine.declare import did_you_mean
from engine.export import FORMATS, CannotExport, Format, Missing, export, there_already
from engine.export.table import ROWS


def run(
    file: Path | None, to: str | None, out: Path | None, trust: bool, force: bool, as_json: bool
) -> int:
    """Export a project file; the exit code. Raises ProjectError and DataError."""
    if file is None:
        wrong_usage("Name the project FILE to export, or ask for --formats.")
    form = _format(to)
    with given_out(out, form.suffix, as_json) as aside:
        if aside is None:
            return _export(file, form, out, trust, force, as_json)
        if len(form.files(aside)) > 1:
            wrong_usage(
                f"{form.title} is several files, and stdout takes one. Name a place with --out."
            )
        return _export(file, form, aside, trust, force, as_json, says=False)


def _export(
    file: Path,
    form: Format,
    out: Path | None,
    trust: bool,
    force: bool,
    as_json: bool,
    *,
    says: bool = True,
) -> int:
    place = file.with_suffix(form.suffix) if out is None else out
    if place.suffix != form.suffix:
        wrong_usage(f"{form.title} is kept in a file that ends in {form.suffix}, not {place.name}.")
    check_room(place)
    taken = there_already(form.files(place))
    if taken and not force:
        names = " and ".join(str(path) for path in taken)
        wrong_usage(f"{names} would be overwritten. Choose another --out, or say --force.")
    try:
        files = export(opened(file, trust), form.name, place)
    except Missing as error:
        complain(str(error))
        return PROBLEMS
    except CannotExport as error:
        _refuse(error, form, as_json)
        return PROBLEMS
    if says:
        _say(form, files, as_json)
    return FINE


def _format(name: str | None) -> Format:
    if name is None:
        wrong_usage(f"Say what to export to: --to {', --to '.join(FORMATS)}.")
    if name not in FORMATS:
        guess = did_you_mean(name, FORMATS) or f" There are {', '.join(FORMATS)}."
        wrong_usage(f"There is no format called {name}.{guess}")
    return FORMATS[name]()


def _refuse(error: CannotExport, form: Format, as_json: bool) -> None:
    show_problems(error.problems, as_json)
    for sentence in error.refusals:
        if as_json:
            say_record({"event": "refused", "format": form.name, "message": sentence})
        else:
            complain(sentence)
    if error.problems:
        count = sum(problem.severity == "error" for problem in error.problems)
        what = "an error" if count == 1 else f"{count} errors"
        complain(f"The project cannot be exported: it has {what}.")


def _say(form: Format, files: tuple[Path, ...], as_json: bool) -> None:
    if as_json:
        say_record(
            {"event": "exported", "format": form.name, "files": [str(path) for path in files]}
        )
        return
    *others, last = files
    beside = f", with {' and '.join(path.name for path in others)} beside it" if others else ""
    screen().print(f"Wrote {last}{beside}.", soft_wrap=True)


def show_formats(as_json: bool) -> None:
    """Every format, with what it carries and what not."""
    listed = table("Format", *(title for _, title in ROWS))
    for name, kind in FORMATS.items():
        facts = {field: str(getattr(kind, field)) for field, _ in ROWS}
        if as_json:
            more = {"needs": list(kind.needs), "refuses": dict(kind.refuses), "help": kind.help()}
            say_record(
                {
                    "event": "format",
                    "name": name,
                    "title": kind.title,
                    "suffix": kind.suffix,
                    **facts,
                    **more,
                }
            )
        else:
            listed.add_row(name, *facts.values())
    if not as_json:
        listed.expand = True
        screen().print(listed)
