"""What happened, written down for whoever has to find out why: in the platform's place for logs, never on the screen.

The command line and the window write into the same file. A log that cannot be written is no reason to stop.
"""

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

from platformdirs import user_log_path

LARGEST = 1 << 20  # bytes of one file
KEPT = 2  # older ones
LINE = "%(asctime)s %(process)d %(levelname)s %(message)s"


class _Silent(RotatingFileHandler):
    """A file that may be read-only, on a full disk, or taken away by another process."""

    def handleError(self, record: logging.LogRecord) -> None:
        """Go on without it."""


def log_file() -> Path:
    """Where it is written down."""
    return user_log_path("chainrule", appauthor=False) / "chainrule.log"


def log() -> logging.Logger:
    """The log; its file is made when the first line is written."""
    logger, place = logging.getLogger("chainrule"), str(log_file().absolute())
    if not any(isinstance(one, _Silent) and one.baseFilename == place for one in logger.handlers):
        end_log()
        logger.addHandler(_opened(place))
        logger.setLevel(logging.INFO)
        logger.propagate = False
    return logger


def end_log() -> None:
    """Close the file."""
    logger = logging.getLogger("chainrule")
    for handler in tuple(logger.handlers):
        logger.removeHandler(handler)
        handler.close()


def _opened(place: str) -> logging.Handler:
    handler: logging.Handler
    try:
        Path(place).parent.mkdir(parents=True, exist_ok=True)
        handler = _Silent(place, maxBytes=LARGEST, backupCount=KEPT, encoding="utf-8", delay=True)
    except OSError:  # a read-only home
        handler = logging.NullHandler()
    handler.setFormatter(logging.Formatter(LINE))
    return handler
