"""What a person sees of a run: a row an epoch, and on a terminal a bar below."""

import io

import numpy as np
import pytest
from rich.console import Console

from engine.cli.progress import JsonLines, Lines
from engine.events import Event, Failed, Finished, Paused, Started, Steps, Validated

EVENTS: tuple[Event, ...] = (
    Started(0, 0, 2, 10, 100, 20, 1234, 7, 1, "cpu"),
    Steps(10, 1.0, np.array([0.5, 0.25]), 0.1),
    Validated(10, 1, 0.5, 0.6, 0.9, 0.8, 0.1),
    Paused(10),
    Steps(20, 2.0, np.array([0.1, float("inf")]), 0.2),
    Validated(20, 2, float("nan"), 0.5, None, None, 0.2),
    Finished(20, "done", 2, float("nan"), 0.5, None, None, 0.2),
)


def shown(*, terminal: bool) -> str:
    return told(terminal=terminal)[0]


def told(*, terminal: bool) -> tuple[str, str]:
    """What goes aside, and what was asked for."""
    aside, page = io.StringIO(), io.StringIO()
    console = Console(file=aside, force_terminal=terminal, width=120, color_system=None)
    with Lines(console, Console(file=page, width=120)) as lines:
        for event in EVENTS:
            lines.tell(event)
    return aside.getvalue(), page.getvalue()


def test_a_row_for_each_epoch_under_its_heads() -> None:
    rows = [line.split() for line in shown(terminal=False).splitlines() if line]
    assert "1,234" in rows[0]
    assert "seed 7" in " ".join(rows[0])
    assert rows[2] == ["1", "10", "0.5000", "0.6000", "90.00%", "80.00%", "0.1"]
    assert rows[3] == ["2", "20", "nan", "0.5000", "–", "–", "0.2"]
    assert len(rows) == 4


def test_how_it_ended_is_on_a_page_of_its_own() -> None:
    for terminal in (False, True):
        _, page = told(terminal=terminal)
        said = "Finished after 2 epochs and 20 steps in 0.2 s: train loss nan, dev loss 0.5000.\n"
        assert page == said


def test_the_bar_counts_epochs_as_people_do() -> None:
    text = shown(terminal=True)
    assert "epoch 2 of 2" in text
    assert "epoch 3" not in text
    assert "epoch 2 of 2" not in shown(terminal=False)


def test_json_lines_are_strict(capsys: pytest.CaptureFixture[str]) -> None:
    with JsonLines() as lines:
        for event in (*EVENTS, Failed(20, "dense", "The loss is not a number.", "nan")):
            lines.tell(event)
    out = capsys.readouterr().out
    assert "NaN" not in out
    assert "Infinity" not in out
    assert out.count('"train_loss": null') == 2
    assert out.count("\n") == len(EVENTS)  # Paused is of no use here, Failed is


def test_figures_of_any_size_stand_apart() -> None:
    """The loss of a regression has six digits before its point, and fits no column."""
    aside = io.StringIO()
    with Lines(Console(file=aside, width=120), Console(file=io.StringIO())) as lines:
        lines.tell(Validated(14, 2, 341142.1562, 356860.8438, None, None, 0.0))
    assert aside.getvalue().split()[2:4] == ["341142.1562", "356860.8438"]
