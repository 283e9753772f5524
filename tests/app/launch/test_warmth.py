"""The window stands before torch is loaded; what follows from the drawing comes after it, and nothing is left over."""

import os
import subprocess
import sys

PROGRAM = """
import os, sys
from PySide6.QtCore import QEventLoop, QSettings, QTimer
from app.launch import application
from app.launch.warmth import Warmth
from app.preferences import Preferences

app, theme = application.dressed(Preferences(QSettings()))
document = application.Document(application.template("small-convnet"), understood=False)
studio = application.Studio(document, application.Session(document), theme, Preferences(QSettings()))
window = application.Window(studio)
application.appear(window)
assert "torch" not in sys.modules, "the window waits for torch"
assert "sklearn" not in sys.modules
assert window.isVisible() and not document.meaning.known
assert window.status.totals[1].text() == "PyTorch is being loaded…"
assert set(window.view.scene.nodes) == set(document.graph.nodes)
studio.session.train()  # a wish, fulfilled once it can be
assert studio.session.state == "idle" and studio.session.run is None

(warmth := Warmth(document)).begin()
loop = QEventLoop()
document.understood.connect(loop.quit)
QTimer.singleShot(60_000, loop.quit)
loop.exec()
assert document.meaning.known
assert window.status.totals[1].text().endswith("parameters")
assert document.meaning.shapes.sized.keys() >= set(document.graph.nodes)
assert studio.session.state == "training"
studio.session.close()
warmth.join()
assert "sklearn.datasets" in sys.modules
print("done", flush=True)
os._exit(0)
"""


def test_the_window_stands_before_torch_and_knows_its_drawing_soon_after(tmp_path) -> None:  # noqa: ANN001
    surroundings = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        capture_output=True,
        text=True,
        check=False,
        env=surroundings,
    )
    assert (done.returncode, done.stdout) == (0, "done\n"), done.stderr
