"""What is chosen, against every text there is, and against chance counted out."""

import itertools
import math
from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from engine.generate.author import Author, Manner
from engine.generate.searching import Text, beam, cooled, greedy, sample
from tests.engine.generate.writers import author, language, letters, sentences, translator

VOCABULARY, STEPS = 4, 4


class Chain:
    """A state of a chain of symbols: what comes next hangs on the last two."""

    table = torch.randn(4, 4, 4, generator=torch.Generator().manual_seed(3)).double() * 2

    def __init__(self, last: Tensor) -> None:
        self.last = last

    def choose(self, places: Tensor) -> "Chain":
        return Chain(self.last[places])

    @classmethod
    def step(cls, state: "Chain", symbols: Tensor) -> tuple[Tensor, "Chain"]:
        return cls.table[state.last, symbols].log_softmax(-1), cls(symbols)

    @classmethod
    def first(cls, rows: int = 1) -> tuple["Chain", Tensor]:
        begun = torch.zeros(rows, dtype=torch.long)
        return cls(begun), cls.table[begun, begun].log_softmax(-1)


def _log(symbols: tuple[int, ...]) -> float:
    """Of a text, without any search."""
    before, last, total = 0, 0, 0.0
    for symbol in symbols:
        total += float(Chain.table[before, last].log_softmax(-1)[symbol])
        before, last = last, symbol
    return total


def _every(end: int | None) -> dict[tuple[int, ...], float]:
    """All texts of so many steps, or that end sooner, the end among their symbols."""
    found: dict[tuple[int, ...], float] = {}
    for symbols in itertools.product(range(VOCABULARY), repeat=STEPS):
        cut = symbols[: symbols.index(end) + 1] if end in symbols else symbols
        found[cut] = _log(cut)
    return found


@pytest.mark.parametrize("end", [None, 2])
def test_a_beam_as_wide_as_there_are_texts_finds_all_in_order(end: int | None) -> None:
    state, logs = Chain.first()
    found = beam(Chain.step, state, logs, STEPS, VOCABULARY**STEPS, end)
    every = sorted(_every(end).values(), reverse=True)
    assert len(found) == len(every)
    assert [text.log for text in found] == pytest.approx(every, abs=1e-12)
    best = found[0].symbols + ((end,) if found[0].ended and end is not None else ())
    assert best == max(_every(end), key=lambda text: _every(end)[text])
    assert sum(math.exp(text.log) for text in found) == pytest.approx(1)


def test_a_wider_beam_finds_no_worse_text_and_one_of_width_1_is_greedy() -> None:
    logs = [beam(Chain.step, *Chain.first(), STEPS, width, 2)[0].log for width in range(1, 20)]
    assert logs[-1] == pytest.approx(max(_every(2).values()))
    assert max(logs) == pytest.approx(logs[-1])
    assert beam(Chain.step, *Chain.first(), STEPS, 1, 2) == greedy(
        Chain.step, *Chain.first(), STEPS, 2
    )


def test_samples_come_as_often_as_their_probability_says() -> None:
    rows = 40_000
    state, logs = Chain.first(rows)
    chance = torch.Generator().manual_seed(0)
    found = sample(Chain.step, state, logs, 2, chance, temperature=1.0)
    pairs = torch.tensor([text.symbols for text in found])
    seen = torch.bincount(pairs[:, 0] * 4 + pairs[:, 1], minlength=16) / rows
    wanted = torch.tensor([math.exp(_log(p)) for p in itertools.product(range(4), repeat=2)])
    assert float(wanted.sum()) == pytest.approx(1)
    assert float((seen - wanted).abs().max()) < 0.01
    assert all(text.log == pytest.approx(_log(text.symbols)) for text in found[:50])


def test_temperature_and_top_k() -> None:
    logs = torch.tensor([[2.0, 1.0, 0.0, -1.0]]).double().log_softmax(-1)
    half = cooled(logs, 0.5)
    assert torch.allclose(half, torch.tensor([[4.0, 2.0, 0.0, -2.0]]).double().softmax(-1))
    assert torch.allclose(cooled(logs, 1.0), logs.exp())
    assert torch.allclose(cooled(logs, 1e-3), cooled(logs, 0))
    assert torch.allclose(cooled(logs, 0), functional.one_hot(logs.argmax(-1), 4).double())
    two = cooled(logs, 1.0, top_k=2)
    assert torch.allclose(
        two, torch.tensor([[2.0, 1.0, -torch.inf, -torch.inf]]).double().softmax(-1)
    )
    assert torch.equal(cooled(logs, 1.0, top_k=9), cooled(logs, 1.0))
    for tau in (0, 0.3, 1.0, 4.0):
        assert float(cooled(logs, tau, 3).sum()) == pytest.approx(1)


