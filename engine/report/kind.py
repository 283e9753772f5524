"""What a kind of report is: one declaration in `engine/report/kinds/`, with its help and how it is written."""

import inspect
from abc import ABC, abstractmethod
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar

from engine.report.subject import Told


class Unwritable(Exception):  # noqa: N818 - says what happened, as people do
    """A report cannot be written; the text says why and what to do."""


class Report(ABC):
    """A way to hand a run on. Its docstring is the help."""

    name: ClassVar[str] = ""
    title: ClassVar[str] = ""
    suffix: ClassVar[str] = ""  # empty for a folder
    needs: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def help(cls) -> str:
        """The docstring as text for people."""
        return inspect.cleandoc(cls.__doc__ or "")

    @classmethod
    def require(cls) -> None:
        """Raise Unwritable unless all packages that it needs are there."""
        gone = [name for name in cls.needs if find_spec(name) is None]
        if gone:
            raise Unwritable(
                f"{cls.title} needs {' and '.join(gone)}, which is not installed. "
                f'Install it with: pip install "chainrule[{cls.name}]"'
            )

    @abstractmethod
    def write(self, told: Told, out: Path) -> tuple[Path, ...]:
        """Write it to a place; the files that were made. Raises OSError."""
