"""A run handed on: as a page to read, as a table, as a picture, or as event files for TensorBoard.

`subject` gathers what is told of a run, `curves` its series, `drawing` and `charts` draw it as SVG, `page` sets it. The
kinds are declared in `kinds/`. Nothing here trains, and nothing reads the test part.
"""

from engine.report.kind import Report, Unwritable
from engine.report.kinds import REPORTS
from engine.report.subject import Told, told

__all__ = ["REPORTS", "Report", "Told", "Unwritable", "told"]
