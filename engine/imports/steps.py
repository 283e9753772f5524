"""What no layer of the catalogue stands for, as `Operations`: steps, with the tensors of its own that they read."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import torch
from torch import Tensor

from engine.imports.draft import Bench, Draft
from engine.imports.leftover import Leftover
from engine.imports.names import proper
from engine.imports.refusal import ImportRefused
from engine.imports.sizes import BATCH, Form, Moved
from engine.imports.tape import Call, Operation, Ref, refs
from engine.layers.operations import Operations, Own, Step
from engine.modules.operations import MAKERS, as_text

LARGEST_KEPT = 1 << 20  # bytes of packed numbers in a drawing; larger ones come with the weights
LEFT_OUT = frozenset("device layout pin_memory requires_grad out memory_format generator".split())
"""Options that say where numbers lie, not what they are."""
TRAINS = {"dropout": 2, "feature_dropout": 2, "alpha_dropout": 2, "feature_alpha_dropout": 2, "batch_norm": 5,
          "lstm": 6, "gru": 6, "rnn_tanh": 6, "rnn_relu": 6, "packed_rnn": 8}  # fmt: skip
"""Where an operation is told whether the module is being trained."""


@dataclass(eq=False)
class Writer:
    """Writes the steps of one node."""

    bench: Bench
    leftover: Leftover
    anchors: set[int]
    steps: list[Step] = field(default_factory=list)
    wires: list[int] = field(default_factory=list)
    owned: dict[int, str] = field(default_factory=dict)
    done: dict[int, tuple[Any, ...]] = field(
        default_factory=dict
    )  # what a value of the tape is called

    def value(self, number: int) -> tuple[Any, ...]:
        """How a value of the tape is referred to; what makes it is written before."""
        if number in self.done:
            return self.done[number]
        source = self.bench.runs.tapes[0].values[number].source
        if number in self.bench.piped:
            found: tuple[Any, ...] = self._step("get", ("in", self._wire(self._pipe(number))), 0)
        elif source == "own":
            found = ("own", self._own(number))
        elif self.is_inside(number):
            self._operation(self.leftover.makers[number])
            return self.done[number]
        else:
            found = self._unlaid(number)
        self.done[number] = found
        return found

    def _pipe(self, number: int) -> int:
        """The value that brings a parameter to all who read it, the same for each example."""
        known = self.bench.piped[number]
        if known is not None:
            return known
        bench, own = self.bench, self.bench.runs.tapes[0].values[number].content
        extra = bench.beside([own.expand(run[BATCH], *own.shape) for run in bench.runs.sizes])
        bench.piped[number] = extra
        writer = Writer(bench, self.leftover, set())
        name = ("own", writer._own(number))
        sizes = ("list", writer.count(Moved((((BATCH,), Fraction(1)),))), *(-1,) * own.ndim)
        step = writer._step("Tensor.expand", name, sizes)
        bench.try_out(writer.made([extra], (step,), bench.runs.tapes[0].root))
        return extra

    @classmethod
    def added(cls, bench: Bench, source: int, own: int, target: int, level: Call) -> Draft:
        """A node that adds a tensor of the module's own to what comes in."""
        writer = cls(bench, Leftover(), set())
        step = writer._step("torch.add", ("in", writer._wire(source)), ("own", writer._own(own)))
        return writer.made([target], (step,), level)

    def is_inside(self, number: int) -> bool:
        """Whether a value is made within this node, not brought by a wire."""
        return number in self.leftover.makers and number not in self.anchors

    def _own(self, number: int) -> str:
        value = self.bench.runs.tapes[0].values[number]
        stem = proper(value.name.rpartition(".")[2] or "constant", "constant")
        name, count = stem, 1
        while name in self.owned.values() or hasattr(torch.nn.Module, name):
            count += 1
            name = f"{stem}_{count}"
        self.owned[number] = name
        return name

    def _wire(self, number: int) -> int:
        number = self.bench.root(number)
        if number not in self.wires:
            self.wires.append(number)
        return self.wires.index(number)

    def _step(self, op: str, *given: Any, **named: Any) -> tuple[Any, ...]:
        self.steps.append(Step(op=op, given=given, named=tuple(named.items())))
        return ("step", len(self.steps) - 1)

    def _unlaid(self, number: int) -> tuple[Any, ...]:
        """A value that a wire brings, as it was in the module."""
        found: tuple[Any, ...] = ("in", self._wire(number))
        form = self.bench.runs.forms[number] or Form()
        if form.chunk != 1:
            found = self._step("Tensor.flatten", found, 0, 1)
        return self._step("Tensor.movedim", found, 0, form.axis) if form.axis else found

    def laid(self, number: int) -> tuple[Any, ...]:
        """A value as it goes out on a wire."""
        found, form = self.value(number), self.bench.runs.forms[number] or Form()
        if form.axis:
            found = self._step("Tensor.movedim", found, form.axis, 0)
        if form.chunk != 1:
            rest = ("list", self.count(Moved((((BATCH,), Fraction(1)),))), -1)
            found = self._step("Tensor.unflatten", found, 0, rest)
        return found

    # -- what a step is given ---------------------------------------------------------------------------

    def _operation(self, entry: Operation) -> None:
        """Write the step of an operation, after those that it reads."""
        given, named = self.bench.runs.given[id(entry)]
        for number in dict.fromkeys(refs((given, named))):
            self.value(number)
        trained, named_trained = self.bench.runs.trained.get(id(entry), ((), {}))
        words = [
            self._when(self.given(one), *trained[place : place + 1])
            for place, one in enumerate(given)
        ]
        options = {
            key: self._when(
                self.given(one), *([named_trained[key]] if key in named_trained else [])
            )
            for key, one in named.items()
            if key not in LEFT_OUT
        }
        self._polish(entry, words, options)
        # What a wire brings may be laid out otherwise in memory, which a view does not take.
        name = "Tensor.reshape" if entry.name == "Tensor.view" else entry.name
        found = self._step(name, *words, **options)
        for number, path in _paths(entry.results):
            self.done[number] = (*found, *path)

    def _polish(self, entry: Operation, words: list[Any], options: dict[str, Any]) -> None:
        """Say what depends on training and what kind of numbers is made; leave out where they lie."""
        word = entry.name.rpartition(".")[2]
        place = TRAINS.get(word)
        if place is not None and place < len(words) and words[place] is False:
            words[place] = ("training",)
        if word == "cdist":
            del words[3:]  # which way it is computed
        if not isinstance(entry.results, Ref):
            return
        made = self.bench.runs.tapes[0].values[entry.results.value].content
        dtype = ("dtype", str(made.dtype).removeprefix("torch."))
        if word in MAKERS:
            options.setdefault("dtype", dtype)
        if word == "to":  # of a change of kind and place, the kind is left
            words[1:] = [dtype]
            options.clear()

    def _when(self, value: Any, *trained: Any) -> Any:
        """A number or word that is another while the module is trained."""
        plain = all(isinstance(one, bool | float | int) for one in (value, *trained))
        if trained and plain and (value, type(value)) != (trained[0], type(trained[0])):
            return ("when", trained[0], value)
        return value

    def given(self, value: Any) -> Any:
        """A value that an operation was given, as a step holds it. Raises ImportRefused."""
        match value:
            case Ref():
                return self.value(value.value)
            case Moved():
                return self.count(value)
            case torch.Size() | list():
                return ("list", *map(self.given, value))
            case tuple():
                return ("tuple", *map(self.given, value))
            case slice():
                return ("slice", *map(self.given, (value.start, value.stop, value.step)))
            case bool() | int() | str() | None:
                return value
            case float():
                return value if math.isfinite(value) else ("float", str(value))
            case torch.dtype():
                return ("dtype", str(value).removeprefix("torch."))
            case type() if value in (float, int, bool):
                return ("dtype", {float: "float32", int: "int64", bool: "bool"}[value])
        if value is Ellipsis:
            return ("rest",)
        if isinstance(value, torch.device):
            return None
        raise ImportRefused(f"An operation is given {value!r}, which a drawing cannot hold.")

    def count(self, moved: Moved) -> tuple[Any, ...]:
        """A number that follows from the sizes of what comes in."""
        over = math.lcm(*(factor.denominator for _, factor in moved.terms))
        terms, plus = [], 0
        for term, factor in moved.terms:
            times = int(factor * over)
            if not term:
                plus = times
            else:
                terms.append((times, *(self._size(name) for name in term)))
        return ("count", plus, over, *terms)

    def _size(self, name: str) -> tuple[int, int]:
        """Where a length can be read: which wire, and which of its axes."""
        bench = self.bench
        if name == BATCH:
            if not self.wires:
                self._wire(bench.runs.inputs[0])
            return (0, 0)
        for number in (*self.wires, *bench.runs.inputs):
            sizes = bench.axes[number].sizes
            if name in sizes:
                return (self._wire(number), 1 + sizes.index(name))
        raise ImportRefused(f"The length “{name}” cannot be read where it is needed.")

    def draft(self, results: list[int]) -> Draft:
        """The node that gives these values."""
        bench = self.bench
        self._operation(self.leftover.makers[results[0]])
        found = tuple(self.laid(number) for number in results)
        if not self.wires:
            self._wire(bench.runs.inputs[0])
        found = tuple(one if one[0] == "step" else self._step("torch.clone", one) for one in found)
        entry = self.leftover.makers[results[0]]
        stem = entry.level.path if entry.name == "packed_rnn" else ""
        return self.made(results, found, entry.level, stem)

    def made(
        self, results: list[int], found: tuple[Any, ...], level: Call, stem: str = ""
    ) -> Draft:
        """The node of all steps that were written."""
        layer = Operations(
            steps=tuple(self.steps),
            results=found,
            tensors=tuple(self._tensor(number, name) for number, name in self.owned.items()),
            into=len(self.wires),
            senses=tuple(self.bench.wanted.get(number, "") for number in results),
        )
        ports = [port.name for port in layer.inputs]
        outputs = {port.name: number for port, number in zip(layer.outputs, results, strict=True)}
        state = {name: number for number, name in self.owned.items()}
        words = tuple(dict.fromkeys(step.op for step in self.steps))
        inputs = list(zip(ports, self.wires, strict=True))
        return Draft(layer, inputs, outputs, level, stem, state, None, words)

    def _tensor(self, number: int, name: str) -> Own:
        value = self.bench.runs.tapes[0].values[number]
        numbers = value.content.detach()
        dtype = str(numbers.dtype).removeprefix("torch.")
        whole = numbers.float() if numbers.dtype != torch.complex64 else numbers.real
        mean = float(whole.mean()) if numbers.numel() else 0.0
        spread = float(whole.std()) if numbers.numel() > 1 and value.learnt else 0.0
        values = "" if value.learnt else _kept(numbers)
        return Own(
            name=name,
            shape=tuple(numbers.shape),
            dtype=dtype,
            learnt=value.learnt,
            mean=mean if math.isfinite(mean) else 0.0,
            deviation=spread if math.isfinite(spread) else 0.0,
            values=values,
        )


def _kept(numbers: Tensor) -> str:
    text = as_text(numbers)
    return text if len(text) <= LARGEST_KEPT else ""


def _paths(results: Any, path: tuple[int, ...] = ()) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Each value in what an operation gave, and the way to it."""
    if isinstance(results, Ref):
        yield results.value, path
    elif isinstance(results, tuple):
        for place, inner in enumerate(results):
            yield from _paths(inner, (*path, place))
