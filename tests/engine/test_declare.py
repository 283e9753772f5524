"""Declarations are found in their folder; wrong parameters are named in words."""

import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, Field, ValidationError

from engine.declare import complaints, declared, did_you_mean

SOURCE = """
from abc import ABC, abstractmethod
from fractions import Fraction
from pathlib import Path

class {name}(Fraction): pass
class _Private(Fraction): pass
class Other: pass
class Abstract{name}(Fraction, ABC):
    @abstractmethod
    def still_to_do(self): ...
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Path:
    path = tmp_path / f"kinds_of_{request.node.name}"
    path.mkdir()
    (path / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "modules", dict(sys.modules))
    return path


def test_only_public_concrete_kinds_written_there_are_found_in_order(folder: Path) -> None:
    from fractions import Fraction

    (folder / "b.py").write_text(SOURCE.format(name="Second"))
    (folder / "a.py").write_text(SOURCE.format(name="First"))
    assert list(declared(folder.name, Fraction)) == ["First", "Second"]


def test_a_name_declared_twice_is_refused(folder: Path) -> None:
    from fractions import Fraction

    (folder / "a.py").write_text(SOURCE.format(name="Same"))
    (folder / "b.py").write_text(SOURCE.format(name="Same"))
    with pytest.raises(TypeError, match="Same is declared twice"):
        declared(folder.name, Fraction)


def test_a_near_name_is_asked_for() -> None:
    assert did_you_mean("moon", ["Moons", "Iris"]) == " Did you mean Moons?"
    assert did_you_mean("xyz", ["Moons", "Iris"]) == ""


class Inner(BaseModel, extra="forbid"):
    depth: int = Field(1, ge=1, title="Depth")


class Outer(BaseModel, extra="forbid"):
    size: int = Field(ge=1, le=9, title="Size")
    share: float = Field(0.5, gt=0, title="Share")
    inner: Inner = Field(Inner(), title="The inside")
    tags: list[str] = Field([], title="Tags")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "Size is missing."),
        ({"size": 10}, "Size must be at most 9, but it is 10."),
        ({"size": 0}, "Size must be at least 1, but it is 0."),
        ({"size": "many"}, "Size must be a whole number, but it is 'many'."),
        ({"size": 1.5}, "Size must be a whole number, but it is 1.5."),
        ({"size": 1, "share": 0}, "Share must be greater than 0, but it is 0."),
        ({"size": 1, "shares": 0}, "Outer has no parameter called shares. Did you mean share?"),
        ({"size": 1, "inner": {"depth": 0}}, "Depth must be at least 1, but it is 0."),
        (
            {"size": 1, "inner": {"dept": 0}},
            "Inner has no parameter called dept. Did you mean depth?",
        ),
        ({"size": 1, "inner": 3}, "The inside must be given as names with values, but it is 3."),
        (3, "Outer must be given as names with values, but it is 3."),
    ],
)
def test_a_wrong_parameter_is_named_in_words(given: Any, sentence: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Outer.model_validate(given)
    assert complaints(caught.value, Outer) == [sentence]


def test_what_was_given_is_not_repeated_at_length() -> None:
    with pytest.raises(ValidationError) as caught:
        Outer.model_validate({"size": "9" * 10_000 + "x", "tags": [1]})
    assert all(len(sentence) < 120 for sentence in complaints(caught.value, Outer))
    assert len(complaints(caught.value, Outer)) == 2
