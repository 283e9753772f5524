"""The verb `train`: the loop of `engine.train` in this very thread, its events said as they come, the run saved."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from pydantic import ValidationError

from engine.cli.check import draw_problems, record_of_problem
from engine.cli.interrupts import Interrupts, interrupts
from engine.cli.opening import opened, run_of
from engine.cli.progress import JsonLines, Lines, Reporter
from engine.cli.safekeeping import check_keeps, keep, say_kept
from engine.cli.say import (
    FAILED,
    FINE,
    PROBLEMS,
    SIGNALLED,
    complain,
    say_record,
    screen,
    silence,
    wrong_usage,
)
from engine.control import Control, Stop
from engine.declare import complaints, did_you_mean
from engine.events import Failed, Finished
from engine.job import Job, prepare, to_train
from engine.problems import Problem, find_problems
from engine.project import Project, fresh_run
from engine.run import Run, record
from engine.settings import Settings
from engine.train import train


def run(
    file: Path,
    wishes: Mapping[str, object],
    more: Sequence[str],
    out: Path | None,
    trust: bool,
    as_json: bool,
) -> int:
    """Train a project file, with `more` settings as NAME=VALUE; the exit code. Raises ProjectError and DataError."""
    control = Control()
    wishes = {
        **_named(more),
        **{name: value for name, value in wishes.items() if value is not None},
    }
    with interrupts(control) as asked:
        project = opened(file, trust)
        given = replace(project, settings=_settings(project.settings, wishes))
        job = prepare(given)
        if not isinstance(job, Job):
            _refuse(job, as_json)
            return PROBLEMS
        advice = find_problems(given.graph, job.shapes, job.data.target, data=job.data)
        reporter: Reporter = JsonLines() if as_json else Lines(screen(aside=True), screen())
        show_problems(advice, as_json)
        done = _train(job, fresh_run(given), control, reporter)
        code = _code(done, asked)
        if out is None and not _is_cut_short(done, asked):
            return code
        whole = replace(project, runs=(*project.runs, done))
        return _keep(whole, done, out, file, code, as_json)


def go_on(
    file: Path, epochs: str | None, name: str | None, out: Path, trust: bool, as_json: bool
) -> int:
    """Go on with a run of a project file; the exit code. Raises ProjectError and DataError."""
    control = Control()
    with interrupts(control) as asked:
        project = opened(file, trust)
        check_keeps(out)
        before = run_of(project, name)
        settings = _settings(before.settings, {"epochs": epochs})
        job = to_train(
            replace(project, graph=before.graph, recipe=before.recipe, settings=settings), before
        )
        if not isinstance(job, Job):
            _refuse(job, as_json)
            return PROBLEMS
        reporter: Reporter = JsonLines() if as_json else Lines(screen(aside=True), screen())
        done = _train(job, replace(before, settings=settings), control, reporter)
        kept = tuple(done if run is before else run for run in project.runs)
        code = _code(done, asked)
        return _keep(replace(project, runs=kept), done, out, file, code, as_json)


def _is_cut_short(done: Run, asked: Interrupts) -> bool:
    """Whether a signal has ended it after it had learnt something."""
    return bool(asked.heard) and done.history.step > 0


def _keep(
    project: Project, done: Run, out: Path | None, source: Path, code: int, as_json: bool
) -> int:
    """Save a run that ended with this exit code; the code, or that for what could not be saved as was wished."""
    kept = keep(project, out, source)
    try:
        say_kept(done, kept, as_json)
    except OSError:  # nobody listens any more
        silence()
    if code >= SIGNALLED and kept.place is not None and not as_json:
        complain(f"Go on with: chainrule resume {shlex.quote(str(kept.place))}")
    return code if kept.as_wished else PROBLEMS


def _code(done: Run, asked: Interrupts) -> int:
    match done.history.ended:
        case Failed(message=message):
            complain(message)
            return FAILED
        case Finished(reason="stopped"):
            return asked.code
    return FINE


def _named(more: Sequence[str]) -> dict[str, object]:
    """Settings given as NAME=VALUE, by name."""
    found: dict[str, object] = {}
    for pair in more:
        name, equals, value = pair.partition("=")
        if not equals:
            wrong_usage(f"--set takes NAME=VALUE, such as learning_rate=0.01, but got {pair}.")
        if name not in Settings.model_fields:
            guess = did_you_mean(name, Settings.model_fields) or " “chainrule settings” lists all."
            wrong_usage(f"There is no setting called {name}.{guess}")
        found[name] = value
    return found


def _settings(settings: Settings, wishes: Mapping[str, object]) -> Settings:
    """The settings with what the command line says in their place."""
    changes = {name: value for name, value in wishes.items() if value is not None}
    if "seed" in changes:  # who names a seed wants its numbers, to the last digit
        changes["exact"] = True
    try:
        return settings.but(**changes)
    except ValidationError as error:
        wrong_usage(" ".join(complaints(error, Settings)))


def _refuse(problems: tuple[Problem, ...], as_json: bool) -> None:
    show_problems(problems, as_json)
    errors = sum(problem.severity == "error" for problem in problems)
    what = "an error" if errors == 1 else f"{errors} errors"
    complain(f"The project cannot be trained: it has {what}.")


def show_problems(problems: tuple[Problem, ...], as_json: bool) -> None:
    """Each complaint: a line, or a record."""
    if not as_json:
        draw_problems(screen(aside=True), problems)
        return
    for problem in problems:
        say_record({"event": "problem", **record_of_problem(problem)})


def _train(job: Job, kept: Run, control: Control, reporter: Reporter) -> Run:
    """The run, trained to its end. If nobody listens any more it ends early and is kept.

    If what is said finds no room (a log on a full disk), training goes on without a word.
    """
    with reporter:
        for event in train(job, control, exact=False):
            kept = record(kept, event)
            try:
                reporter.tell(event)
            except BrokenPipeError:
                silence()
                control.send(Stop())
            except OSError as error:
                silence()
                complain(f"The report could not be written: {error.strerror or error}.")
    return kept
