"""Whether a drawing gives what its module gives: results on other examples, node by node where they differ; gradients.

A drawing whose results differ is refused, with the first node that differs. One whose gradients differ is not: what it
predicts is right, and a remark says what is learnt otherwise.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

import torch
from torch import Tensor, nn

from engine.graph import NodeId
from engine.imports.assembling import Drawing
from engine.imports.draft import Bench
from engine.imports.refusal import ImportRefused
from engine.imports.sizes import Form
from engine.imports.tape import Operation, Tape
from engine.network import Network

CHECKED = 4  # examples in the run that judges
TOLERANCE = 1e-5  # of the largest number, or of 1
GRADIENTS = 1e-3  # of the largest gradient
LISTED = 3  # names in a sentence


@dataclass(eq=False)
class Check:
    """A drawing, built, beside the module that it was made of, both given the same fresh examples.

    `given` are the arguments of the module, `fed` those of the network; `record` writes down a run of the module.
    """

    bench: Bench
    drawing: Drawing
    network: Network
    module: nn.Module
    given: Mapping[str, Tensor]
    fed: Sequence[Tensor]
    results: Mapping[str, int]
    record: Callable[[nn.Module, Mapping[str, Tensor]], Tape]

    def difference(self) -> float:
        """The largest difference of the results, relative to the largest number. Raises ImportRefused."""
        torch.manual_seed(0)
        tape = self.record(self.module, self.given)
        self._same_way(tape)
        found = self._run()
        worst = 0.0
        for name, number in self.results.items():
            one, other = self._wanted(tape, number), found[self.network.outputs[NodeId(name)]]
            if one.shape != other.shape:
                raise ImportRefused("The drawing gives results of another shape than the module.")
            worst = max(worst, gap(one, other))
        if not worst <= TOLERANCE:
            raise self._apart(tape, worst)
        return worst

    def _run(self) -> tuple[Tensor, ...]:
        with torch.no_grad():
            torch.manual_seed(0)
            try:
                found: tuple[Tensor, ...] = self.network.module(*self.fed)
            except (RuntimeError, ValueError, IndexError, TypeError) as error:
                raise ImportRefused(
                    "The drawing cannot be run on a batch of another size than those that were recorded.",
                    detail=str(error),
                ) from error
        return found

    def _wanted(self, tape: Tape, number: int) -> Tensor:
        form = self.bench.runs.forms[number] or Form()
        return form.laid(tape.values[number].content, CHECKED)

    def _same_way(self, tape: Tape) -> None:
        """That the module did with these examples what it did with those that were recorded."""
        first = self.bench.runs.tapes[0]
        for one, other in zip_longest(first.root.walk(), tape.root.walk()):
            names = [_said(entry) for entry in (one, other) if entry is not None]
            if len(set(names)) == 1 and len(names) == 2:
                continue
            entry = one or other
            level = entry.level if isinstance(entry, Operation) else entry.parent
            where = (level.path if level else "") or "the module itself"
            took = " in the one run and ".join(names) + (" in the other" if names[1:] else "")
            raise ImportRefused(
                "What the module does depends on the numbers that it is given, which a drawing cannot follow: "
                f"{where} does {took}.",
                where=where,
            )

    def _apart(self, tape: Tape, worst: float) -> ImportRefused:
        """What to say where results differ: the first node at which they do."""
        torch.manual_seed(0)
        with torch.no_grad():
            values = self.network.trace(*self.fed).values
        sentence = f"The drawing does not give what the module gives: they differ by {worst:.2g}"
        for draft, name in self._nodes():
            number = next(iter(draft))
            if name not in values or number >= len(tape.values):
                continue
            one, other = self._wanted(tape, number), values[NodeId(name)]
            if one.shape != other.shape or not gap(one, other) <= TOLERANCE:
                by = f" by {gap(one, other):.2g}" if one.shape == other.shape else " in its sizes"
                return ImportRefused(
                    f"{sentence}, and the first that differs is {name},{by}.", where=name
                )
        return ImportRefused(f"{sentence}.")

    def _nodes(self) -> Iterator[tuple[tuple[int, ...], str]]:
        """Each node in the order in which they are run: what its first output is on the tape, and its name."""
        paths = self.drawing.paths
        made = {paths[id(draft)]: tuple(draft.outputs.values()) for draft in self.bench.drafts}
        for name in self.network.order:
            if name in made:
                yield made[name], name

    # -- gradients ---------------------------------------------------------------------------

    def remarks(self) -> Iterator[str]:
        """What is learnt otherwise in the drawing, and why, as far as that can be seen."""
        try:
            functions, wanted = self._of_module()
            found = self._of_network()
        except Exception:  # noqa: BLE001 (a module that is not made to be trained raises whatever it likes)
            return
        if functions:
            yield (
                f"{', '.join(functions)} has a gradient of its own, written in Python; the drawing has the usual one."
            )
        top = max((float(one.abs().max()) for one in wanted.values() if one.numel()), default=0.0)
        apart = [
            name
            for name, one in found.items()
            if not float((one - wanted.get(name, torch.zeros_like(one))).abs().max())
            <= GRADIENTS * max(top, 1e-12)
        ]
        if apart:
            more = f" and {len(apart) - LISTED} more" if len(apart) > LISTED else ""
            yield f"Trained otherwise than in the module: {', '.join(apart[:LISTED])}{more}."

    def _of_module(self) -> tuple[list[str], dict[str, Tensor]]:
        torch.manual_seed(0)
        self.module.zero_grad()
        with torch.enable_grad():
            tape = self.record(self.module, self.given)
            numbers = self.results.values()
            results = [self._wanted(tape, number) for number in numbers]
            functions = own_functions(results)
            _pull(results)
        named = self.module.named_parameters()
        return functions, {name: one.grad for name, one in named if one.grad is not None}

    def _of_network(self) -> dict[str, Tensor]:
        """The gradients of the drawing's weights by the names that they bear in the module."""
        torch.manual_seed(0)
        with torch.enable_grad():
            found = self.network.module(*self.fed)
            _pull([found[self.network.outputs[NodeId(name)]] for name in self.results])
        values = self.bench.runs.tapes[0].values
        sums: dict[str, Tensor] = {}
        for name, one in self.network.module.named_parameters():
            known = values[self.drawing.weights[name]].name
            if one.grad is not None:
                sums[known] = sums[known] + one.grad if known in sums else one.grad
        self.network.module.zero_grad()
        return sums


