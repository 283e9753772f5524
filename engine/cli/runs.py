"""The verb `runs`: what was trained, a run a line."""

from pathlib import Path

from engine.cli.say import FINE, say_record, screen, table
from engine.opening import earlier
from engine.project import Project
from engine.run import Run
from engine.storage import load


def show(file: Path, as_json: bool) -> int:
    """List the runs of a project file; the exit code. Raises ProjectError."""
    project = load(file)
    if as_json:
        for run in project.runs:
            say_record(_record(project, run))
        return FINE
    if not project.runs:
        screen().print("There are no runs yet. Train it: chainrule train FILE --out FILE")
        return FINE
    numbers = ("epochs", "steps", "train", "dev", "accuracy", "best dev", "test opened")
    shown = table("run", *numbers, right=numbers)
    for run in project.runs:
        said = _record(project, run)
        texts = [said[name] for name in ("train_loss", "dev_loss", "dev_accuracy", "best_dev_loss")]
        shown.add_row(
            run.name,
            f"{run.history.epoch:g}",
            f"{run.history.step:,}",
            *("" if value is None else f"{value:.4g}" for value in texts),
            str(said["openings"] or ""),
        )
    screen().print(shown)
    return FINE


def _record(project: Project, run: Run) -> dict[str, object]:
    last = run.history.validated[-1] if run.history.validated else None
    openings = [o for o in earlier(project.openings, run.recipe) if o.run == run.name]
    return {
        "event": "run",
        "name": run.name,
        "step": run.history.step,
        "epoch": run.history.epoch,
        "seconds": run.history.seconds,
        "train_loss": last.train_loss if last else None,
        "dev_loss": last.dev_loss if last else None,
        "dev_accuracy": last.dev_accuracy if last else None,
        "best_dev_loss": run.best.dev_loss if run.best else None,
        "can_go_on": run.checkpoint is not None,
        "openings": len(openings),
    }
