"""Stories of words: a language model that writes while it learns, and a sentence that is translated."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from person import Person
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from app.chart.alignment import AlignmentView
from app.chart.text_flow import TextFlow
from app.plots.answer import Answer
from app.plots.language import Language
from app.plots.translation import Translation
from app.plots.wrong import Wrong
from engine.control import Control
from engine.dataset import Recipe
from engine.datasets.english_french import EnglishFrench
from engine.datasets.text_file import TextFile
from engine.job import Job, prepare
from engine.project import Project, fresh_run
from engine.run import record
from engine.settings import Settings
from engine.storage import save
from engine.train import train
from tests.engine.generate.writers import TEXT, language, translator

BAD = {
    "…!": "There are no words in it",
    "кот 🐈 the": "⟨unk⟩: “кот”, “🐈”.",
    "שלום the cat": "⟨unk⟩: “שלום”.",
    "the old king " * 30: "It has 90 words; the longest that the network learns from has",
}
Desk = Callable[..., Person]


def _letters(tmp_path: Path) -> Path:
    (tmp_path / "text.txt").write_text(TEXT, encoding="utf-8")
    recipe = Recipe.usual(TextFile(file=str(tmp_path / "text.txt"), window=8))
    graph = language(recipe.prepare(), ("GRU", {"hidden_size": 16}))
    settings = Settings(epochs=400, batch_size=8, optimizer="Adam", learning_rate=0.005)
    save(Project("Letters", graph, recipe, settings), tmp_path / "letters.chainrule")
    return tmp_path / "letters.chainrule"


def _plot(person: Person, title: str) -> object:
    return person.window.arrangement.plots[title].plot


def test_a_student_watches_a_network_learn_to_write(desk: Desk, tmp_path: Path) -> None:
    person = desk(path=_letters(tmp_path))
    plot = _plot(person, "Language")
    assert isinstance(plot, Language)
    assert plot.seen, "a text brings its dock to the front"
    flow = person.see("Text of the network", TextFlow)
    assert isinstance(flow, TextFlow)
    assert flow.empty.startswith("Train")

    person.press("Train")
    person.wait(lambda: len(flow.shown.symbols) > 200)
    first = "".join(symbol.text for symbol in flow.shown.symbols)
    person.fill_in("Text that it goes on from", "abba")
    person.wait(lambda: sum(symbol.typed for symbol in flow.shown.symbols) == 4)
    person.wait(lambda: "P = p₁ × … × p₄" in plot.said.text())
    assert "".join(symbol.text for symbol in flow.shown.symbols) != first

    track = person.see("Temperature")
    QTest.mouseClick(track, Qt.MouseButton.LeftButton, pos=QPoint(8, track.height() // 2))
    person.wait(lambda: person.studio.session.watchers.typed.temperature < 0.2)
    person.press("Pause")
    person.wait(lambda: person.studio.session.state == "paused")

    at = flow.box_of(2).center().toPoint()
    QTest.mouseClick(flow, Qt.MouseButton.LeftButton, pos=at)
    person.wait(lambda: flow.shown.chosen == 2)
    person.wait(lambda: "“b” was expected with" in plot.said.text())
    assert any(bar.true for bar in plot.bars.shown.bars) if plot.bars.shown else True
    person.press("Colour by: Ties")
    person.wait(lambda: flow.shown.symbols[1].strength > 0)
    assert all(symbol.strength == 0 for symbol in flow.shown.symbols[2:])
    person.press("Colour by: Cell")
    person.wait(lambda: any(symbol.strength > 0 for symbol in flow.shown.symbols[4:]))
    person.press("Colour by: Then")
    person.wait(lambda: flow.shown.symbols[0].text == "S")
    person.press("Stop")
    person.wait(lambda: person.studio.session.state == "idle")


def _paste(field: QLineEdit, text: str) -> None:
    QApplication.clipboard().setText(text)
    field.setFocus()
    QTest.keySequence(field, "Ctrl+A")
    QTest.keySequence(field, "Ctrl+V")


def job_of(project: Project) -> Job:
    found = prepare(project)
    assert isinstance(found, Job)
    return found


def _pairs(tmp_path: Path) -> Path:
    recipe = Recipe.usual(EnglishFrench(count=300))
    settings = Settings(epochs=200, batch_size=32, optimizer="Adam", learning_rate=0.01)
    project = Project("Pairs", translator(recipe.prepare()), recipe, settings)
    plain = translator(recipe.prepare(), attention=False)
    past = replace(project, graph=plain, settings=settings.but(epochs=1))
    run = fresh_run(past)
    for event in train(job_of(past), Control()):
        run = record(run, event)
    save(replace(project, runs=(run,)), tmp_path / "pairs.chainrule")
    return tmp_path / "pairs.chainrule"


def test_a_student_types_a_sentence_and_sees_it_translated(desk: Desk, tmp_path: Path) -> None:
    person = desk(path=_pairs(tmp_path))
    plot = _plot(person, "Translation")
    assert isinstance(plot, Translation)
    assert plot.seen
    nodes = person.window.view.scene.nodes
    assert {nodes[name].face.side for name in ("source", "read", "encoder")} == {"reads"}
    assert {nodes[name].face.side for name in ("before", "decoder", "scores")} == {"writes"}

    person.press("Train")
    view = person.see("Translation, word by word", AlignmentView)
    assert isinstance(view, AlignmentView)
    person.wait(lambda: view.shown is not None and len(view.shown.read) > 2)
    person.fill_in("Sentence to be translated", "The old king sees a zebra.")
    asked = ("the", "old", "king", "sees", "a", "⟨unk⟩")
    person.wait(lambda: view.shown is not None and view.shown.read == asked)
    assert view.shown is not None
    assert plot.note.text() == "Not known, and read as ⟨unk⟩: “zebra”."
    assert np.allclose(view.shown.weights.sum(1), 1) or not view.shown.written

    for typed, says in BAD.items():
        _paste(plot.text, typed)  # a test's keyboard has but Latin letters
        person.wait(lambda says=says: says in plot.note.text())
        assert plot.note.isVisible()
        assert person.studio.session.state == "training"
    person.fill_in("Sentence to be translated", "the old king sees a cat")
    person.wait(lambda: not plot.note.isVisible())
    person.studio.overlay(person.studio.document.project.runs[:1])  # the one without attention
    person.wait(lambda: plot.other.isVisible() and plot.other.text().startswith("run 1: "))
    person.wait(lambda: plot.said.text().startswith("dev: "))

    person.press("Choose words by: Beam")
    person.wait(lambda: person.studio.session.watchers.typed.width == 5)
    person.press("Teacher forcing")
    person.wait(lambda: person.studio.document.project.settings.teacher_forcing == 0)
    person.wait(lambda: any(a.setting == "teacher_forcing" for a in plot.history.adjusted))
    person.window.show_panel("Most wrong", shown=True)
    wrong = _plot(person, "Most wrong")
    assert isinstance(wrong, Wrong)
    person.wait(lambda: bool(wrong.gallery.cards))
    data, card = person.studio.document.meaning.data, wrong.gallery.cards[0]
    assert data is not None
    truth = [int(symbol) for symbol in data.dev.targets[card.number] if symbol >= 0]
    assert card.detail == f"is {data.words['before'].decode(truth)}"
    assert set(card.text.split()) <= set(data.symbols[""])
    person.press("Pause")
    person.wait(lambda: person.studio.session.state == "paused")
    person.press("Stop")
    person.wait(lambda: person.studio.session.state == "idle")


def test_a_student_types_a_name_and_sees_where_it_may_be_from(desk: Desk) -> None:
    person = desk("surnames", epochs=400)
    plot = _plot(person, "Answer")
    assert isinstance(plot, Answer)
    person.window.show_panel("Answer", shown=True)
    field = person.see("Sample of your own", QLineEdit)
    assert isinstance(field, QLineEdit)
    assert field.placeholderText() == "Type a text of your own"
    person.press("Train")
    person.wait(lambda: plot.bars.shown is not None and bool(plot.bars.shown.bars))
    watchers = person.studio.session.watchers
    person.fill_in("Sample of your own", "Kowalski")
    person.wait(lambda: watchers.own is not None and watchers.own.title == "Kowalski")
    person.wait(lambda: plot.subtitle == "your own: Kowalski")
    person.wait(lambda: not any(bar.true for bar in plot.bars.shown.bars))  # type: ignore[union-attr]
    person.fill_in("Sample of your own", "Rossi #7")
    person.wait(lambda: "“#”, “7” do not occur in the data" in plot.typing.said.text())
    assert watchers.own is not None, "what was shown stays"
    person.fill_in("Sample of your own", "Kowalski" * 12)  # longer than any of the data
    person.wait(lambda: watchers.own is not None and watchers.own.lengths == {"": 96})
    seen = person.step
    person.wait(lambda: person.step > seen + 20 or person.studio.session.state == "idle")
    assert person.studio.session.state == "training"
    QTest.keySequence(field, "Ctrl+A")
    QTest.keyClick(field, Qt.Key.Key_Delete)
    person.wait(lambda: watchers.own is None)
    assert plot.subtitle.startswith("dev example 1 of")
    person.press("Stop")
    person.wait(lambda: person.studio.session.state == "idle")
    person.window.show_panel("Most wrong", shown=True)
    wrong = _plot(person, "Most wrong")
    assert isinstance(wrong, Wrong)
    person.wait(lambda: bool(wrong.gallery.cards))
    data = person.studio.document.meaning.data
    assert data is not None
    for card in wrong.gallery.cards:  # each as it is read, not as a row of numbers
        count = int(data.dev.array("", lengths=True)[card.number])
        assert card.text == data.words[""].decode(data.dev.inputs[card.number][:count].tolist())
    person.window.show_panel("Answer", shown=True)
    person.fill_in("Sample of your own", "Rossi")
    person.wait(lambda: plot.subtitle == "your own: Rossi")
    person.press("Next example")
    person.wait(lambda: watchers.own is None)
    person.wait(lambda: field.text() == "")
