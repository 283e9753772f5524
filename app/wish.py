"""What a person types to get a layer: words to find it by, then its parameters in the order of its form.

`conv 16 5` is a convolution of 16 filters, 5×5; `conv 16 3 padding=same` names a field; `6` alone fills the first
field of the layer that is there already.
"""

import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass

from pydantic import ValidationError

from app.controls.numbers import Bounds, Number, read, written
from app.form.entries import Either, Entry, Flag, Kind, Listed, Numbers, Options, entries_of
from engine.declare import complaints
from engine.layer import Layer

_NUMBER = re.compile(r"[-+]?[\d.]+(e[-+]?\d+)?([x×,]([-+]?[\d.]+)?)*", re.IGNORECASE)
_YES, _NO = ("yes", "on", "true"), ("no", "off", "false")


class WishError(ValueError):
    """A parameter that cannot be; its text says what can."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Words to find a layer by, and values for its fields."""

    words: str
    values: tuple[str, ...]


def read_wish(text: str) -> Wish:
    """Split what was typed where the first number, or the first named field, begins."""
    parts = text.split()
    begin = next((n for n, p in enumerate(parts) if _NUMBER.fullmatch(p) or "=" in p), len(parts))
    return Wish(" ".join(parts[:begin]), tuple(parts[begin:]))


def fulfilled(layer: Layer, values: tuple[str, ...]) -> Layer:
    """The layer with values put into its fields. Raises WishError."""
    given = {entry.name: value for entry, value in _given(layer, values)}
    try:
        return layer.but(**given) if given else layer
    except ValidationError as error:
        raise WishError(" ".join(complaints(error, type(layer)))) from error


def fields_of(layer: Layer) -> tuple[Entry, ...]:
    """The fields that can be filled by typing, in their order."""
    values = {name: getattr(layer, name) for name in type(layer).model_fields}
    return tuple(entry for entry in entries_of(type(layer)) if entry.matters(values))


def next_field(layer: Layer, values: tuple[str, ...]) -> Entry | None:
    """The field that the next value would fill."""
    place = sum("=" not in value for value in values)
    fields = fields_of(layer)
    return fields[place] if place < len(fields) else None


def said(layer: Layer, values: tuple[str, ...]) -> str:
    """What the values come to, in words: `Filters 16 · Size 5×5`; the next field too. Raises WishError."""
    filled = fulfilled(layer, values)
    return " · ".join(
        f"{entry.title} {_spoken(getattr(filled, entry.name))}"
        for entry, _ in _given(layer, values)
    )


def _spoken(value: object) -> str:
    if isinstance(value, tuple):
        return "×".join(map(_spoken, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return written(value) if isinstance(value, int | float) else str(value)


def _given(layer: Layer, values: tuple[str, ...]) -> Iterator[tuple[Entry, object]]:
    """The fields that are filled, each with its value. Raises WishError."""
    fields = fields_of(layer)
    unnamed = iter(fields)
    for text in values:
        name, equals, word = text.partition("=")
        entry = _named(layer, fields, name) if equals else next(unnamed, None)
        if entry is None:
            raise WishError(_too_many(layer, fields))
        yield entry, _value(entry, entry.kind, word if equals else text)


def _too_many(layer: Layer, fields: tuple[Entry, ...]) -> str:
    if not fields:
        return f"{layer.label} has no parameters."
    titles = ", ".join(entry.title.lower() for entry in fields)
    return f"{layer.label} has {len(fields)} parameters: {titles}."


def _named(layer: Layer, fields: tuple[Entry, ...], word: str) -> Entry:
    wanted = word.lower()
    for entry in fields:
        if wanted and (entry.title.lower().startswith(wanted) or entry.name.startswith(wanted)):
            return entry
    titles = ", ".join(entry.title.lower() for entry in fields)
    raise WishError(f"{layer.label} has no parameter “{word}”, but {titles}.")


def _value(entry: Entry, kind: Kind, text: str) -> object:
    match kind:
        case Numbers(bounds):
            return _numbers(entry, bounds, text)
        case Listed(bounds):
            return tuple(_number(entry, bounds, part) for part in re.split("[x×,]", text) if part)
        case Flag():
            word = text.lower()
            if word in (*_YES, "1") or word in (*_NO, "0"):
                return word in (*_YES, "1")
            raise WishError(f"{entry.title} is yes or no, not “{text}”.")
        case Options(values):
            return _chosen(entry, values, text)
        case Either(words, inner):
            if _NUMBER.fullmatch(text):
                return _value(entry, inner, text)
            return _chosen(entry, words, text)
    return text


def _numbers(entry: Entry, bounds: tuple[Bounds, ...], text: str) -> Number | tuple[Number, ...]:
    parts = [part for part in re.split("[x×,]", text) if part]
    if len(parts) == 1:
        parts *= len(bounds)
    if len(parts) != len(bounds):
        raise WishError(
            f"{entry.title} takes {len(bounds)} numbers, such as {'x'.join('35'[: len(bounds)])}."
        )
    found = tuple(_number(entry, b, part) for b, part in zip(bounds, parts, strict=True))
    return found[0] if len(found) == 1 else found


def _number(entry: Entry, bounds: Bounds, text: str) -> Number:
    number, complaint = read(text, bounds)
    if number is None:
        raise WishError(f"{entry.title}: {complaint}")
    return number


def _chosen(entry: Entry, values: tuple[tuple[Hashable, str], ...], text: str) -> Hashable:
    word = text.lower()
    for value, label in values:
        if label.lower().startswith(word) or str(value).lower().startswith(word):
            return value
    labels = ", ".join(label for _, label in values)
    raise WishError(f"{entry.title} is one of {labels}, not “{text}”.")
