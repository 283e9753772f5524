"""The kinds of values that parameters of layers have: sizes for each side, borders, and the words of a form."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field


def _twice(value: object) -> object:
    return (value, value) if isinstance(value, int) else value


def _thrice(value: object) -> object:
    return (value, value, value) if isinstance(value, int) else value


Length = Annotated[int, Field(ge=1, le=65_536)]
Border = Annotated[int, Field(ge=0, le=65_536)]
Pair = Annotated[tuple[Length, Length], BeforeValidator(_twice)]
"""Height and width, at least 1; one number means both."""
BorderPair = Annotated[tuple[Border, Border], BeforeValidator(_twice)]
"""Height and width that may be 0; one number means both."""

Triple = Annotated[tuple[Length, Length, Length], BeforeValidator(_thrice)]
"""Depth, height and width, at least 1; one number means all."""
BorderTriple = Annotated[tuple[Border, Border, Border], BeforeValidator(_thrice)]
"""Depth, height and width that may be 0; one number means all."""
Same = Literal["same"]
"""A border just wide enough that the size stays as it is."""


def labels(**words: str) -> dict[str, Any]:
    """The words in which a form says the values of a field: `labels(none="as the window")`."""
    return {"labels": words}


def slider(least: int, most: int) -> dict[str, Any]:
    """That a form gives a number a slider too, which goes so far; the number itself may go further."""
    return {"slider": (least, most)}
