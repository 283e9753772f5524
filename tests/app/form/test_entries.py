"""What the form reads off a declaration, compared with what pydantic itself accepts of it."""

from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, Field, ValidationError

from app.controls.numbers import Bounds
from app.form.entries import (
    Either,
    Flag,
    Lines,
    Listed,
    Numbers,
    Options,
    Words,
    entries_of,
    entry_of,
)
from engine.dataset import Recipe, Split
from engine.datasets import DATASETS
from engine.layers import CATALOGUE
from engine.settings import Settings

DECLARATIONS = [*CATALOGUE.values(), *DATASETS.values(), Settings, Split]


class Base(BaseModel):
    inherited: int = 0


class Sample(Base):
    """One field of each kind."""

    ratio: float = Field(0.5, gt=0, lt=1, title="Ratio", description="A share.")
    count: int = Field(1, ge=1, le=9)
    on: bool = True
    name: str = ""
    mode: Literal["a", "b"] = Field("a", json_schema_extra={"labels": {"a": "First"}})
    size: tuple[Annotated[int, Field(ge=1, le=5)], Annotated[int, Field(ge=2)]] = (1, 2)
    order: tuple[int, ...] = (2, 1)
    weights: tuple[float, ...] | None = None
    stride: Annotated[int, Field(ge=1, le=9)] | None = Field(
        None, json_schema_extra={"labels": {"none": "as the window"}}
    )
    border: Annotated[int, Field(ge=0, le=9)] | Literal["same"] = 0
    code: str = Field("x", json_schema_extra={"lines": True})
    secret: bool = Field(False, json_schema_extra={"hidden": True})


def test_own_fields_come_before_inherited_ones() -> None:
    names = [entry.name for entry in entries_of(Sample)]
    own = "ratio count on name mode size order weights stride border code"
    assert names == [*own.split(), "inherited"]


def test_each_kind_of_field_is_read() -> None:
    kinds = {entry.name: entry.kind for entry in entries_of(Sample)}
    assert kinds["ratio"] == Numbers((Bounds(above=0, below=1),))
    assert kinds["count"] == Numbers((Bounds(whole=True, least=1, most=9),))
    assert kinds["on"] == Flag()
    assert kinds["name"] == Words()
    assert kinds["mode"] == Options((("a", "First"), ("b", "b")))
    assert kinds["size"] == Numbers(
        (Bounds(whole=True, least=1, most=5), Bounds(whole=True, least=2))
    )
    assert kinds["order"] == Listed(Bounds(whole=True))
    assert kinds["weights"] == Either(((None, "none"),), Listed(Bounds()))
    one_to_nine = Numbers((Bounds(whole=True, least=1, most=9),))
    assert kinds["stride"] == Either(((None, "as the window"),), one_to_nine)
    assert kinds["border"] == Either(
        (("same", "same"),), Numbers((Bounds(whole=True, least=0, most=9),))
    )
    assert kinds["code"] == Lines()


def test_title_and_help_are_those_of_the_declaration() -> None:
    entry = entry_of(Sample, "ratio")
    assert (entry.title, entry.help) == ("Ratio", "A share.")
    assert entry_of(Sample, "count").title == "Count"


def test_initial_weights_have_names_for_people() -> None:
    kind = entry_of(CATALOGUE["Dense"], "initial_weights").kind
    assert isinstance(kind, Options)
    assert dict(kind.values)["he"] == "He normal"
    assert not kind.side_by_side


def test_a_declaration_within_a_declaration_has_no_row() -> None:
    assert [entry.name for entry in entries_of(Recipe)] == ["scaling"]


@pytest.mark.parametrize("kind", DECLARATIONS, ids=lambda kind: kind.__name__)
def test_every_declared_field_has_a_row_with_help(kind: type[BaseModel]) -> None:
    entries = entries_of(kind)
    hidden = {
        name
        for name, field in kind.model_fields.items()
        if isinstance(field.json_schema_extra, dict) and field.json_schema_extra.get("hidden")
    }
    assert {entry.name for entry in entries} == set(kind.model_fields) - hidden
    assert all(entry.help.endswith(".") for entry in entries)


@pytest.mark.parametrize("kind", DECLARATIONS, ids=lambda kind: kind.__name__)
def test_bounds_agree_with_what_pydantic_accepts(kind: type[BaseModel]) -> None:
    for entry in entries_of(kind):
        numbers = entry.kind.inner if isinstance(entry.kind, Either) else entry.kind
        if not isinstance(numbers, Numbers):
            continue
        for place, bounds in enumerate(numbers.bounds):
            for number in (-1, 0, 1, 2, 10**12):
                values = [2 if bounds.whole else 0.5] * len(numbers.bounds)
                values[place] = number
                given = tuple(values) if len(values) > 1 else values[0]
                assert (not bounds.complaint(number)) == accepts(kind, entry.name, given)


def accepts(kind: type[BaseModel], name: str, value: object) -> bool:
    try:
        kind.model_validate({name: value})
    except ValidationError as error:
        return all(entry["loc"][:1] != (name,) for entry in error.errors())
    return True
