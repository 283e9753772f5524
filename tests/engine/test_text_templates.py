"""What the templates of text reach within seconds, on a part of their data and at their own seed.

At full size they are measured by `python tests/benchmarks/sequences.py --case words`.
"""

import math
from dataclasses import replace

import pytest

from engine.control import Control
from engine.dataset import Part, Recipe
from engine.datasets.austen import Austen
from engine.events import Finished, Steps
from engine.graph import NodeId
from engine.job import Job, prepare
from engine.layers import CATALOGUE
from engine.template import template
from engine.train import train


def first(part: Part, share: float) -> Part:
    """The first examples of a part."""
    some = slice(0, round(share * part.count))
    others = {
        name: replace(
            piece,
            inputs=piece.inputs[some],
            lengths=None if piece.lengths is None else piece.lengths[some],
        )
        for name, piece in part.others.items()
    }
    return replace(
        part,
        inputs=part.inputs[some],
        targets=part.targets[some],
        indices=part.indices[some],
        titles=None if part.titles is None else part.titles[some],
        lengths=None if part.lengths is None else part.lengths[some],
        others=others,
    )


@pytest.mark.parametrize(
    ("name", "share", "epochs", "loss", "right"),
    [
        (
            "language-model",
            0.15,
            2,
            2.35,
            0.33,
        ),  # nats a character; 4.17 and 0.15 for who knows nothing
        ("number-words", 0.3, 4, 0.1, 0.97),
        ("translation", 0.1, 3, 2.4, 0.42),
    ],
)
def test_a_template_of_text_learns_within_seconds(
    name: str, share: float, epochs: int, loss: float, right: float
) -> None:
    project = template(name)
    job = prepare(replace(project, settings=project.settings.but(epochs=epochs, patience=0)))
    assert isinstance(job, Job)
    data = replace(job.data, train=first(job.data.train, share), dev=first(job.data.dev, share))
    events = list(train(replace(job, data=data), Control()))
    begun = next(event for event in events if isinstance(event, Steps)).losses[0]
    assert begun == pytest.approx(math.log(data.target.count), abs=0.15)
    end = events[-1]
    assert isinstance(end, Finished)
    assert end.dev_loss is not None
    assert end.dev_accuracy is not None
    assert end.dev_loss < loss
    assert end.dev_accuracy > right  # of all characters or words


@pytest.mark.parametrize(("unit", "symbols"), [("characters", 60), ("words", 2000)])
def test_austen_begins_with_the_loss_of_who_knows_nothing(unit: str, symbols: int) -> None:
    recipe = Recipe.usual(Austen(unit=unit))
    count = recipe.prepare().target.count
    assert count > symbols
    project = template("language-model")
    dense = CATALOGUE["Dense"].model_validate({"out_features": count})
    graph = project.graph.put(NodeId("scores"), dense)
    settings = project.settings.but(batch_size=16)
    job = prepare(replace(project, graph=graph, recipe=recipe, settings=settings))
    assert isinstance(job, Job)
    begun = next(event for event in train(job, Control()) if isinstance(event, Steps)).losses[0]
    assert begun == pytest.approx(math.log(count), abs=0.15)
