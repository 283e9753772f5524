"""A table as samples: columns as stored numbers, the target as classes or numbers; what was left out is counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from engine.ahead import abreast
from engine.axes import Labels, Row, Target, Values
from engine.declare import did_you_mean
from engine.encoding import Column, Columns, Filling
from engine.samples import DataError, Samples, Targets
from engine.table.cells import categories, is_whole, listed, numbers, shape_of, stored
from engine.table.guessing import Guess, Role, guesses, likely_target, use_of
from engine.table.reading import Asked, Read, read

if TYPE_CHECKING:
    import pyarrow

MOST_CLASSES = 1000
FEW_NUMBERS = 10  # so many different whole numbers are rather classes
Task = Literal["guess", "class", "number"]
Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a person says is to be made of a file."""

    asked: Asked
    target: str = ""
    task: Task = "guess"
    divide: float = 1.0
    roles: Mapping[str, Role] | None = None
    filling: Filling = "median"
    drops: bool = False
    rare: int = 1
    most: int = 100
    groups: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """A table, what its columns are taken for, and which of them is to be predicted."""

    read: Read
    guessed: Mapping[str, Guess]
    roles: Mapping[str, Role]  # as guessed, or as a person said
    target: str
    cells: Mapping[str, "pyarrow.ChunkedArray"]  # of each column, by its name


def known(plan: Plan) -> Known:
    """Read the file and find out what its columns are. Raises DataError."""
    found = read(plan.asked)
    guessed = guesses(found)
    said = plan.roles or {}
    roles = {name: said.get(name, guess.role) for name, guess in guessed.items()}
    target = plan.target or likely_target(guessed)
    for name in (target, *([plan.groups] if plan.groups else ()), *said):
        if name not in guessed:
            some = ", ".join(list(guessed)[:12]) + (" and others" if len(guessed) > 12 else "")
            guess = did_you_mean(name, guessed) or f" There are {some}."
            raise DataError(f"{plan.asked.path.name} has no column called {name}.{guess}")
    if plan.groups and plan.groups not in said:
        roles[plan.groups] = "ignored"
    cells = dict(zip(guessed, found.table.columns, strict=True))
    return Known(found, guessed, roles, target, cells)


def sampled(plan: Plan) -> Samples:
    """The samples in a file. Raises DataError."""
    table = known(plan)
    roles = table.roles
    inputs = [name for name, role in roles.items() if role != "ignored" and name != table.target]
    if not inputs:
        raise DataError(
            f"No column of {plan.asked.path.name} is left to predict {table.target} from. A table needs at least two "
            "columns of use; say how its columns are separated, or which of them count."
        )
    values, target = _target(table, plan)
    cells = np.empty((len(inputs), len(values)), np.float32)  # (columns, rows)

    def store(place: int) -> Column:
        column, cells[place] = _stored(table, inputs[place])
        return column

    made = abreast(store, range(len(inputs)), cells.size)
    kept, notes = _kept(values, cells, table, drops=plan.drops)
    if not kept.all():
        cells, values = cells[:, kept], values[kept]
    targets, target = _as_targets(values, target, plan)
    return Samples(
        cells.T,
        targets,
        Row(len(made)),
        target,
        groups=_groups(table, plan.groups, kept),
        times=_times(made, cells),
        columns=Columns(tuple(made), plan.filling, plan.rare, plan.most),
        notes=(*table.read.notes, *notes, *_ignored(table)),
    )


def _groups(table: Known, name: str, kept: NDArray[np.bool_]) -> NDArray[np.int64] | None:
    """Which rows belong together; those without a group are one of their own."""
    return listed(table.cells[name])[0][kept] + 1 if name else None


def _times(made: Sequence[Column], cells: NDArray[np.float32]) -> Doubles | None:
    """When each row was, by the first date that is known of every row."""
    for place, column in enumerate(made):
        if column.use == "date" and not np.isnan(cells[place]).any():
            times: Doubles = cells[place].astype(np.float64)
            return times
    return None


