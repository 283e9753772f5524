"""Faults of the program itself: written to a log, said in a sentence that can be closed; the window stays open."""

import faulthandler
import sys
import threading
import traceback
from types import TracebackType

from PySide6.QtCore import QObject, Signal

from engine.logs import log, log_file


class Faults(QObject):
    """Catches what nobody caught, in any thread."""

    happened = Signal(str)  # a sentence; comes from any thread

    def __init__(self) -> None:
        super().__init__()
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
        log().error("A fault that nobody caught", exc_info=(kind, error, trace))
        if sys.stderr is not None:
            traceback.print_exception(kind, error, trace)
        what = f"{kind.__name__} {_place(trace)}"
        if what in self._said:  # a fault in painting comes back with each frame
            return
        self._said.add(what)
        self.happened.emit(
            "The project is as it was; save it under another name to be safe. "
            f"What happened is written in {log_file()}."
        )


def _place(trace: TracebackType | None) -> str:
    """Where a fault began."""
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""
