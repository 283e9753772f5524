"""What a format is: one declaration in `engine/export/formats/`, with what it carries and how it is written."""

import inspect
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar

from engine.export.subject import Subject
from engine.export.writing import Writer


class Missing(Exception):  # noqa: N818 - says what happened, as people do
    """A package that a format needs is not installed; the text says what to do."""


class Format(ABC):
    """A way to hand a network on. Its docstring is the help; its class attributes are a row of the table there."""

    name: ClassVar[str] = ""
    title: ClassVar[str] = ""
    suffix: ClassVar[str] = ""
    carries: ClassVar[str] = ""
    sequences: ClassVar[str] = ""
    leaves: ClassVar[str] = ""
    needs: ClassVar[tuple[str, ...]] = ()
    trains: ClassVar[bool] = False
    """Whether it hands the training on, which needs a loss and weights that learn."""
    refuses: ClassVar[Mapping[str, str]] = MappingProxyType({})
    """Kinds of layers that it cannot carry in some arrangement, and in which, and why."""

    @classmethod
    def help(cls) -> str:
        """The docstring as text for people."""
        return inspect.cleandoc(cls.__doc__ or "")

    @classmethod
    def require(cls) -> None:
        """Raise Missing unless all packages that it needs are there."""
        gone = [name for name in cls.needs if find_spec(name) is None]
        if gone:
            what = " and ".join(gone)
            raise Missing(
                f"Export to {cls.title} needs {what}, which {'is' if len(gone) == 1 else 'are'} not installed. "
                'Install them with: pip install "chainrule[export]"'
            )

    @abstractmethod
    def refusals(self, subject: Subject) -> Iterable[str]:
        """Why this project cannot be carried: a sentence for each node that is in the way."""

    def files(self, out: Path) -> tuple[Path, ...]:
        """What is written for a place, that place last."""
        return (out,)

    @abstractmethod
    def writers(self, subject: Subject, out: Path) -> Mapping[Path, Writer]:
        """How each of the files is written; asked only where there are no refusals."""
