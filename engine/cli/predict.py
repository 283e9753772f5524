"""The verb `predict`: what a trained network says of a person's own pictures, rows of numbers, texts and sequences."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from engine.bringing import CannotBring, brought
from engine.cli.opening import opened, run_of
from engine.cli.piping import taken_in
from engine.cli.say import FINE, PROBLEMS, complain, say_record, screen, table, wrong_usage
from engine.control import Own
from engine.dataset import Data
from engine.job import same_data
from engine.predicting import Prediction, predicted
from engine.trained import Untrained
from engine.typed import typed

MOST_SHOWN = 3  # classes of one sample in the table; JSON lines have all


def run(
    file: Path,
    inputs: Sequence[Path],
    texts: Sequence[str],
    name: str | None,
    weights: str,
    inverted: bool,
    trust: bool,
    as_json: bool,
) -> int:
    """Say what a project's network makes of some files and texts; the exit code. Raises ProjectError and DataError."""
    with taken_in(inputs) as files:
        return _run(file, files, texts, name, weights, inverted, trust, as_json)


def _run(
    file: Path,
    inputs: Sequence[Path],
    texts: Sequence[str],
    name: str | None,
    weights: str,
    inverted: bool,
    trust: bool,
    as_json: bool,
) -> int:
    if weights not in ("best", "last"):
        wrong_usage(f"--weights takes best or last, but got {weights}.")
    if not inputs and not texts:
        wrong_usage(
            "There is nothing to say anything of. Name a file, or give a sample: --text TEXT"
        )
    project = opened(file, trust)
    chosen = run_of(project, name)
    data = chosen.recipe.prepare()
    if not same_data(chosen, data):
        complain(
            f"The data have changed since {chosen.name} was trained: samples may be read otherwise than it learnt "
            "them. Bring the data back as they were, or train anew."
        )
    samples: list[Own] = []
    failed = False
    readers: list[Callable[[], tuple[list[Own], tuple[str, ...]]]] = [
        *(partial(brought, path, data, inverted=inverted) for path in inputs),
        *(partial(_typed, text, data) for text in texts),
    ]
    for read in readers:
        try:
            found_there, notes = read()
            samples += found_there
            for note in notes:
                complain(note)
        except CannotBring as error:
            complain(str(error))
            failed = True
    try:
        found = list(predicted(chosen, data, samples, "best" if weights == "best" else "last"))
    except Untrained as error:
        complain(str(error))
        return PROBLEMS
    _say(found, as_json)
    return PROBLEMS if failed else FINE


def _typed(text: str, data: Data) -> tuple[list[Own], tuple[str, ...]]:
    own, note = typed(text, data)
    return [own], ((note,) if note else ())


def _say(found: Sequence[Prediction], as_json: bool) -> None:
    if as_json:
        for one in found:
            said: dict[str, object] = {"event": "predicted", "sample": one.title}
            if one.classes:
                said |= {"class": one.classes[0][0], "shares": dict(one.classes)}
            else:
                said |= {"values": one.values.tolist()}
            say_record(said)
        return
    if not found:
        return
    shown = table("sample", "says", "")
    for one in found:
        if one.classes:
            (first, share), *others = one.classes[:MOST_SHOWN]
            more = ", ".join(f"{name} {100 * part:.1f} %" for name, part in others)
            shown.add_row(one.title, f"{first} {100 * share:.1f} %", more)
        else:
            shown.add_row(one.title, " ".join(f"{value:.5g}" for value in one.values.ravel()), "")
    screen().print(shown)
