"""New runs that begin otherwise than the last: with other weights, with those it has learnt, with other settings."""

from collections.abc import Mapping
from dataclasses import replace

from app.studio import Studio
from engine.settings import Settings


def restart_anew(studio: Studio) -> None:
    """Take the next seed, as a step that can be undone, and begin a new run."""
    seed = (studio.document.project.settings.seed + 1) % 2**31
    _set(studio, f"Take seed {seed}", {"seed": seed})
    studio.session.restart()


def retry(studio: Studio, advice: Mapping[str, float]) -> None:
    """Take the settings that a failure advises, as a step that can be undone, and begin a new run."""
    _set(studio, f"Take {in_words(advice)}", advice)
    studio.session.restart()


def in_words(advice: Mapping[str, float]) -> str:
    """Advised settings as a button says them: rate 0.01."""
    fields = Settings.model_fields
    return ", ".join(f"{(fields[n].title or n).lower()} {value:g}" for n, value in advice.items())


def _set(studio: Studio, text: str, changes: Mapping[str, float]) -> None:
    document = studio.document
    settings = document.project.settings.but(**changes)
    document.change(text, replace(document.project, settings=settings))


def can_carry(studio: Studio) -> bool:
    """Whether there are weights to carry over."""
    run = studio.session.run
    return run is not None and (bool(run.weights) or studio.session.state != "idle")


def carry_over(studio: Studio) -> None:
    """Begin a new run of the drawing with every weight of the last one that fits; the run says which do."""
    session = studio.session
    session.keep()
    if session.run is not None:
        session.restart(session.run.weights)