def gap(one: Tensor, other: Tensor) -> float:
    """The largest difference, relative to the largest number of the first, or to 1."""
    if not one.numel():
        return 0.0
    difference = (one.double() - other.double()).abs()
    return float(difference.max()) / max(1.0, float(one.abs().max()))


def _said(entry: object) -> str:
    if isinstance(entry, Operation):
        return f"“{entry.name.rpartition('.')[2]}”"
    return f"a call of {getattr(entry, 'path', '') or 'itself'}"


def _pull(results: Sequence[Tensor]) -> None:
    """Backwards from made-up directions at each result, the same ones each time."""
    chance = torch.Generator().manual_seed(5)
    pulled = [one for one in results if one.requires_grad and one.is_floating_point()]
    drawn = [torch.randn(one.shape, generator=chance) for one in results]
    ways = [way for one, way in zip(results, drawn, strict=True) if any(one is p for p in pulled)]
    if pulled:
        torch.autograd.backward(pulled, ways)


def own_functions(results: Sequence[Tensor]) -> list[str]:
    """The names of the autograd functions written in Python that lead to these results."""
    found: set[str] = set()
    seen: set[object] = set()
    todo = [one.grad_fn for one in results]
    while todo:
        node = todo.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        if isinstance(node, torch.autograd.function.BackwardCFunction):
            found.add(type(node).__name__.removesuffix("Backward"))
        todo += [before for before, _ in node.next_functions]
    return sorted(found)
