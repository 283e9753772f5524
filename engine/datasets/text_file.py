"""A text of one's own."""

from importlib.resources.abc import Traversable
from pathlib import Path

from pydantic import Field

from engine.datasets.lines import TABLES, glance, named
from engine.datasets.text import _Text
from engine.pictures import is_picture
from resources import resource

KNOWN = frozenset((".txt", ".text", ".md"))  # said to be texts, whatever is in them


class TextFile(_Text, title="Text file"):
    """A text of your own, in UTF-8, to be learnt symbol by symbol. Its last tenth is the dev part.

    Of a very long one the first 20,000,000 characters are read. As long as no file is named it is Pride and Prejudice.
    """

    file: str = Field(
        "",
        max_length=4096,
        title="File",
        description="Where the text is, such as /home/me/text.txt.",
    )

    @classmethod
    def found_at(cls, path: Path) -> "TextFile | None":
        """Any text that is neither a table nor called a picture: a poem, a program, a sequence of a genome."""
        suffix = path.suffix.lower()
        other = suffix in TABLES or is_picture(path)
        fits = suffix in KNOWN or (not other and bool(glance(path)))
        return cls(file=str(path)) if fits and not path.is_dir() else None

    def source(self) -> Traversable | Path:
        return named(self.file) or resource("data", "pride_and_prejudice.txt")
