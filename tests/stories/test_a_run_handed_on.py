"""A run written down from the window: as a page, and as a folder for TensorBoard."""

from collections.abc import Callable
from pathlib import Path

import pytest
from person import Person
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLabel
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

Desk = Callable[..., Person]


@pytest.fixture
def person(desk: Desk) -> Person:
    made = desk("one-hidden-layer", epochs=1)
    made.press("Train")
    made.state("training")
    made.state("idle")
    return made


def dialog() -> QDialog:
    return next(
        w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()
    )


def said() -> str:
    return " ".join(label.text() for label in dialog().findChildren(QLabel) if label.isVisible())


def write(person: Person, kind: str) -> None:
    """Choose the command, a kind by its first letters or the last one, and close when it is written."""
    failed: list[BaseException] = []

    def answer() -> None:
        try:
            field = person.see("Kind")
            field.setFocus()
            if kind == "last":
                QTest.keyClick(field, Qt.Key.Key_End)
            else:
                QTest.keyClicks(field, kind)
                QTest.keyClick(field, Qt.Key.Key_Return)
            person.press("Export…")
            person.wait(lambda: "Written to" in said())
            person.press("Close")
        except BaseException as error:  # noqa: BLE001 (it must not be lost in Qt's loop)
            failed.append(error)
            dialog().reject()

    QTimer.singleShot(60, person.window, answer)
    person.window.trigger("file.report")
    if failed:
        raise failed[0]


def test_as_a_page(person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = tmp_path / "mine"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (str(chosen), ""))
    write(person, "Rep")
    text = chosen.with_suffix(".html").read_text("utf-8")
    assert "run 1" in text
    assert "hidden" in text


def test_for_tensorboard(person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_, **__: str(tmp_path))
    write(person, "Tens")
    (folder,) = tmp_path.glob("one_hidden_layer_run_1")
    found = EventAccumulator(str(folder))
    found.Reload()
    run = person.studio.session.run
    assert run is not None
    (event,) = found.Scalars("loss/dev")
    assert event.value == pytest.approx(run.history.validated[0].dev_loss)


@pytest.mark.parametrize(
    ("kind", "suffix", "begins"),
    [("last", ".png", b"\x89PNG"), ("Loss", ".svg", b"<svg")],
)
def test_as_a_picture(
    person: Person,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    suffix: str,
    begins: bytes,
) -> None:
    chosen = tmp_path / "mine"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (str(chosen), ""))
    write(person, kind)
    assert chosen.with_suffix(suffix).read_bytes().startswith(begins)
