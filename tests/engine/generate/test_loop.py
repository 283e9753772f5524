"""One step at a time gives what the whole run gives; where it would not, the whole is run."""

from pathlib import Path

import pytest
import torch

from engine.generate.author import Author
from engine.generate.loop import Carried, Loop, Recomputed, loop_of
from tests.engine.generate.writers import author, language, letters, sentences, translator

RECURRENT = (
    [("GRU", {"hidden_size": 12})],
    [("LSTM", {"hidden_size": 12, "num_layers": 2}), ("Dropout", {}), ("LayerNorm", {})],
    [("RNN", {"hidden_size": 12}), ("ReLU", {}), ("LSTM", {"hidden_size": 7, "proj_size": 3})],
    [("Dense", {"out_features": 9}), ("Tanh", {})],
)
MIXING = (
    [("MultiheadAttention", {"num_heads": 2, "causal": True})],
    [("PositionalEncoding", {}), ("GRU", {"hidden_size": 12})],
    [("TransformerEncoderLayer", {"nhead": 2, "causal": True, "dim_feedforward": 16})],
    [("GRU", {"hidden_size": 6, "bidirectional": True})],
)


def _loop(writer: Author, window: int | None = None) -> Loop:
    with writer.quiet():
        return loop_of(writer.network, "", writer.result, {}, len(writer.words), window)


def _stepped(writer: Author, loop: Loop, told: torch.Tensor) -> torch.Tensor:
    with writer.quiet():
        state = loop.begin({}, len(told))
        found = []
        for place in range(told.shape[1]):
            scores, state = loop.step(state, told[:, place])
            found.append(scores)
        return torch.stack(found, 1)


@pytest.mark.parametrize("middle", RECURRENT)
def test_states_are_carried_and_change_nothing(middle: list[object], tmp_path: Path) -> None:
    data = letters(tmp_path)
    writer = author(language(data, *middle), data)  # type: ignore[arg-type]
    loop = _loop(writer)
    assert isinstance(loop, Carried)
    told = torch.randint(len(writer.words), (3, 20), generator=torch.Generator().manual_seed(1))
    with writer.quiet():
        whole = writer.network.module(told)[0]
    assert torch.allclose(_stepped(writer, loop, told), whole, atol=1e-6)


@pytest.mark.parametrize("middle", MIXING)
def test_what_mixes_steps_is_run_anew(middle: list[object], tmp_path: Path) -> None:
    data = letters(tmp_path)
    writer = author(language(data, *middle), data)  # type: ignore[arg-type]
    loop = _loop(writer)
    assert isinstance(loop, Recomputed)
    told = torch.randint(len(writer.words), (2, 8), generator=torch.Generator().manual_seed(1))
    with writer.quiet():
        last = [writer.network.module(told[:, : place + 1])[0][:, -1] for place in range(8)]
    assert torch.equal(_stepped(writer, loop, told), torch.stack(last, 1))


def test_of_a_text_longer_than_the_network_takes_the_end_is_run(tmp_path: Path) -> None:
    data = letters(tmp_path)
    position = ("PositionalEncoding", {"encoding": "learnt", "max_length": 8})
    attention = ("MultiheadAttention", {"num_heads": 2, "causal": True})
    writer = author(language(data, position, attention), data)  # type: ignore[arg-type]
    told = torch.randint(len(writer.words), (1, 21), generator=torch.Generator().manual_seed(1))
    stepped = _stepped(writer, _loop(writer, 8), told)
    with writer.quiet():
        assert torch.allclose(stepped[:, -1], writer.network.module(told[:, -8:])[0][:, -1])


@pytest.mark.parametrize("cell", ["RNN", "GRU", "LSTM"])
@pytest.mark.parametrize("attention", [True, False])
def test_a_decoder_carries_its_state_beside_an_encoder_that_is_run_once(
    cell: str, attention: bool
) -> None:
    data = sentences()
    writer = author(translator(data, cell, attention=attention), data)
    rows = [3, 5, 11]
    sources = torch.tensor(data.dev.inputs[rows])
    counts = torch.tensor(data.dev.array("", lengths=True)[rows])
    told = torch.tensor(data.dev.array("before")[rows])[:, :6]
    full = torch.full((3,), 6)
    fed = {"sample": sources, "sample_lengths": counts}
    with writer.quiet():
        one = {name: tensor[:1] for name, tensor in fed.items()}
        loop = loop_of(writer.network, "before", writer.result, one, len(writer.words))
        assert isinstance(loop, Carried)
        whole = writer.network.module(sources, counts, told, full)[0]
        state = loop.begin(fed, 3)
        for place in range(6):
            scores, state = loop.step(state, told[:, place])
            assert torch.allclose(scores, whole[:, place], atol=1e-6)
        chosen, _ = loop.step(state.choose(torch.tensor([2, 0, 2])), told[[2, 0, 2], 0])
        again, _ = loop.step(state, told[:, 0])
    assert torch.allclose(chosen, again[[2, 0, 2]], atol=1e-6)