def _stored(table: Known, name: str) -> tuple[Column, NDArray[np.float32]]:
    column, values = stored(name, use_of(table.roles[name]), table.cells[name], table.read.decimal)
    with np.errstate(over="ignore"):
        cells = values.astype(np.float32)
    if not np.isinf(cells).any():
        return column, cells
    raise DataError(
        f"The column {name} holds numbers beyond 10³⁸. Ignore it, or write it in larger units."
    )


def is_class(table: Known, task: Task) -> bool:
    """Whether what is to be predicted is one of several classes."""
    if task != "guess":
        return task == "class"
    cells, role = table.cells[table.target], table.roles[table.target]
    if role in ("category", "ignored") or shape_of(cells) == "flags":
        return True
    if role != "number" or not is_whole(cells):
        return False
    values = numbers(cells)
    known_values = values[~np.isnan(values)]
    few = len(np.unique(known_values[:10_000])) <= FEW_NUMBERS
    return few and len(np.unique(known_values)) <= min(FEW_NUMBERS, max(2, len(known_values) // 5))


def _target(table: Known, plan: Plan) -> tuple[Doubles, Target]:
    """The target of each row, NaN where it is missing, and what it means."""
    name, cells = table.target, table.cells[table.target]
    if is_class(table, plan.task):
        codes, names = categories(cells)
        if len(names) > MOST_CLASSES:
            raise DataError(
                f"{name} would have {len(names):,} classes; at most {MOST_CLASSES:,} can be told apart. Predict "
                "another column, or predict it as a number."
            )
        return codes, Labels(names or ("none",))
    values = numbers(cells, table.read.decimal)
    if np.isnan(values).all() and cells.null_count < len(cells):
        raise DataError(
            f"{name} holds words, not numbers. Predict it as a class, or choose another column."
        )
    unit = f" / {plan.divide:g}" if plan.divide != 1 else ""
    return values / plan.divide, Values((f"{name}{unit}",))


def _as_targets(values: Doubles, target: Target, plan: Plan) -> tuple[Targets, Target]:
    if not isinstance(target, Labels):
        with np.errstate(over="ignore"):
            return values.astype(np.float32)[:, None], target
    present, codes = np.unique(values.astype(np.int64), return_inverse=True)
    if len(present) < 2:
        raise DataError(
            f"Every row has the same {plan.target or 'class'}, “{target.names[present[0]]}”: there is nothing to tell "
            "apart. Predict another column."
        )
    return codes.astype(np.int64), Labels(tuple(target.names[code] for code in present))


def _kept(
    values: Doubles, cells: NDArray[np.float32], table: Known, *, drops: bool
) -> tuple[NDArray[np.bool_], list[str]]:
    """Which rows count, and what is to be said of gaps. Raises DataError if none does."""
    kept = ~np.isnan(values)
    if not kept.any():
        raise DataError(
            f"{table.target} is missing in every row, so there is nothing to learn. Predict another column."
        )
    notes = []
    if not kept.all():
        notes.append(f"{_rows(int((~kept).sum()))} left out, for {table.target} is missing.")
    with_gaps = np.zeros(len(values), bool)
    for column in cells:
        with_gaps |= np.isnan(column)
    gaps = int((with_gaps & kept).sum())
    if gaps and drops:
        kept &= ~with_gaps
        notes.append(f"{_rows(gaps)} left out, for something is missing.")
        if not kept.any():
            raise DataError(
                "Every row has a gap somewhere, so leaving them out leaves nothing. Fill gaps with the median instead, "
                "or ignore the columns that are mostly empty."
            )
    elif gaps:
        notes.append(f"{gaps:,} of {len(values):,} rows have gaps, which are filled in.")
    return kept, notes


def _rows(count: int) -> str:
    return "1 row was" if count == 1 else f"{count:,} rows were"


def _ignored(table: Known) -> list[str]:
    names = [
        name for name, role in table.roles.items() if role == "ignored" and name != table.target
    ]
    if not names:
        return []
    said = [f"{name} ({table.guessed[name].why})" for name in names[:4]]
    more = f" and {len(names) - 4:,} more" if len(names) > 4 else ""
    return [f"Not used: {', '.join(said)}{more}."]
