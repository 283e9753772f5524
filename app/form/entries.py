"""What a declaration asks for, field by field: title, help, and the kind of value with its bounds.

Knows no widgets.
"""

import inspect
import types
import typing
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from app.controls.numbers import Bounds

_BOUND_NAMES = {"ge": "least", "le": "most", "gt": "above", "lt": "below"}


@dataclass(frozen=True, slots=True)
class Numbers:
    """One number, or several side by side such as height × width."""

    bounds: tuple[Bounds, ...]


@dataclass(frozen=True, slots=True)
class Flag:
    """Yes or no."""


@dataclass(frozen=True, slots=True)
class Options:
    """One of several values, each with the word that people read."""

    values: tuple[tuple[Hashable, str], ...]

    @property
    def side_by_side(self) -> bool:
        """Whether the words are few and short enough to stand beside one another."""
        words = [word for _, word in self.values]
        return 2 <= len(words) <= 4 and sum(map(len, words)) <= 17


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Text of as many lines as it takes, such as code."""


@dataclass(frozen=True, slots=True)
class Listed:
    """Any number of numbers, each within the bounds."""

    bounds: Bounds


@dataclass(frozen=True, slots=True)
class Either:
    """One of a few words, each with the value that it stands for (None is one), or what the inner kind holds."""

    words: tuple[tuple[Hashable, str], ...]
    inner: "Kind"


Kind = Numbers | Flag | Options | Words | Lines | Listed | Either


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a form."""

    name: str
    title: str
    help: str
    kind: Kind
    section: str = ""  # the heading it stands under
    when: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
    """It matters only where each of these fields has one of these values."""

    def matters(self, values: Mapping[str, object]) -> bool:
        """Whether it matters beside the other fields' values."""
        return all(values.get(name) in of for name, of in self.when.items())


def entries_of(model: type[BaseModel]) -> tuple[Entry, ...]:
    """The rows of a declaration, its own fields first and inherited ones after, unless one is said to be `first`.

    A declaration within the declaration has no row: it has a form of its own.
    """
    line = [inspect.get_annotations(kind) for kind in model.__mro__]

    def distance(item: tuple[str, FieldInfo]) -> int:
        name, field = item
        if _extra(field).get("first"):
            return -1
        return next((place for place, own in enumerate(line) if name in own), len(line))

    ordered = sorted(model.model_fields.items(), key=distance)
    found = (_entry(name, field) for name, field in ordered)
    return tuple(entry for entry in found if entry is not None)


def _extra(field: FieldInfo) -> Mapping[str, object]:
    """What a declaration says of a field beyond pydantic's own words."""
    return field.json_schema_extra if isinstance(field.json_schema_extra, Mapping) else {}


def entry_of(model: type[BaseModel], name: str) -> Entry:
    """The row of one field. Raises KeyError if it has none."""
    return {entry.name: entry for entry in entries_of(model)}[name]


def _entry(name: str, field: FieldInfo) -> Entry | None:
    if _extra(field).get("hidden"):
        return None  # no form sets it
    kind = _kind(field.annotation, field.metadata, _labels(field))
    if kind == Words() and _extra(field).get("lines"):
        kind = Lines()
    title = field.title or name.replace("_", " ").capitalize()
    section, when = str(_extra(field).get("section", "")), _extra(field).get("when", {})
    return Entry(name, title, field.description or "", kind, section, when) if kind else None  # type: ignore[arg-type]  # as declared


def _labels(field: FieldInfo) -> Mapping[str, str]:
    """The words for a choice, declared as `json_schema_extra={"labels": {value: word}}`."""
    labels = _extra(field).get("labels")
    found = labels if isinstance(labels, Mapping) else {}
    return {str(value): str(word) for value, word in found.items()}


def _kind(annotation: object, metadata: Iterable[object], labels: Mapping[str, str]) -> Kind | None:
    if typing.get_origin(annotation) is Annotated:
        annotation, *inner = typing.get_args(annotation)
        metadata = [item for info in inner for item in getattr(info, "metadata", [info])]
    if annotation is bool:
        return Flag()
    if annotation is str:
        return Words()
    if annotation in (int, float):
        return Numbers((_bounds(annotation, metadata),))
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return _either(typing.get_args(annotation), metadata, labels)
    if typing.get_origin(annotation) is typing.Literal:
        values = typing.get_args(annotation)
        return Options(tuple((value, labels.get(str(value), str(value))) for value in values))
    if typing.get_origin(annotation) is tuple:
        first, *others = typing.get_args(annotation)
        if others == [...]:
            each = _part(first)
            return Listed(each) if each else None
        parts = [_part(part) for part in (first, *others)]
        bounds = tuple(part for part in parts if part is not None)
        return Numbers(bounds) if bounds and len(bounds) == len(parts) else None
    return None


def _either(
    members: Iterable[object], metadata: Iterable[object], labels: Mapping[str, str]
) -> Kind | None:
    """What is one of some words, or of one other kind: `int | None`, `Pair | Literal["same"]`."""
    words: list[tuple[Hashable, str]] = []
    others: list[object] = []
    for member in members:
        if member is types.NoneType:
            words.append((None, labels.get("none", "none")))
        elif typing.get_origin(member) is typing.Literal:
            values = typing.get_args(member)
            words += [(value, labels.get(str(value), str(value))) for value in values]
        else:
            others.append(member)
    inner = _kind(others[0], metadata, labels) if len(others) == 1 else None
    return Either(tuple(words), inner) if inner and words else None


def _part(annotation: object) -> Bounds | None:
    """The bounds of one number of several, such as `Annotated[int, Field(ge=1)]`."""
    kind, *metadata = typing.get_args(annotation) or (annotation,)
    if kind not in (int, float):
        return None
    inner = [item for info in metadata for item in getattr(info, "metadata", [info])]
    return _bounds(kind, inner)


def _bounds(kind: object, metadata: Iterable[object]) -> Bounds:
    found = {
        ours: getattr(item, theirs)
        for item in metadata
        for theirs, ours in _BOUND_NAMES.items()
        if hasattr(item, theirs)
    }
    return Bounds(whole=kind is int, **found)
