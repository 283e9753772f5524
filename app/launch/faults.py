"""Faults of the program itself: written to a log, said in a sentence that can be closed; the window stays open."""

import faulthandler
import logging
import sys
import threading
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from platformdirs import user_log_path
from PySide6.QtCore import QObject, Signal

LARGEST = 1 << 20  # bytes of one log file; three are kept


def log_file() -> Path:
    """Where faults are written down."""
    return user_log_path("chainrule", appauthor=False) / "chainrule.log"


class Faults(QObject):
    """Catches what nobody caught, in any thread."""

    happened = Signal(str)  # a sentence; comes from any thread

    def __init__(self) -> None:
        super().__init__()
        self._log = logging.getLogger("chainrule")
        self._handler: logging.Handler | None = None
        self._said: set[str] = set()

    def install(self) -> None:
        """Take over from Python's own report, which nobody sees on a desktop."""
        if sys.stderr is not None:
            faulthandler.enable()
        sys.excepthook = self.take
        threading.excepthook = lambda told: self.take(
            told.exc_type, told.exc_value, told.exc_traceback
        )

    def take(
        self,
        kind: type[BaseException],
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Write a fault down and say that it happened."""
        if error is None or issubclass(kind, KeyboardInterrupt | SystemExit):
            return
        self._open_log()
        self._log.error("A fault that nobody caught", exc_info=(kind, error, trace))
        what = f"{kind.__name__} {_place(trace)}"
        if what in self._said:  # a fault in painting comes back with each frame
            return
        self._said.add(what)
        self.happened.emit(
            "The project is as it was; save it under another name to be safe. "
            f"What happened is written in {log_file()}."
        )

    def _open_log(self) -> None:
        if self._handler is not None:
            return
        try:
            log_file().parent.mkdir(parents=True, exist_ok=True)
            self._handler = RotatingFileHandler(log_file(), maxBytes=LARGEST, backupCount=2)
        except OSError:  # a read-only home: the terminal has to do
            self._handler = logging.StreamHandler()
        self._handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        self._log.addHandler(self._handler)
        self._log.addHandler(logging.StreamHandler())


def _place(trace: TracebackType | None) -> str:
    """Where a fault began."""
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""
