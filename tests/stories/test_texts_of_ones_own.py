"""Texts, sentence pairs and names of a person's own are dropped on the window, learnt from, and typed to."""

from collections.abc import Callable
from pathlib import Path

import pytest
from person import Person
from PySide6.QtWidgets import QApplication

from app.frame.data_dialog import DataDialog
from app.plot import Plot
from app.plots.answer import Answer
from app.plots.language import Language
from app.plots.translation import Translation
from engine.dataset import Dataset
from engine.datasets.names_file import NamesFile
from engine.datasets.real_pairs import PairsFile
from engine.datasets.text_file import TextFile

Desk = Callable[..., Person]
POEM = "Мой дядя самых честных правил,\r\nКогда не в шутку занемог 🙂,\r\n"
PAIRS = "\r\n".join(f"the {n} cats 🐈 are here\tles {n} chats 🐈 sont là" for n in range(90))
NAMES = "".join(f"{stem}{end}\t{kind}\n" for stem, kind in (("Łuk", "pl"), ("Зо", "ru"), ("Mar", "it"))
                for end in "abcdefghijklmnopqrst")  # fmt: skip


def _window_of(shown: type[DataDialog]) -> DataDialog | None:
    tops = QApplication.topLevelWidgets()
    return next((w for w in tops if isinstance(w, shown) and w.isVisible()), None)


@pytest.mark.parametrize(
    ("name", "content", "kind", "title", "plot"),
    [
        ("poem.txt", POEM * 60, TextFile, "Language", Language),
        ("one-line.txt", "la vie est belle et " * 300, TextFile, "Language", Language),
        ("pairs.tsv", PAIRS, PairsFile, "Translation", Translation),
        ("names.tsv", NAMES * 2, NamesFile, "Answer", Answer),
    ],
)
def test_a_file_is_dropped_and_learnt_from(
    desk: Desk, tmp_path: Path, name: str, content: str, kind: type[Dataset], title: str, plot: type[Plot]
) -> None:  # fmt: skip
    path = tmp_path / name
    path.write_bytes(content.encode())
    person = desk("two-moons")
    person.drop_file(path)
    person.wait(lambda: _window_of(DataDialog) is not None)
    shown = _window_of(DataDialog)
    assert shown is not None
    person.wait(lambda: shown.found is not None and not shown._ticks.isActive())
    person.press("Use these data")
    assert isinstance(person.studio.document.project.recipe.dataset, kind)
    data = person.studio.document.meaning.data
    assert not any("\r" in symbol for symbols in data.symbols.values() for symbol in symbols)
    problems = person.studio.document.meaning.finish().problems
    assert [problem.message for problem in problems if problem.severity == "error"] == []
    person.window.show_panel(title, shown=True)
    made = person.window.arrangement.plots[title].plot
    assert isinstance(made, plot)
    person.press("Train")
    person.wait(lambda: any(key[0] == made.reads[0] for key in made.history.latest))
    person.studio.session.stop()  # if it has not ended by itself
    person.wait(lambda: person.studio.session.state == "idle")
    assert person.studio.session.run is not None
