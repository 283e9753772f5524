"""The program is killed in the middle of a run; at the next start what was open comes back, the run included."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from person import Person
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog

from app.frame.recovery import offer
from app.keeping import Keeping
from engine.recovery import about
from engine.storage import load, save
from engine.template import template

Desk = Callable[..., Person]

PROGRAM = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from app.frame.window import Window
from app.launch import application
import app.keeping
from engine.recovery import about, recovered

app.keeping.EVERY = 0.5

def train() -> None:
    window = next((w for w in QApplication.topLevelWidgets() if isinstance(w, Window)), None)
    if window is None or not window.studio.document.meaning.known:
        return
    clock.stop()
    window.run_bar.primary.click()
    clock.timeout.disconnect()
    clock.timeout.connect(look)
    clock.start()

def look() -> None:
    for folder in app.keeping.shelf().glob("*/"):
        said = about(folder)
        if said is not None and any(part.endswith("weights.safetensors") for part in said.parts):
            run = recovered(folder).runs[-1]
            if run.checkpoint.step:
                print(run.checkpoint.step, flush=True)
                clock.stop()

application.QApplication(sys.argv[:1])
clock = QTimer()
clock.setInterval(50)
clock.timeout.connect(train)
clock.start()
application.run(Path(sys.argv[1]))
"""


def killed_while_training(path: Path, home: Path) -> int:
    """The step of the run that was certainly kept when the program was killed."""
    places = {name: str(home) for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME")}
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(path)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **places, "QT_QPA_PLATFORM": "offscreen"},
    )
    assert program.stdout is not None
    step = int(program.stdout.readline())
    program.send_signal(signal.SIGKILL)
    program.wait()
    program.stdout.close()
    return step


def dialog() -> QDialog:
    return next(
        w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()
    )


def test_what_was_open_comes_back_with_its_run(desk: Desk, tmp_path: Path) -> None:
    path, project = tmp_path / "mine.chainrule", template("two-moons")
    save(replace(project, settings=project.settings.but(epochs=5_000)), path)
    step = killed_while_training(path, tmp_path)
    place = tmp_path / "chainrule" / "open"
    (folder,) = place.glob("*/")

    person = desk()
    document = person.studio.document
    keeping = Keeping(document, person.studio.session, place)
    asked = offer(person.studio, keeping, person.window, place)
    assert asked is not None
    assert "was kept on" in asked.accessibleDescription()
    assert str(path) in asked.accessibleDescription()
    person.press("Restore")
    person.wait(lambda: document.path == path)
    assert document.unsaved
    (run,) = document.project.runs
    assert run.checkpoint is not None
    assert run.checkpoint.step >= step > 0
    assert run.history.step >= run.checkpoint.step
    assert load(path).runs == ()  # the file is as it was saved last

    keeping.beat()  # what was restored is kept anew, then the old folder goes
    person.wait(lambda: not folder.exists())
    person.window.activateWindow()  # as a window manager does when a dialog closes
    person.wait(person.window.isActiveWindow)
    person.key("Ctrl+S")
    person.wait(lambda: not document.unsaved)
    assert load(path).runs[0].history.step == run.history.step
    assert not any(place.glob("*/"))

    person.press("Train")  # and it goes on from there
    person.state("training")
    person.wait(lambda: person.studio.session.run.history.step > run.checkpoint.step)
    person.press("Stop")
    person.state("idle")
    keeping.end()


def test_what_is_not_wanted_is_deleted(desk: Desk, tmp_path: Path) -> None:
    from engine.recovery import Keeper

    person, place = desk(), tmp_path / "open"
    for name in ("first", "second"):
        Keeper(place / name).keep(replace(template("spirals"), title=name), None)
    keeping = Keeping(person.studio.document, person.studio.session, place)
    offer(person.studio, keeping, person.window, place)
    assert "“second”" in dialog().accessibleDescription()
    person.press("Delete")
    person.wait(lambda: "“first”" in dialog().accessibleDescription())
    person.press("Later")
    assert [folder.name for folder in place.glob("*/")] == ["first"]


def test_the_same_file_in_two_windows(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "mine.chainrule"
    save(template("two-moons"), path)
    first, second = desk(), desk()
    first.window.papers.open(path)
    first.wait(lambda: first.studio.document.path == path)
    second.window.papers.open(path)
    QTimer.singleShot(50, second.window, lambda: second.press("Open a copy"))
    second.wait(lambda: not second.window.papers.reading.busy)
    assert second.studio.document.path is None
    assert second.studio.document.unsaved
    first.window.close_at_once()
    second.window.papers.release()
    second.studio.document.begin(template("two-moons"))
    second.window.papers.open(path)
    second.wait(lambda: second.studio.document.path == path)


def test_going_back_to_an_earlier_version(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "mine.chainrule"
    for notes in ("old", "new"):
        save(replace(template("two-moons"), notes=notes), path)
    person = desk(path=path)
    document = person.studio.document
    document.change("Write", replace(document.project, notes="newest"))
    QTimer.singleShot(50, person.window, lambda: person.press("Revert"))
    person.window.trigger("file.revert")
    person.wait(lambda: document.project.notes == "new")
    assert not document.unsaved
    person.window.trigger(f"file.version.{path.name}~")
    person.wait(lambda: document.project.notes == "old")
    assert document.path == path
    assert document.unsaved
    assert about(tmp_path) is None
