"""What the templates of text reach at full size and their own seeds; minutes each.

`pytest -m campaign -s tests/engine/test_text_figures.py` prints the figures; `test_text_templates.py` has small sizes.
"""

import math

import numpy as np
import pytest

from engine.control import Control
from engine.datasets.english_french import NEW_PAIR
from engine.events import Checkpoint, Event, Finished, Steps
from engine.generate.author import Author
from engine.generate.marking import RIGHT, marked
from engine.job import Job, prepare
from engine.network import build
from engine.template import template
from engine.train import train
from engine.weights import copy_in

pytestmark = pytest.mark.campaign


def trained(name: str) -> tuple[Job, list[Event]]:
    job = prepare(template(name))
    assert isinstance(job, Job)
    return job, list(train(job, Control()))


def test_the_language_model_needs_at_most_so_many_bits_a_character() -> None:
    job, events = trained("language-model")
    first = next(event for event in events if isinstance(event, Steps)).losses[0]
    assert first == pytest.approx(math.log(job.data.target.count), abs=0.15)
    end = events[-1]
    assert isinstance(end, Finished)
    bits = end.dev_loss / math.log(2)
    print(f"language-model: {bits:.3f} bits a character in {end.seconds:.0f} s")
    assert bits <= 2.56


@pytest.mark.parametrize(("name", "least"), [("translation", 0.98), ("number-words", 0.99)])
def test_whole_sentences_are_translated_exactly(name: str, least: float) -> None:
    job, events = trained(name)
    checkpoint, end = events[-2:]
    assert isinstance(checkpoint, Checkpoint)
    assert isinstance(end, Finished)
    network = build(job.graph, job.shapes)
    copy_in(network.module, checkpoint.weights)
    network.train(False)
    dev, author = job.data.dev, Author(network, job.graph, job.data)
    places = [list(range(at, min(at + 256, dev.count))) for at in range(0, dev.count, 256)]
    marks = np.concatenate([marked(author, dev, some) for some in places])[:, RIGHT]
    new = np.array([title == NEW_PAIR for title in dev.titles or [""] * dev.count])
    of_pairs = f", of new pairs of words {marks[new].mean():.3f}" if new.any() else ""
    print(f"{name}: exact match {marks[~new].mean():.4f}{of_pairs} in {end.seconds:.0f} s")
    assert marks[~new].mean() >= least
