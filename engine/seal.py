"""The one door to the test set: what is to be known before it is opened, and the opening itself.

Nothing else reads the sealed part. `rehearsed` does not either: it judges train and dev as the test would be judged.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from engine.axes import Labels
from engine.certainty import Interval, difference_error, luck, resampled_interval, share_interval
from engine.dataset import Data, Part
from engine.evaluation import evaluated
from engine.events import Judged
from engine.feeding import decimals, on_device, sources
from engine.fingerprint import fingerprint
from engine.job import same_data
from engine.judging import Findings
from engine.leaks import Leaks, leaks
from engine.opening import Measure, Opening, Which, part_of
from engine.project import Project
from engine.run import Run, same_network
from engine.scores import r_squared
from engine.trained import Untrained, chosen, trained

LEVEL = 0.02  # of its size, that the dev loss may still move in the last epochs
OF_THE_RUN = (
    "epochs",
    "seed",
    "exact",
    "threads",
    "device",
)  # given to one run, they choose nothing
LAST = 4  # epochs that are looked at for it


@dataclass(frozen=True, slots=True, eq=False)
class Verdict:
    """How good a run is on one part."""

    measure: Measure
    value: float
    loss: float
    count: int
    interval: Interval
    judged: Judged | None

    @property
    def right(self) -> NDArray[np.bool_] | None:
        """Which answers were right; None where nothing is classified."""
        found = self.judged
        return found.truths == found.outcomes if found is not None and found.classes else None


@dataclass(frozen=True, slots=True, eq=False)
class Rehearsal:
    """How good a run is on train and dev, and whether the parts share examples: all that may be known before."""

    weights: Which
    step: int
    train: Verdict
    dev: Verdict
    leaks: Leaks


@dataclass(frozen=True, slots=True)
class Point:
    """A line of the checklist: whether it is as it should be."""

    good: bool
    title: str
    detail: str


def rehearsed(run: Run, weights: Which = "best") -> Rehearsal:
    """Judge train and dev with the weights that the test would be judged with. Raises Untrained, DataError."""
    used, step = chosen(run, weights)
    data = _learnt_from(run)
    train = _verdict(run, data, data.train, used)
    return Rehearsal(used, step, train, _verdict(run, data, data.dev, used), leaks(data))


def checklist(project: Project, run: Run, rehearsal: Rehearsal) -> tuple[Point, ...]:
    """What should be so before the test set is opened, and whether it is."""
    return (
        _gap(rehearsal),
        _levelled(run),
        _frozen(project, run),
        _choosing(project, run, rehearsal),
        _leak(rehearsal.leaks),
    )


def opened(
    project: Project, run: Run, rehearsal: Rehearsal, why: str = ""
) -> tuple[Project, Opening]:
    """Evaluate a run on the test set, once; the project in which that is written down, and what came out.

    Raises Untrained and DataError.
    """
    data = _learnt_from(run)
    found = _verdict(run, data, data.sealed.open(), rehearsal.weights)
    right = found.right
    opening = Opening(
        when=datetime.now(UTC).replace(microsecond=0),
        run=run.name,
        weights=rehearsal.weights,
        step=rehearsal.step,
        why=why.strip(),
        examples=found.count,
        measure=found.measure,
        value=found.value,
        low=found.interval[0],
        high=found.interval[1],
        loss=found.loss,
        dev=rehearsal.dev.value,
        right=None if right is None else int(right.sum()),
        asked=None if right is None else len(right),
        by_class=tuple(_by_class(found, data)),
        part=part_of(run.recipe),
    )
    return replace(project, openings=(*project.openings, opening)), opening


def _learnt_from(run: Run) -> Data:
    """The data of a run, if they are still those: cut anew, others could hold in the test part what it learnt."""
    data = run.recipe.prepare()
    if not same_data(run, data):
        raise Untrained(
            f"The data have changed since {run.name} was trained: their test part may now hold what it has learnt. "
            "The test set stays sealed. Bring the data back as they were, or train anew."
        )
    return data


# -- judging --------------------------------------------------------------------------------------


def _verdict(run: Run, data: Data, part: Part, which: Which) -> Verdict:
    settings = run.settings
    network = trained(run, data, which)
    inputs = sources(part, network.feeds, settings.device, dtype=decimals(settings))
    truths = on_device(part.targets, settings.device, decimals(settings))
    if not network.judges:
        raise Untrained("The network has no loss, by which it could be judged. Add one.")
    loss, found = evaluated(network, inputs, truths, data.target)
    return _judged(loss, found, part.count)


def _judged(loss: float, found: Findings, count: int) -> Verdict:
    said = next(found.said(0, 0), None)
    accuracy, (_, fit) = found.accuracy(), found.scores()
    if accuracy is not None and said is not None:
        interval = _share_interval(said, count)
        return Verdict("accuracy", accuracy, loss, count, interval, said)
    if fit is not None and said is not None:
        interval = _fit_interval(said)
        return Verdict("R²", fit, loss, count, interval, said)
    return Verdict("loss", loss, loss, count, (loss, loss), None)


def _share_interval(said: Judged, count: int) -> Interval:
    right = said.truths == said.outcomes
    if len(right) == count:
        return share_interval(int(right.sum()), count)
    # Answers of one sequence resemble one another: whole sequences are drawn, not answers.
    sums = np.bincount(said.examples, right, count)
    asked = np.bincount(said.examples, minlength=count)
    return resampled_interval(
        lambda drawn: float(sums[drawn].sum() / max(asked[drawn].sum(), 1)), count
    )


def _fit_interval(said: Judged) -> Interval:
    truths, outcomes = (
        np.asarray(array, np.float64).reshape(len(said.truths), -1)
        for array in (said.truths, said.outcomes)
    )
    return resampled_interval(lambda drawn: r_squared(truths[drawn], outcomes[drawn]), len(truths))


def _by_class(found: Verdict, data: Data) -> Iterator[tuple[str, int, int]]:
    said, right = found.judged, found.right
    if said is None or right is None or not isinstance(data.target, Labels):
        return
    counts = np.bincount(said.truths, minlength=said.classes)
    hits = np.bincount(said.truths[right], minlength=said.classes)
    for name, hit, count in zip(data.target.names, hits, counts, strict=True):
        yield name, int(hit), int(count)


# -- the checklist --------------------------------------------------------------------------------


def _gap(rehearsal: Rehearsal) -> Point:
    train, dev = rehearsal.train, rehearsal.dev
    if train.measure != "accuracy":
        said = f"{train.measure}: train {train.value:.3g}, dev {dev.value:.3g}"
        return Point(True, "The gap is known", said)
    gap, error = (
        train.value - dev.value,
        difference_error(train.value, train.count, dev.value, dev.count),
    )
    title = f"The gap is known: {100 * gap:.1f} ± {100 * error:.1f} points"
    said = f"train {100 * train.value:.1f} %, dev {100 * dev.value:.1f} %"
    is_wide = gap - error > 0.1
    if is_wide:
        said += ": it has learnt by heart what it does not know of dev; dropout, decay or more data may help first"
    return Point(not is_wide, title, said)


def _levelled(run: Run) -> Point:
    losses = [(event.epoch, event.dev_loss) for event in run.history.validated]
    if len(losses) < 2:
        return Point(
            False, "The dev loss has been seen once at most", "Train for some epochs first."
        )
    recent = [loss for _, loss in losses[-LAST:]]
    fell = recent[0] - min(recent)
    level = fell <= LEVEL * abs(recent[0])
    title = "The dev loss has levelled off" if level else "The dev loss still falls"
    said = f"{losses[-1][1]:.3g} in epoch {losses[-1][0]:g}; it fell by {fell:.2g} in the last {len(recent)} epochs"
    return Point(level, title, said)


def _frozen(project: Project, run: Run) -> Point:
    if not same_network(run.graph, project.graph):
        return Point(
            False, "The drawing has moved on", f"{run.name} is another network than the one drawn."
        )
    ours = run.settings.model_dump(include=set(OF_THE_RUN))
    drawn = project.settings.but(**ours)
    if run.settings != drawn or run.recipe != project.recipe:
        return Point(
            False, "The settings have changed since", f"{run.name} was trained with others."
        )
    said = f"data {fingerprint(run.recipe.prepare())}, seed {run.settings.seed}"
    return Point(True, "The settings are frozen", said)


def _choosing(project: Project, run: Run, rehearsal: Rehearsal) -> Point:
    tries = sum(1 for other in project.runs if other.recipe == run.recipe)
    if tries < 2:
        return Point(True, "1 run has been judged by dev", "Nothing was chosen by it.")
    if rehearsal.dev.measure != "accuracy":
        said = "The best of them looks better on dev than it is."
        return Point(True, f"Dev has chosen among {tries} runs", said)
    points = 100 * luck(rehearsal.dev.value, rehearsal.dev.count, tries)
    said = f"The best of {tries} may look up to {points:.1f} points better on dev than it is."
    return Point(True, f"Dev has chosen among {tries} runs", said)


def _leak(found: Leaks) -> Point:
    if said := found.sentences:
        return Point(False, "The parts share examples", " ".join(said))
    together = "" if found.groups is None else ", and no group is torn apart"
    detail = f"No test example equals one of train or dev{together}."
    return Point(True, "No leak between the parts", detail)
