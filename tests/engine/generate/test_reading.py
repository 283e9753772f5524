"""How likely a text is, against the loss that torch computes; what it hangs on, against finite differences."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional

from engine.generate.author import Manner
from engine.generate.reading import alignment, cells, connectivity, peruse
from engine.graph import NodeId
from tests.engine.generate.writers import author, language, letters, sentences, translator


def test_p_of_a_sentence_is_the_product_of_what_the_whole_run_says(tmp_path: Path) -> None:
    data = letters(tmp_path)
    writer = author(language(data, ("GRU", {"hidden_size": 16})), data, scale=3)
    numbers = writer.opening("abba dada.")
    found = peruse(writer, numbers)
    with writer.quiet():
        scores = writer.network.module(torch.tensor([numbers]))[0][0, :-1].double()
    loss = functional.cross_entropy(scores, torch.tensor(numbers[1:]), reduction="sum")
    assert found.log == pytest.approx(-float(loss), abs=1e-6)
    assert math.prod(np.exp(found.logs)) == pytest.approx(math.exp(-float(loss)), rel=1e-6)
    assert np.exp(found.nexts).sum(-1) == pytest.approx(np.ones(len(numbers)))
    assert "".join(writer.words.symbols[s] for s in found.symbols) == "abba dada."


def test_p_is_the_product_over_plain_torch_step_by_step(tmp_path: Path) -> None:
    data = letters(tmp_path)
    writer = author(language(data, ("GRU", {"hidden_size": 16})), data, scale=3)
    state = writer.network.module.state_dict()
    units = torch.nn.GRUCell(state["embedding.weight"].shape[1], 16)
    for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
        getattr(units, name).data.copy_(state[f"middle_0.{name}_l0"])
    for text in ("abba dada.", "a", "dcb\nabd"):
        numbers = writer.opening(text)
        told, product = torch.zeros(1, 16), 1.0
        for given, then in zip(numbers, numbers[1:], strict=False):
            told = units(state["embedding.weight"][given][None], told)
            scores = functional.linear(told, state["scores.weight"], state["scores.bias"])
            product *= float(scores.double().softmax(-1)[0, then].detach())
        assert math.exp(peruse(writer, numbers).log) == pytest.approx(product, rel=1e-5)


def test_the_probabilities_of_all_texts_of_a_length_are_1_together(tmp_path: Path) -> None:
    data = letters(tmp_path)
    writer = author(language(data, ("LSTM", {"hidden_size": 6})), data, scale=3)
    count = len(writer.words)
    total = sum(
        math.exp(peruse(writer, [writer.first, a, b]).log)
        for a in range(count)
        for b in range(count)
    )
    assert total == pytest.approx(1, abs=1e-6)


def test_a_text_longer_than_the_places_that_were_learnt_is_read_by_windows(tmp_path: Path) -> None:
    data = letters(tmp_path, window=8)
    places = ("PositionalEncoding", {"encoding": "learnt", "max_length": 8})
    looks = ("MultiheadAttention", {"num_heads": 2, "causal": True})
    writer = author(language(data, places, looks), data, scale=3)
    text = "abba dada abba dcb."
    written = writer.go_on(text, Manner(temperature=0, steps=30))
    assert len(written.symbols) == 30
    numbers = [*writer.opening(text), *written.symbols]
    read = peruse(writer, numbers)
    assert read.logs[len(text) :] == pytest.approx(np.array(written.logs), abs=1e-5)
    assert connectivity(writer, numbers, 20)[:12] == pytest.approx(np.zeros(12))
    assert connectivity(writer, numbers, 20)[12] > 0  # the first that is read
    assert cells(writer, numbers, NodeId("middle_1")).shape == (len(numbers) - 1, 8)
    module = writer.network.module
    for place in (3, 7, 8, 20, 48):
        seen = torch.tensor([numbers[max(0, place - 7) : place + 1]])
        logs = module(seen)[0][0, -1].detach().double().log_softmax(-1)
        assert read.logs[place] == pytest.approx(float(logs[numbers[place + 1]]), abs=1e-5)


def test_what_was_written_is_read_with_the_same_probabilities(tmp_path: Path) -> None:
    data = letters(tmp_path)
    writer = author(language(data, ("GRU", {"hidden_size": 16})), data, scale=2)
    written = writer.go_on("ab", Manner(temperature=1.0, steps=30, seed=5))
    read = peruse(writer, [*writer.opening("ab"), *written.symbols])
    assert read.logs[2:] == pytest.approx(np.array(written.logs), abs=1e-5)


def test_connectivity_is_the_length_of_a_gradient(tmp_path: Path) -> None:
    data = letters(tmp_path)
    writer = author(language(data, ("GRU", {"hidden_size": 8})), data, scale=2)
    numbers, place, step = writer.opening("abcd dcba"), 5, 1e-3
    found = connectivity(writer, numbers, place)
    assert found.shape == (len(numbers) - 1,)
    assert np.all(found[place:] == 0)
    assert found[place - 1] > 0
    module = writer.network.module.double()
    rows = module.embedding(torch.tensor([numbers])).detach()
    for at in (1, 3, 5):
        slopes = []
        for feature in range(rows.shape[-1]):
            scores = []
            for sign in (1, -1):
                moved = rows.clone()
                moved[0, at, feature] += sign * step
                scores.append(
                    module.scores(module.middle_0(moved)[0])[0, place, numbers[place + 1]]
                )
            slopes.append(float((scores[0] - scores[1]).detach()) / (2 * step))
        assert found[at - 1] == pytest.approx(float(np.linalg.norm(slopes)), rel=1e-3)


def test_cells_are_what_a_layer_gives_out(tmp_path: Path) -> None:
    data = letters(tmp_path)
    writer = author(language(data, ("RNN", {"hidden_size": 5})), data)
    numbers = writer.opening("abba")
    found = cells(writer, numbers, NodeId("middle_0"))
    weights = dict(writer.network.module.middle_0.named_parameters())
    state = torch.zeros(5)
    for place, number in enumerate(numbers):
        row = writer.network.module.embedding.weight[number]
        state = torch.tanh(
            weights["weight_ih_l0"] @ row
            + weights["bias_ih_l0"]
            + weights["weight_hh_l0"] @ state
            + weights["bias_hh_l0"]
        ).detach()
        if place:
            assert found[place - 1] == pytest.approx(state.numpy(), abs=1e-6)
    assert cells(writer, numbers, NodeId("nobody")).size == 0


def test_alignment_is_who_attends_to_whom() -> None:
    data = sentences()
    writer = author(translator(data), data)
    source = writer.read_in("the old king sees a cat")
    target = [writer.first, 5, 6, 7]
    found = alignment(writer, source, target)
    assert found.shape == (4, 6)
    assert found.sum(1) == pytest.approx(np.ones(4))
    plain = author(translator(data, attention=False), data)
    assert alignment(plain, source, target).size == 0
    assert not any(module._forward_hooks for module in writer.network.module.modules())
