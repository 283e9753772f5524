"""What a network wrote and how it read a text, as a flow of coloured symbols, bars and sentences."""

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from app.chart.class_bars import ClassBar, ClassBars
from app.chart.text_flow import Flow, Symbol
from app.theme import Tokens
from app.wording import number, raised
from engine.vocabulary import Vocabulary

Floats = NDArray[np.float64]
Colouring = Literal["surprise", "cell", "hangs"]
NUMBER, LOG, CELL, HANGS, TYPED = range(5)  # columns of a reading of Writing
MOST_NAMED = 5  # unknown symbols
MOST_BITS = 8.0  # the surprise that is drawn strongest
_LOW = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
SHOWN = {" ": "␣", "\n": "⏎"}


def bits(log: float) -> float:
    """A log-probability in nats as surprise in bits."""
    return -log / math.log(2)


def flow(
    page: Floats, words: Vocabulary, how: Colouring, chosen: int | None, tokens: Tokens
) -> Flow:
    """The text with its colours."""
    spaced = words.unit == "words"
    strongest = float(np.nanmax(page[:, HANGS], initial=0.0)) or 1.0
    symbols = []
    for row in page:
        colour, strength = _colour(row, how, strongest, tokens)
        text = words.symbols[int(row[NUMBER])]
        symbols.append(Symbol(text, colour, strength, bool(row[TYPED]), _said(row, text)))
    return Flow(tuple(symbols), chosen, spaced, _key(how, tokens))


def _colour(row: Floats, how: Colouring, strongest: float, tokens: Tokens) -> tuple[str, float]:
    if how == "surprise":
        return tokens.series[1], bits(float(row[LOG])) / MOST_BITS
    if how == "hangs":
        value = float(row[HANGS])
        return tokens.series[2], 0.0 if math.isnan(value) else value / strongest
    value = float(row[CELL])
    if math.isnan(value):
        return "", 0.0
    return (tokens.series[0] if value > 0 else tokens.series[1]), abs(value)


def _said(row: Floats, text: str) -> str:
    p = math.exp(row[LOG])
    return f"“{SHOWN.get(text, text)}” was expected with {number(p)}: {bits(row[LOG]):.2f} bits"


def _key(how: Colouring, tokens: Tokens) -> tuple[tuple[str, str, str], ...]:
    if how == "surprise":
        return (("surprise 0", tokens.series[1], f"{MOST_BITS:.0f} bits or more"),)
    if how == "hangs":
        return (("ties: none", tokens.series[2], "strongest"),)
    return (("cell 0", tokens.series[0], "+1"), ("0", tokens.series[1], "−1"))


def verdict(page: Floats, words: Vocabulary) -> str:
    """P of the typed text, and what that is a symbol."""
    typed = page[page[:, TYPED] == 1]
    unit = "character" if words.unit == "characters" else "word"
    if not len(typed):
        mean = bits(float(page[:, LOG].mean())) if len(page) else 0.0
        return (
            f"Written by itself, at {mean:.2f} bits a {unit}. Type a text to read its probability."
        )
    log, count = float(typed[:, LOG].sum()), len(typed)
    mean = bits(log) / count
    tens = log / math.log(10)
    p = number(math.exp(log)) if tens > -4 else _power(tens)
    return (
        f"P = p₁ × … × p{_low(count)} = {p}: {mean:.2f} bits a {unit}, perplexity {number(2**mean)}"
    )


def remarked(said: str, unknown: Sequence[str]) -> str:
    """A verdict, with which symbols of the typed text the network does not know."""
    if not unknown:
        return said
    named = ", ".join(f"“{symbol}”" for symbol in unknown[:MOST_NAMED])
    more = f" and {len(unknown) - MOST_NAMED:,} more" if len(unknown) > MOST_NAMED else ""
    return f"{said.removesuffix('.')}. Not known, and read as ⟨unk⟩: {named}{more}."


def _power(tens: float) -> str:
    whole = math.floor(tens)
    return raised(f"{10 ** (tens - whole):.1f} × 10^−{-whole}")


def _low(count: int) -> str:
    """A count as an index."""
    return str(count).translate(_LOW)


def nexts(found: Floats, words: Vocabulary, truth: int | None) -> ClassBars:
    """What could stand at the chosen place: p, and p at the temperature."""
    most = float(found[:, 1:].max(initial=1e-9))
    bars = tuple(
        ClassBar(
            SHOWN.get(name := words.symbols[int(symbol)], name),
            float(cool) / most,
            (f"{cool:.2f}", f"{p:.2f}"),
            int(symbol) == truth,
        )
        for symbol, p, cool in found
    )
    return ClassBars(bars, ("at T", "p"))


def measured(loss: float, words: Vocabulary) -> str:
    """A mean loss in nats as bits and perplexity."""
    unit = "character" if words.unit == "characters" else "word"
    return f"dev {bits(-loss):.2f} bits a {unit}, perplexity {number(math.exp(min(loss, 700)))}"