def test_a_symbol_that_is_not_to_be_written_is_not() -> None:
    for without in range(VOCABULARY):
        assert without not in greedy(Chain.step, *Chain.first(), 30, without=without)[0].symbols
        for text in beam(Chain.step, *Chain.first(), STEPS, 8, without=without):
            assert without not in text.symbols
    chance = torch.Generator().manual_seed(0)
    assert 1 not in sample(Chain.step, *Chain.first(), 300, chance, without=1)[0].symbols


def test_nothing_is_written_in_no_steps() -> None:
    assert greedy(Chain.step, *Chain.first(), 0) == [Text((), (), ended=False)]


def _argmax(writer: Author, told: list[int], steps: int) -> list[int]:
    """Greedy writing without carrying anything: the whole is run at each step."""
    for _ in range(steps):
        with writer.quiet():
            scores = writer.network.module(torch.tensor([told]))[0][0, -1]
        scores[0] = -torch.inf  # ⟨unk⟩
        told = [*told, int(scores.argmax())]
    return told[-steps:]


@pytest.mark.parametrize("kind", ["GRU", "LSTM", "RNN"])
def test_greedy_is_the_argmax_of_the_whole_run(kind: str, tmp_path: Path) -> None:
    data = letters(tmp_path)
    written: set[int] = set()
    for seed in range(4):
        graph = language(data, (kind, {"hidden_size": 16}))  # type: ignore[arg-type]
        writer = author(graph, data, seed, scale=5)
        text = writer.go_on("abba", Manner(temperature=0, steps=20))
        assert list(text.symbols) == _argmax(writer, writer.opening("abba"), 20)
        one = writer.go_on("abba", Manner(temperature=1, top_k=1, steps=20))
        assert one.symbols == text.symbols
        written |= set(text.symbols)
    assert len(written) > 2


def test_a_translation_is_the_argmax_of_the_whole_run() -> None:
    data = sentences()
    writer = author(translator(data), data, scale=3)
    source, counts = (torch.tensor(data.dev.array("", lengths=of)[:5]) for of in (False, True))
    found = writer.translations(data.dev, [0, 1, 2, 3, 4])
    for row, text in enumerate(found):
        told = [writer.first]
        for symbol in (*text.symbols, *([writer.end] if text.ended else [])):
            n = torch.tensor([len(told)])
            with writer.quiet():
                given = (source[row : row + 1], counts[row : row + 1], torch.tensor([told]), n)
                scores = writer.network.module(*given)[writer.result][0, -1]
            scores[0] = -torch.inf
            assert int(scores.argmax()) == symbol
            told.append(int(scores.argmax()))
        words = writer.source.decode(source[row, : counts[row]].tolist())
        assert writer.translate(words)[0].symbols[: len(text.symbols)] == text.symbols


def test_a_beam_of_a_network_is_never_worse_than_greedy_and_its_sum_is_log_p() -> None:
    data = sentences()
    writer = author(translator(data), data, scale=3)
    sentence = "the black cat sees an old house"
    one, many = writer.translate(sentence)[0], writer.translate(sentence, 6)
    assert many[0].log >= one.log
    assert [text.log for text in many] == sorted((text.log for text in many), reverse=True)
    numbers = writer.read_in(sentence)
    told = [writer.first, *many[0].symbols]
    wanted = [*many[0].symbols, *([writer.end] if many[0].ended else [])]
    with writer.quiet():
        scores = writer.network.module(
            torch.tensor(numbers[None]),
            torch.tensor([len(numbers)]),
            torch.tensor([told]),
            torch.tensor([len(told)]),
        )[writer.result][0]
    loss = functional.cross_entropy(
        scores[: len(wanted)].double(), torch.tensor(wanted), reduction="sum"
    )
    assert many[0].log == pytest.approx(-float(loss), abs=1e-5)
