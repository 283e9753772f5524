"""What a rule is: it proposes layers for an operation, with their wires and the weights that they take over."""

from collections.abc import Callable, Iterator
from typing import Any

from pydantic import ValidationError

from engine.imports.draft import Bench
from engine.imports.tape import Operation, Ref
from engine.layer import Layer
from engine.layers import CATALOGUE


def layer(kind: str, **options: Any) -> Layer | None:
    """A layer of the catalogue; None if its bounds forbid it."""
    try:
        return CATALOGUE[kind].model_validate(options)
    except ValidationError:
        return None


Found = Iterator[tuple[Layer | None, list[int], dict[str, int]]]
Rule = Callable[[Bench, Operation, tuple[Any, ...], dict[str, Any]], Found]


def numbers(given: tuple[Any, ...]) -> list[int]:
    """The tensors among what an operation is given, by their numbers."""
    return [one.value for one in given if isinstance(one, Ref)]
