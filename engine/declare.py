"""What all declarations share: found by walking their folder, named in words when they are wrong.

A folder of declarations is its own registry; nothing registers itself.
"""

import difflib
import inspect
import pkgutil
import reprlib
from collections.abc import Iterable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

Kind = TypeVar("Kind")


def declared(package: str, base: type[Kind]) -> Mapping[str, type[Kind]]:
    """Every public, concrete subclass of `base` declared in a file of `package`, by its name.

    Files are walked in the order of their names, classes in the order in which they are written.
    Also works in a frozen bundle, where the files have become part of the program.
    """
    found: dict[str, type[Kind]] = {}
    for name in sorted(
        entry.name for entry in pkgutil.iter_modules(import_module(package).__path__)
    ):
        module = import_module(f"{package}.{name}")
        for kind in vars(module).values():
            if _is_declared_here(kind, base, module.__name__):
                if kind.__name__ in found:
                    raise TypeError(f"{kind.__name__} is declared twice in {package}.")
                found[kind.__name__] = kind
    return MappingProxyType(found)


def _is_declared_here(kind: object, base: type, module: str) -> bool:
    return (
        inspect.isclass(kind)
        and issubclass(kind, base)
        and kind.__module__ == module
        and not inspect.isabstract(kind)
        and not kind.__name__.startswith("_")
    )


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A question naming the known word nearest to `name`, or nothing if none is near."""
    by_lower = {word.lower(): word for word in known}
    near = difflib.get_close_matches(name.lower(), by_lower, n=1)
    return f" Did you mean {by_lower[near[0]]}?" if near else ""


def complaints(error: ValidationError, kind: type[BaseModel]) -> list[str]:
    """What is wrong with the parameters given for a declaration: one sentence for each."""
    return [
        _complaint(kind, entry["loc"], entry["type"], entry["msg"], entry["input"])
        for entry in error.errors(include_url=False)
    ]


def _complaint(
    kind: type[BaseModel], place: tuple[int | str, ...], fault: str, message: str, given: object
) -> str:
    if fault in ("value_error", "assertion_error"):
        return message.split(", ", 1)[-1]  # pydantic puts "Value error, " before our own words
    owner, field = _found(kind, place)
    last = str(place[-1]) if place else kind.__name__
    if fault == "extra_forbidden":
        guess = did_you_mean(last, owner.model_fields)
        return f"{owner.__name__} has no parameter called {last}.{guess}"
    said = (field.title if field else None) or last
    if fault == "missing":
        return f"{said} is missing."
    if fault == "model_type":
        return f"{said} must be given as names with values, but it is {reprlib.repr(given)}."
    wanted = message.removeprefix("Input should be ")
    if fault != "literal_error":  # of which every word is a choice
        wanted = wanted.split(", ", 1)[0]  # the rest is detail
    for stiff, plain in _PLAINLY.items():
        wanted = wanted.replace(stiff, plain)
    return f"{said} must be {wanted}, but it is {reprlib.repr(given)}."


_PLAINLY = {
    "less than or equal to": "at most",
    "greater than or equal to": "at least",
    "a valid integer": "a whole number",
    "a valid number": "a number",
    "a valid string": "text",
    "a valid boolean": "true or false",
}


def _found(
    kind: type[BaseModel], place: tuple[int | str, ...]
) -> tuple[type[BaseModel], FieldInfo | None]:
    """The field at this place, which may lie in a declaration within the declaration."""
    field = kind.model_fields.get(str(place[0])) if place else None
    inner = field.annotation if field else None
    if len(place) > 1 and inspect.isclass(inner) and issubclass(inner, BaseModel):
        return _found(inner, place[1:])
    return kind, field
