"""Arrays written piece by piece are read by the library as what they were."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays, scalar_dtypes
from safetensors.numpy import load
from safetensors.numpy import save as theirs

from engine.samples import DataError
from engine.tensorfile import KINDS, pieces

NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8).filter(
    lambda name: name != "__metadata__"
)
ANY = scalar_dtypes().filter(lambda kind: kind.name in KINDS).flatmap(
    lambda kind: arrays(kind, array_shapes(min_dims=0, min_side=0, max_side=4))
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(NAMES, ANY, max_size=4))
def test_the_library_reads_them(made: dict[str, np.ndarray]) -> None:
    found = load(b"".join(pieces(made)))
    assert found.keys() == made.keys()
    for name, array in made.items():
        assert found[name].shape == array.shape
        np.testing.assert_array_equal(found[name], array)


def test_byte_for_byte_as_the_library_writes_them() -> None:
    chance = np.random.default_rng(0)
    made = {"b.weight": chance.random((3, 4), np.float32), "a": np.arange(3), "step": np.array(7.0)}
    assert b"".join(pieces(made)) == theirs(made)


def test_nothing_is_copied_and_any_order_is_right() -> None:
    weights = np.arange(12.0).reshape(3, 4)
    _, piece = pieces({"w": weights})
    assert np.shares_memory(np.frombuffer(piece, np.uint8), weights)
    for odd in (weights.T, weights[:, ::2], weights.astype(">f8")):
        np.testing.assert_array_equal(load(b"".join(pieces({"w": odd})))["w"], odd)


@pytest.mark.parametrize("odd", [np.array(["a"]), np.array([1j]), np.array([None])])
def test_what_the_format_lacks_is_a_sentence(odd: np.ndarray) -> None:
    with pytest.raises(DataError, match="cannot be kept"):
        pieces({"w": odd})
