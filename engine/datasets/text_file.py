"""A text of one's own."""

from importlib.resources.abc import Traversable
from pathlib import Path

from pydantic import Field

from engine.datasets.text import _Text
from resources import resource


class TextFile(_Text, title="Text file"):
    """A text of your own, in UTF-8, to be learnt symbol by symbol. Its last tenth is the dev part.

    As long as no file is named it is Pride and Prejudice.
    """

    file: str = Field(
        "",
        max_length=4096,
        title="File",
        description="Where the text is, such as /home/me/text.txt.",
    )

    @classmethod
    def found_at(cls, path: Path) -> "TextFile | None":
        return cls(file=str(path)) if path.suffix.lower() in (".txt", ".text", ".md") else None

    def source(self) -> Traversable | Path:
        named = self.file.strip().strip("\"'")
        return Path(named).expanduser() if named else resource("data", "pride_and_prejudice.txt")
