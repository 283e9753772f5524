"""What stands around the canvas: palette, data, inspector, run bar, status bar and the problems.

Each shows the document and the session and asks them for changes; none holds any of their truth.
They know nothing of the canvas and the plots: all meet in the studio.
"""

from app.panels.data_panel import DataPanel
from app.panels.inspector import Inspector
from app.panels.palette import Palette
from app.panels.run_bar import RunBar
from app.panels.status_bar import StatusBar

__all__ = ["DataPanel", "Inspector", "Palette", "RunBar", "StatusBar"]
