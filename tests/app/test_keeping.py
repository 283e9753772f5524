"""What is open is kept while there is something to lose, and no longer."""

from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.holding import Holding
from app.keeping import Keeping, abandoned
from app.studio import Studio
from engine.recovery import about, recovered


@pytest.fixture
def keeping(studio: Studio, tmp_path: Path) -> Keeping:
    return Keeping(studio.document, studio.session, tmp_path / "open")


def folders(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "open").glob("*/"))


def kept(qtbot: QtBot, keeping: Keeping, tmp_path: Path) -> Path:
    keeping.beat()
    qtbot.waitUntil(lambda: any(about(folder) for folder in folders(tmp_path)))
    return folders(tmp_path)[0]


def edit(studio: Studio, notes: str = "half a thought") -> None:
    studio.document.change("Write", replace(studio.document.project, notes=notes))


def test_nothing_is_kept_where_nothing_can_be_lost(keeping: Keeping, tmp_path: Path) -> None:
    keeping.beat()
    assert folders(tmp_path) == []


def test_an_edit_is_kept_and_goes_when_it_is_saved(
    qtbot: QtBot, studio: Studio, keeping: Keeping, tmp_path: Path
) -> None:
    edit(studio)
    folder = kept(qtbot, keeping, tmp_path)
    assert recovered(folder) == studio.document.project
    assert abandoned(tmp_path / "open") == []  # it belongs to a program that is alive
    studio.document.save(tmp_path / "mine.chainrule")
    assert folders(tmp_path) == []


def test_an_edit_that_is_undone_need_not_be_kept(
    qtbot: QtBot, studio: Studio, keeping: Keeping, tmp_path: Path
) -> None:
    edit(studio)
    kept(qtbot, keeping, tmp_path)
    studio.document.undo_stack.undo()
    assert folders(tmp_path) == []


def test_a_run_that_goes_on_is_kept_with_its_weights(
    qtbot: QtBot, studio: Studio, keeping: Keeping, tmp_path: Path
) -> None:
    edit(studio)
    session = studio.session
    session.train()
    qtbot.waitUntil(lambda: session.run is not None and session.run.history.step > 20)
    keeping.beat()  # asks for the weights
    qtbot.waitUntil(lambda: session.run is not None and session.run.checkpoint is not None)
    keeping._due = 0.0
    keeping.beat()
    qtbot.waitUntil(lambda: bool(folders(tmp_path) and about(folders(tmp_path)[0])))
    qtbot.waitUntil(lambda: not keeping._busy)
    keeping._due = 0.0
    keeping.beat()
    qtbot.waitUntil(lambda: not keeping._busy)
    (run,) = recovered(folders(tmp_path)[0]).runs
    assert run.checkpoint is not None
    assert run.checkpoint.step > 20
    assert run.weights.keys()
    session.close()


def test_closing_in_good_order_leaves_nothing(
    qtbot: QtBot, studio: Studio, keeping: Keeping, tmp_path: Path
) -> None:
    edit(studio)
    kept(qtbot, keeping, tmp_path)
    keeping.end()
    assert folders(tmp_path) == []


def test_a_place_that_cannot_be_written_is_said_once(
    qtbot: QtBot, studio: Studio, tmp_path: Path
) -> None:
    (tmp_path / "open").write_text("not a folder")
    keeping, said = Keeping(studio.document, studio.session, tmp_path / "open"), list[str]()
    keeping.troubled.connect(said.append)
    edit(studio)
    for _ in range(2):
        keeping._due = 0.0
        keeping.beat()
        qtbot.waitUntil(lambda: not keeping._busy)
    assert len(said) == 1
    assert said[0].startswith("Nothing can be kept for the case of a crash (")
    keeping.end()


def test_two_windows_on_one_file_are_noticed(tmp_path: Path) -> None:
    path, ours, theirs = tmp_path / "mine.chainrule", Holding(), Holding()
    path.touch()
    (tmp_path / "link.chainrule").symlink_to(path)
    assert ours.take(path)
    assert ours.take(path)
    assert not theirs.take(path)
    assert not theirs.take(tmp_path / "link.chainrule")
    assert theirs.take(tmp_path / "other.chainrule")
    ours.release()
    assert theirs.take(path)
    theirs.release()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["link.chainrule", "mine.chainrule"]
