"""What bad input gets: never an exception but the engine's own, and complaints in words that name a node.

Some hundreds of drawings always; thousands with `pytest -m campaign`, which prints how many there were of what.
"""

import os
import re
import warnings
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from engine.axes import Axes, Labels, StepLabels, Target, Transcript
from engine.dataset import Data, Part, Sealed
from engine.feeding import tensors
from engine.graph import Graph, GraphError
from engine.memory import needed
from engine.network import Network, build
from engine.problems import Problem, bypass, find_problems
from engine.records import graph_from, record_of_graph
from engine.samples import Piece, Targets
from engine.settings import Settings
from engine.shapes import Shapes, infer
from tests.engine.drawings import drawings, layers, sources, targets

STIFF = re.compile(r"\b([Tt]ensors?|[Dd]ims?|None|nan|\w+Error)\b|Traceback|\btorch\b")
OFTEN = settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,
        HealthCheck.data_too_large,
    ],
)
CAMPAIGN = settings(
    OFTEN,
    max_examples=int(os.environ.get("DRAWINGS", "4000")),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # to shrink a drawing takes minutes
)
LIGHT = 3_000_000  # parameters and numbers of what is really built and run
COUNTS: Counter[str] = Counter()
BATCH = 4


def asked(data: st.DataObject) -> tuple[dict[str, Axes], Target, Settings]:
    parts = {"": data.draw(sources, "source")}
    if data.draw(st.booleans()):
        parts["second"] = data.draw(sources, "second source")
    batch = data.draw(st.sampled_from([BATCH, BATCH, 1]))
    return parts, data.draw(targets, "target"), Settings(batch_size=batch)


def examples(data: st.DataObject, parts: dict[str, Axes], target: Target) -> Data:
    """Random samples, whose sequences differ in length."""
    room = data.draw(st.integers(1, 40), "room")
    lengths = data.draw(st.lists(st.integers(1, room), min_size=BATCH, max_size=BATCH), "lengths")
    chance = np.random.default_rng(0)

    def piece(axes: Axes) -> Piece:
        sizes = [BATCH, *(room if isinstance(size, str) else size for size in axes.sizes)]
        found = (
            chance.integers(0, getattr(axes, "vocabulary", 2), sizes)
            if axes.whole
            else chance.standard_normal(sizes).astype(np.float32)
        )
        return Piece(found, axes, np.array(lengths) if axes.free else None)

    first, *others = (piece(axes) for axes in parts.values())
    named = dict(zip([part for part in parts if part], others, strict=True))
    part = Part(
        first.inputs, _wanted(target, room, chance), np.arange(BATCH), None, first.lengths, named
    )
    return Data(
        parts[""], target, part, part, Sealed(part), None, {n: p.axes for n, p in named.items()}
    )


def _wanted(target: Target, room: int, chance: np.random.Generator) -> Targets:
    match target:
        case StepLabels():
            return chance.integers(0, target.count, (BATCH, room))
        case Transcript():
            few = (BATCH, min(room, 3))
            return chance.integers(1, target.count, few) if target.count > 1 else np.full(few, -1)
        case Labels():
            return chance.integers(0, target.count, BATCH)
    return chance.random((BATCH, target.count), dtype=np.float32)


def checked(graph: Graph, problems: tuple[Problem, ...]) -> None:
    """Complaints are in words and name what is meant."""
    for problem in problems:
        assert not STIFF.search(problem.message), problem.message
        assert problem.message.endswith("."), problem.message
        if problem.node is None:
            assert "There is no" in problem.message, problem
        else:
            assert problem.node in graph.nodes
            assert problem.node in problem.message, problem


def mended(graph: Graph, data: Data, how: Settings) -> Graph:
    """The drawing after each way out that was offered; each must end what it was offered for."""
    for _ in range(12):
        problem = next((p for p in complaints(graph, data, how) if p.fix is not None), None)
        if problem is None or problem.fix is None:
            break
        after = problem.fix.edit(graph)
        same = [
            p
            for p in complaints(after, data, how)
            if (p.node, p.message, p.port) == (problem.node, problem.message, problem.port)
        ]
        assert not same, (problem, problem.fix.text)
        assert record_of_graph(graph_from(record_of_graph(after))) == record_of_graph(after)
        COUNTS["ways out taken"] += 1
        graph = after
    return graph


def complaints(graph: Graph, data: Data, how: Settings) -> tuple[Problem, ...]:
    return find_problems(graph, infer(graph, data.parts, data.target), data.target, how, data)


