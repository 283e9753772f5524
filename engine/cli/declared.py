"""What a verb declares in its docstring, beside its parameters: what it does, examples, and the records of --json.

Each is a block of lines under its heading, such as `run: name, step, best_dev_loss?` under “Records:”. A record is a
JSON object on a line of its own; `event` is its name, a field with ? may be missing. A line that begins further in goes
on with the one before it.
"""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass

HEADS = ("Examples:", "Records:")


@dataclass(frozen=True, slots=True)
class Record:
    """One kind of line that --json prints."""

    event: str
    fields: tuple[str, ...]
    optional: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Declared:
    """The docstring of a verb, taken apart."""

    paragraphs: tuple[str, ...]
    examples: tuple[str, ...]
    records: tuple[Record, ...]

    @property
    def text(self) -> str:
        """What it does, a paragraph a line."""
        return "\n\n".join(self.paragraphs)


def declared(verb: Callable[..., object]) -> Declared:
    """What the docstring of a verb says."""
    blocks = [block for block in inspect.cleandoc(verb.__doc__ or "").split("\n\n") if block]
    lists: dict[str, list[str]] = {head: [] for head in HEADS}
    paragraphs = []
    for block in blocks:
        head, *lines = block.split("\n")
        if head in lists:
            lists[head] += _joined(lines)
        else:
            paragraphs.append(" ".join(block.split()))
    examples, records = (tuple(lists[head]) for head in HEADS)
    return Declared(tuple(paragraphs), examples, tuple(map(_record, records)))


def _joined(lines: Sequence[str]) -> list[str]:
    """The lines of a block, each with what goes on with it further in."""
    found: list[str] = []
    margin = min((len(line) - len(line.lstrip()) for line in lines), default=0)
    for line in lines:
        if found and line[margin : margin + 1] == " ":
            found[-1] += f" {line.strip()}"
        else:
            found.append(line.strip())
    return found


def _record(line: str) -> Record:
    event, _, names = line.partition(":")
    fields = [name.strip() for name in names.split(",") if name.strip()]
    optional = tuple(name.rstrip("?") for name in fields if name.endswith("?"))
    return Record(event, tuple(name for name in fields if not name.endswith("?")), optional)
