"""A look at data before they are used: what they are, what they hold, and what is in the way. It shows the train part.

Nothing here raises for data that are not as they should be: what is wrong with them is part of what is seen.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.axes import Labels
from engine.dataset import Data, DataError, Dataset, Recipe, datasets_at, load
from engine.datasets.table_file import TableFile
from engine.table.sampling import known
from engine.table.viewing import ColumnView, views

EXAMPLES = 4  # texts that are shown
LETTERS = 160  # of each
LOOKED_AT = 256  # examples whose numbers are looked at
FEW = 6  # classes that are named


@dataclass(frozen=True, slots=True, eq=False)
class Preview:
    """What there is to be seen of a recipe. Without `data` the `complaint` says why."""

    recipe: Recipe
    data: Data | None = None
    columns: tuple[ColumnView, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    texts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    complaint: str = ""


def readings(path: Path) -> list[Dataset]:
    """Every way in which a file or folder can be read, the likeliest first. Raises DataError if there is none."""
    try:
        there = path.exists()
    except OSError:
        there = False
    if not there:
        raise DataError(f"There is no file or folder {path}. Choose another.")
    found = datasets_at(path.absolute())
    if not found:
        what = "The folder" if path.is_dir() else "The file"
        raise DataError(
            f"{what} {path.name} is of no kind that is known as data: tables (CSV, TSV, Parquet), texts, NumPy "
            "arrays, IDX and CIFAR files, folders of images or sounds. Choose another, or save it as one of these."
        )
    return found


def first_of(found: Sequence[Dataset]) -> Preview:
    """A look at the first reading that works; at the likeliest if none does."""
    looks = (preview(Recipe.usual(dataset)) for dataset in found)
    first = next(looks)
    if first.data:
        return first
    other = next((look for look in looks if look.data), None)
    if other is None:
        return first
    said = f"Not read as “{first.recipe.dataset.title}”. {first.complaint}"
    return replace(other, notes=(said, *other.notes))


def preview(recipe: Recipe) -> Preview:
    """A look at data. It may take as long as they take to be read; see `engine.waiting`."""
    data, complaint = None, ""
    try:
        data = recipe.prepare()
    except DataError as error:
        complaint = str(error)
    columns: tuple[ColumnView, ...] = ()
    if isinstance(recipe.dataset, TableFile):
        columns = _columns(recipe.dataset, data)
    if data is None:
        return Preview(recipe, columns=columns, complaint=complaint)
    return Preview(recipe, data, columns, tuple(_facts(data)), tuple(_texts(data)), data.notes)


def _columns(dataset: TableFile, data: Data | None) -> tuple[ColumnView, ...]:
    try:
        with dataset.place() as path:
            table = known(dataset.plan(path))
    except DataError:
        return ()
    if data is None:
        return views(table, dataset.groups)
    return views(table, dataset.groups, load(dataset), data.train.indices)


def _facts(data: Data) -> Iterator[tuple[str, str]]:
    yield "Examples", f"{data.train.count + data.dev.count + data.sealed.count:,}"
    yield "One of them", f"{data.axes.kind} ({data.axes.text})"
    for name, axes in data.others.items():
        yield name.capitalize(), f"{axes.kind} ({axes.text})"
    if has_own_symbols(data):
        yield "To predict", "the symbol that follows"
    elif isinstance(data.target, Labels):
        names = data.target.names
        more = ", …" if len(names) > FEW else ""
        yield "Classes", f"{len(names):,}: {', '.join(names[:FEW])}{more}"
    else:
        yield "To predict", ", ".join(data.target.names[:FEW])
    symbols = data.symbols.get("", ())
    if symbols:
        yield "Symbols", f"{len(symbols):,} {data.unit}"
    elif data.encoding is None:
        yield "Values", _values(data)
    if data.train.lengths is not None:
        yield "Steps", f"{data.train.lengths.min():,} to {data.train.lengths.max():,}"


def has_own_symbols(data: Data) -> bool:
    """Whether what is predicted are the symbols of a text."""
    return isinstance(data.target, Labels) and any(
        set(data.target.names) == set(symbols) for symbols in data.symbols.values()
    )


def _values(data: Data) -> str:
    """The range of what the examples hold, before it was scaled, over the train part or the first of it."""
    part: NDArray[Any] = np.asarray(data.train.inputs[:LOOKED_AT])
    values = data.scale.undo(part) if data.scale else part
    return f"{values.min():.4g} to {values.max():.4g}, mean {values.mean(dtype=np.float64):.4g}"


def _texts(data: Data) -> Iterator[str]:
    """Some examples of the train part as text, each with what belongs to it; none where they are no text."""
    words = data.words
    if "" not in words:
        return
    target = data.target
    for place in range(min(EXAMPLES, data.train.count)):
        said = [_spelt(data, part, place) for part in words]
        if type(target) is Labels and data.train.targets.ndim == 1:
            said.append(target.names[int(data.train.targets[place])])
        yield " → ".join(said)


def _spelt(data: Data, part: str, place: int) -> str:
    axes = data.parts[part]
    numbers = np.asarray(data.train.array(part)[place])
    if axes.free:
        numbers = numbers[: int(data.train.array(part, lengths=True)[place])]
    text = " ".join(data.words[part].decode(numbers[:LETTERS]).split())
    return text if len(numbers) <= LETTERS else f"{text}…"