def pruned(graph: Graph, data: Data, how: Settings) -> Graph:
    """The drawing without the layers that nothing is offered for, so that more of them come to be run."""
    for _ in range(8):
        problems = complaints(graph, data, how)
        fault = next((p.node for p in problems if p.severity == "error" and p.node), None)
        if fault is None:
            break
        graph = mended(bypass(graph, fault), data, how)
    return graph


def run(network: Network, data: Data, batch: int) -> None:
    """A step of training, forward and backward."""
    given = tensors(data.train, network.feeds, "cpu", slice(batch))
    network.train()
    results = network.module(*given)
    loss = network.loss(results, torch.tensor(data.train.targets[:batch]))
    assert loss.shape == ()
    if loss.requires_grad:
        loss.backward()
        COUNTS["went backward"] += 1


def is_light(shapes: Shapes, batch: int) -> bool:
    return needed(shapes.total, batch) < 4 * LIGHT and shapes.total.multiply_adds < 100 * LIGHT


def trial(drawn: st.DataObject, graph: Graph) -> None:
    parts, target, how = asked(drawn)
    data = examples(drawn, parts, target)
    COUNTS["drawings"] += 1
    try:
        problems = complaints(graph, data, how)
    except GraphError:
        COUNTS["refused"] += 1
        return
    checked(graph, problems)
    COUNTS["complaints"] += len(problems)
    sound = pruned(mended(graph, data, how), data, how)
    if any(p.severity == "error" for p in complaints(sound, data, how)):
        COUNTS["with errors to the end"] += 1
        return
    COUNTS["sound"] += 1
    if any(node.layer.kind() == "BCELoss" for node in sound.flat.nodes.values()):
        return  # whether numbers lie between 0 and 1 is not known beforehand; it says so if they do not
    shapes = infer(sound, parts, target)
    if is_light(shapes, how.batch_size):
        run(build(sound, shapes), data, how.batch_size)
        COUNTS["built and run"] += 1


@OFTEN
@given(st.data())
def test_any_drawing_is_run_or_complained_of_in_words(data: st.DataObject) -> None:
    trial(data, data.draw(drawings(), "drawing"))


@OFTEN
@given(st.data())
def test_what_is_known_after_an_edit_is_what_would_be_found_from_nothing(
    data: st.DataObject,
) -> None:
    """Over histories of edits: of parameters, of wires, of marks and of groups."""
    graph, before = data.draw(drawings(), "start"), None
    parts, target, _ = asked(data)
    for _ in range(data.draw(st.integers(1, 5), "edits")):
        try:
            known = infer(graph, parts, target, before)
            assert known == infer(graph, parts, target)
            before = known
        except GraphError:
            continue
        graph = data.draw(st.one_of(drawings(), st.just(graph)), "next")
        if not graph.nodes:
            return
        name = data.draw(st.sampled_from(list(graph.nodes)), "node")
        change: list[Callable[[], Graph]] = [
            lambda g=graph, n=name: g.change(n, enabled=not g.nodes[n].enabled),  # type: ignore[misc]
            lambda g=graph, n=name: g.remove(n),  # type: ignore[misc]
            lambda g=graph, n=name: g.put(n, data.draw(layers(), "layer")),  # type: ignore[misc]
            lambda g=graph: g.disconnect(*g.edges[:1]),  # type: ignore[misc]
        ]
        graph = data.draw(st.sampled_from(change), "change")()


@OFTEN
@given(st.data())
def test_what_is_drawn_comes_back_from_its_record(data: st.DataObject) -> None:
    graph = data.draw(drawings(), "drawing")
    assert graph_from(record_of_graph(graph)) == graph  # code in it is not trusted here either


@settings(OFTEN, max_examples=100)
@given(st.data())
def test_no_warning_of_torch_s_escapes(data: st.DataObject) -> None:
    graph = data.draw(drawings(), "drawing")
    parts, target, _ = asked(data)
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        try:
            find_problems(graph, infer(graph, parts, target), target)
        except GraphError:
            return
    assert not heard, [str(one.message) for one in heard]


def test_nothing_at_all_is_a_drawing_too() -> None:
    for target in (Labels(("a",)), StepLabels(("a",))):
        assert len(find_problems(Graph(), infer(Graph(), {}, target), target)) == 2


@pytest.mark.campaign
def test_thousands_of_drawings(capsys: Any) -> None:
    COUNTS.clear()

    @CAMPAIGN
    @given(st.data())
    def many(data: st.DataObject) -> None:
        trial(data, data.draw(drawings(10, 2), "drawing"))

    many()
    with capsys.disabled():
        print("\n" + ", ".join(f"{count:,} {what}" for what, count in COUNTS.items()))  # noqa: T201
