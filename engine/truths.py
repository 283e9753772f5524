"""What is to be learnt, as it was written down: whether it is classes or values, and what they are called."""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from engine.axes import Labels, Target, Values
from engine.samples import DataError, Targets

Kind = Literal["guessed", "classes", "values"]
MOST_CLASSES = 10_000
FEW = 20  # classes at most, where numbers have decimals that are all zero
EACH = 5  # examples of a class at least, on average, where that is guessed of whole numbers


def truths(written: NDArray[Any], kind: Kind, names: Sequence[str] = ()) -> tuple[Targets, Target]:
    """Targets of all examples and what they are; `names` are those of classes 0, 1 and so on. Raises DataError.

    Words and yes or no are classes; so are whole numbers of which each stands for some examples. Rows of zeros with a
    single one are classes too; other rows are values, one a column.
    """
    found = written[:, 0] if written.ndim == 2 and written.shape[1] == 1 else written
    if found.ndim == 2 and kind != "values" and _is_one_hot(found):
        found = found.argmax(1)
        if kind == "guessed":
            kind = "classes"
    if found.ndim not in (1, 2) or (found.ndim == 2 and (kind == "classes" or not found.shape[1])):
        raise DataError(
            f"There should be one target for each example, or a row of values, but the targets are of sizes "
            f"{'×'.join(map(str, written.shape[1:]))} each."
        )
    if found.dtype.kind not in "biufUS":
        raise DataError(
            f"The targets are of the kind {found.dtype}, which is neither numbers nor words. Save them as one of these."
        )
    if kind == "classes" or (kind == "guessed" and found.ndim == 1 and _are_classes(found)):
        return _classes(found, names)
    return _values(found)


def _is_one_hot(rows: NDArray[Any]) -> bool:
    if rows.dtype.kind not in "biuf" or rows.shape[1] < 2:
        return False
    return bool(((rows == 0) | (rows == 1)).all() and (rows.sum(1) == 1).all())


def _are_classes(found: NDArray[Any]) -> bool:
    if found.dtype.kind in "bUS":
        return True
    if found.dtype.kind == "f" and not (
        np.isfinite(found).all() and (found == np.round(found)).all()
    ):
        return False
    count = len(np.unique(found))
    return count <= (FEW if found.dtype.kind == "f" else MOST_CLASSES) and (
        count <= 2 or EACH * count <= len(found)
    )


def _classes(found: NDArray[Any], names: Sequence[str]) -> tuple[Targets, Target]:
    if found.dtype.kind == "f" and not np.isfinite(found).all():
        raise DataError("Some targets are missing or infinite; fill or remove them.")
    if found.dtype.kind == "S":
        found = np.char.decode(found, "utf-8", "replace")
    kinds, targets = np.unique(found, return_inverse=True)
    if len(kinds) < 2:
        raise DataError(
            f"All examples are of one class, {kinds[0]}; there is nothing to tell apart."
        )
    if len(kinds) > MOST_CLASSES:
        raise DataError(
            f"There are {len(kinds):,} different targets, too many for classes. Choose values instead, if they are "
            "numbers."
        )
    called = _called(kinds, names)
    return targets.reshape(-1).astype(np.int64), Labels(called)


def _called(kinds: NDArray[Any], names: Sequence[str]) -> tuple[str, ...]:
    whole = (
        kinds.astype(np.int64)
        if kinds.dtype.kind == "f" and (kinds == np.round(kinds)).all()
        else kinds
    )
    if whole.dtype.kind in "iu" and names and whole.min() >= 0 and whole.max() < len(names):
        return tuple(names[int(kind)] for kind in whole)
    words = tuple(str(kind).strip() or "(empty)" for kind in whole.tolist())
    return (
        words
        if len(set(words)) == len(words)
        else tuple(f"{n}: {word}" for n, word in enumerate(words))
    )


def _values(found: NDArray[Any]) -> tuple[Targets, Target]:
    if found.dtype.kind in "US":
        raise DataError("The targets are words, which are no values. Choose classes instead.")
    rows = found[:, None] if found.ndim == 1 else found
    with np.errstate(over="ignore"):
        targets = rows.astype(np.float32)
    if not np.isfinite(targets).all():
        raise DataError("Some targets are missing or infinite; fill or remove them.")
    count = targets.shape[1]
    return targets, Values(
        ("value",) if count == 1 else tuple(f"value {n + 1}" for n in range(count))
    )
