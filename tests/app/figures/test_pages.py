"""What is said of a text that was typed, and of symbols in it that nobody knows."""

import pytest

from app.figures.pages import remarked


@pytest.mark.parametrize("said", ["P = 0.5: 1 bit a character", "Type a text to read it."])
def test_unknown_symbols_are_named_in_sentences_that_end_once(said: str) -> None:
    assert remarked(said, ()) == said
    few = remarked(said, ("ш", "🐈"))
    assert few == f"{said.rstrip('.')}. Not known, and read as ⟨unk⟩: “ш”, “🐈”."
    many = remarked(said, tuple("абвгдеж"))
    assert many.endswith("“д” and 2 more.")
