"""A network run step by step: what it says comes next, given what was written so far.

What hears from the written part of a sample is run one step at a time, and recurrent layers carry their states from
step to step; what does not, such as an encoder, is run once. Where a layer mixes steps in another way (attention of a
sequence to itself, a convolution, a layer that reads both ways) that would be wrong: so a few steps are compared with
the whole run first, and if they differ, all that was written is run anew at each step.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

import torch
from torch import Tensor, fx, nn

from engine.network import Network

TRIED = 4  # steps for which the two ways are compared
CLOSE = 1e-4  # of the scores, which are float32: as two orders of adding up differ


class Uncarried(Exception):  # noqa: N818 - says what is the case
    """The network cannot be run step by step."""


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """Where some texts stand. `given` is what was run once, or fed; `memory` what is carried, or all written so far."""

    rows: int
    given: Mapping[fx.Node | int, object]
    memory: Mapping[fx.Node, tuple[Tensor, ...]]
    written: Tensor | None = None  # (rows, steps)

    def choose(self, places: Tensor) -> "State":
        """The texts at these places, in this order; one may come twice."""
        count = len(places)
        given = {key: _chosen(value, places, self.rows) for key, value in self.given.items()}
        memory = {
            node: tuple(m.index_select(0, places) for m in of) for node, of in self.memory.items()
        }
        written = None if self.written is None else self.written.index_select(0, places)
        return State(count, given, memory, written)


def _chosen(value: object, places: Tensor, rows: int) -> object:
    if isinstance(value, tuple):
        return tuple(_chosen(part, places, rows) for part in value)
    if isinstance(value, Tensor) and value.ndim and value.shape[0] == rows:
        return value.index_select(0, places)
    return value


class Loop(Protocol):
    """A network as something that is told symbols and says the scores of the next."""

    def begin(self, fed: Mapping[str, Tensor], rows: int) -> State:
        """The state before anything is written. `fed` holds the other tensors by the names of their feeds."""
        ...

    def step(self, state: State, symbols: Tensor) -> tuple[Tensor, State]:
        """Write a symbol (rows,) each: the scores (rows, symbols) of what follows, and the state after it."""
        ...

    @property
    def way(self) -> tuple[tuple[str, ...], int | None]:
        """The layers whose states are carried; without any, how many symbols are read anew at most."""
        ...


class Carried:
    """Runs one step at a time, with states that are carried."""

    def __init__(self, network: Network, written: str, result: int) -> None:
        self._module = network.module
        nodes = list(network.module.graph.nodes)
        places = [node for node in nodes if node.op == "placeholder"]
        feeds = dict(zip(places, network.feeds, strict=True))
        self._entry = next(n for n, f in feeds.items() if f.part == written and not f.lengths)
        counted = [n for n, f in feeds.items() if f.part == written and f.lengths]
        self._counts = _hearing(nodes, counted)
        self._end = nodes[-1].args[0][result]
        needed = _leading_to(self._end)
        moves = _hearing(nodes, [self._entry]) - {self._entry}
        self._moving = [node for node in nodes if node in moves and node in needed]
        self._still = [n for n in nodes if n in needed and n not in moves and n not in self._counts]
        self._names = {node: feed.name for node, feed in feeds.items()}
        if any(isinstance(m, nn.RNNBase) and m.bidirectional for m in map(self._at, self._moving)):
            raise Uncarried

    def _at(self, node: fx.Node) -> nn.Module | None:
        return self._module.get_submodule(str(node.target)) if node.op == "call_module" else None

    def begin(self, fed: Mapping[str, Tensor], rows: int) -> State:
        env: dict[fx.Node | int, object] = {}
        for node in self._still:
            if node.op == "placeholder":
                if node is not self._entry:
                    env[node] = fed[self._names[node]]
            else:
                env[node] = self._run(node, env, {})
        wanted = {source for node in self._moving for source in node.all_input_nodes}
        return State(rows, {key: value for key, value in env.items() if key in wanted}, {})

    def step(self, state: State, symbols: Tensor) -> tuple[Tensor, State]:
        env = dict(state.given)
        env[self._entry] = symbols[:, None]
        memory = dict(state.memory)
        for node in self._moving:
            env[node] = self._run(node, env, memory)
        scores = env[self._end]
        if not isinstance(scores, Tensor) or scores.ndim != 3 or scores.shape[1] != 1:
            raise Uncarried
        return scores[:, 0], replace(state, memory=memory)

    @property
    def way(self) -> tuple[tuple[str, ...], int | None]:
        names = [
            str(node.target) for node in self._moving if isinstance(self._at(node), nn.RNNBase)
        ]
        alone = len(set(names)) == len(names)  # one that is called twice has two states
        return tuple(names) if alone else (), None

    def _run(
        self,
        node: fx.Node,
        env: Mapping[fx.Node | int, object],
        memory: dict[fx.Node, tuple[Tensor, ...]],
    ) -> object:
        found: Any = env
        arguments = fx.node.map_arg(node.args, found.get)
        without = {**found, **dict.fromkeys(self._counts)}
        options = fx.node.map_arg(node.kwargs, without.get)
        if node.op == "call_function":
            return node.target(*arguments, **options)  # type: ignore[operator]
        module = self._at(node)
        if module is None:
            raise Uncarried
        if not isinstance(module, nn.RNNBase) or node not in self._moving:
            return module(*arguments, **options)
        kept = memory.get(node)
        result = module(arguments[0], *kept) if kept else module(*arguments)
        memory[node] = tuple(result[1:])
        return result


def _hearing(nodes: list[fx.Node], sources: list[fx.Node]) -> set[fx.Node]:
    """These and all that hear from them, directly or not."""
    found = set(sources)
    for node in nodes:
        if node.op != "output" and any(source in found for source in node.all_input_nodes):
            found.add(node)
    return found


def _leading_to(end: fx.Node) -> set[fx.Node]:
    found, waiting = {end}, [end]
    while waiting:
        for source in waiting.pop().all_input_nodes:
            if source not in found:
                found.add(source)
                waiting.append(source)
    return found


class Recomputed:
    """Runs all that was written anew at each step; of a longer text the last `window` symbols, if there is one."""

    def __init__(
        self, network: Network, written: str, result: int, window: int | None = None
    ) -> None:
        self._network, self._written, self._result = network, written, result
        self._window = window

    def begin(self, fed: Mapping[str, Tensor], rows: int) -> State:
        given: dict[fx.Node | int, object] = {
            place: fed[feed.name]
            for place, feed in enumerate(self._network.feeds)
            if feed.part != self._written
        }
        return State(rows, given, {})

    def step(self, state: State, symbols: Tensor) -> tuple[Tensor, State]:
        before = state.written
        written = symbols[:, None] if before is None else torch.cat([before, symbols[:, None]], 1)
        if self._window is not None:
            written = written[:, -self._window :]
        scores = self._scores(state, written)
        return scores[:, written.shape[1] - 1], replace(state, written=written)

    @property
    def way(self) -> tuple[tuple[str, ...], int | None]:
        return (), self._window

    def _scores(self, state: State, written: Tensor) -> Tensor:
        counts = torch.full((len(written),), written.shape[1], device=written.device)
        inputs = []
        for place, feed in enumerate(self._network.feeds):
            mine = counts if feed.lengths else written
            inputs.append(mine if feed.part == self._written else state.given[place])
        found: Tensor = self._network.module(*inputs)[self._result]
        return found


def loop_of(
    network: Network,
    written: str,
    result: int,
    fed: Mapping[str, Tensor],
    symbols: int,
    window: int | None = None,
) -> Loop:
    """The quick way where it gives the same, or the one that always does. `fed` are the other inputs of one text.

    The network should be in inference mode, without gradients.
    """
    slow = Recomputed(network, written, result, window)
    try:
        quick = Carried(network, written, result)
        return quick if _same(quick, slow, fed, symbols) else slow
    except Exception:  # noqa: BLE001 (a layer may raise anything at a single step)
        return slow


def _same(quick: Loop, slow: Loop, fed: Mapping[str, Tensor], symbols: int) -> bool:
    """Whether the first steps of both ways agree, for some symbols far apart."""
    device = next((tensor.device for tensor in fed.values()), None)
    told = [(7 * place + 3) * (symbols - 1) // 31 % symbols for place in range(TRIED)]
    one, other = quick.begin(fed, 1), slow.begin(fed, 1)
    for symbol in told:
        symbol_ = torch.tensor([symbol], device=device)
        a, one = quick.step(one, symbol_)
        b, other = slow.step(other, symbol_)
        if not torch.allclose(a, b, rtol=CLOSE, atol=CLOSE):
            return False
    return True
