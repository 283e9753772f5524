"""The steps of an imported node as a module that a person could have written: one line a step, no interpreter."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from engine.export.words import INDENT, WIDTH, called, literal
from engine.modules.operations import DTYPES, MAKERS, OURS, unpacked

SHORT = 70  # letters of a tensor that is written out
SAME = frozenset(
    """adaptive_avg_pool2d adaptive_avg_pool3d elu glu hardsigmoid hardswish hardtanh leaky_relu mish pad relu6
    silu""".split()
)
"""What torch.nn.functional takes as the operation beneath it does."""


@dataclass(slots=True)
class Stepping:
    """Writes one class; `copies` are functions of `engine.modules.operations` that it needs."""

    steps: Sequence[tuple[str, Any, Any]]
    results: Sequence[Any]
    tensors: Sequence[Any]
    copies: set[str] = field(default_factory=set)
    names: list[str] = field(default_factory=list)  # of what each step gives
    counts: dict[str, int] = field(default_factory=dict)

    def text(self, kind: str, said: str) -> str:
        """The class of this name, with what is said of it in its docstring."""
        lines = [f"class {kind}(nn.Module):", f'{INDENT}"""{said}"""', ""]
        if self.tensors:
            lines += [f"{INDENT}def __init__(self) -> None:", f"{INDENT * 2}super().__init__()"]
            for own in self.tensors:
                lines += self._own(*own)
            lines.append("")
        given = [f"{name}: Tensor" for name in self._inputs()]
        count = len(self.results)
        gives = "Tensor" if count == 1 else f"tuple[{', '.join(['Tensor'] * count)}]"
        lines += called("def forward", ["self", *given], f" -> {gives}:", INDENT)
        lines += self._body()
        return "\n".join(lines)

    def _inputs(self) -> list[str]:
        places = [*_places((self.steps, self.results)), 0]
        return ["x"] if not any(places) else [f"x_{place + 1}" for place in range(max(places) + 1)]

    def _body(self) -> Iterator[str]:
        inputs, last = self._inputs(), len(self.steps) - 1
        is_last = tuple(self.results) == (("step", last),)
        for place, (op, given, named) in enumerate(self.steps):
            at_end = is_last and place == last and op != "put"
            yield from self._step(op, given, named, inputs, at_end)
        if not is_last or self.steps[last][0] == "put":
            found = ", ".join(self.value(value, inputs) for value in self.results)
            yield f"{INDENT * 2}return {found}"

    def _step(
        self, op: str, given: Sequence[Any], named: Any, inputs: list[str], at_end: bool
    ) -> Iterator[str]:
        word = op.rpartition(".")[2].strip("_")
        self.counts[word] = self.counts.get(word, 0) + 1
        name = f"{word}_{self.counts[word]}"
        values = [self.value(value, inputs) for value in given]
        options = [f"{key}={self.value(value, inputs)}" for key, value in named]
        before = f"{INDENT * 2}{'return' if at_end else f'{name} ='} "
        self.names.append(name)
        if op == "get":
            yield f"{before}{values[0]}[{self._index(given[1], inputs)}]"
            return
        if op == "put":
            yield f"{before}{values[0]}.clone()"
            yield f"{INDENT * 2}{name}[{self._index(given[1], inputs)}] = {values[2]}"
            return
        if op in OURS:
            self.copies.add(op)
        if op.startswith("torch.") and op[6:] in MAKERS:
            options.append(f"device={inputs[0]}.device")
        head, values = self._head(op, values)
        for line in called(f"{before.strip()} {head}", [*values, *options], "", INDENT * 2):
            yield from _broken(line)

    def _head(self, op: str, values: list[str]) -> tuple[str, list[str]]:
        """What stands before the brackets, and what is left in them."""
        place, _, word = op.rpartition(".")
        if place == "Tensor":
            return f"{values[0]}.{word}", values[1:]
        if place == "nn":
            known = getattr(functional, word, None)
            plain = known is not None and (word in SAME or known is getattr(torch._C._nn, word))
            return f"{'nn.functional' if plain else 'torch._C._nn'}.{word}", values
        if place in ("linalg", "fft", "special"):
            return f"torch.{op}", values
        return op, values

    def value(self, given: Any, inputs: list[str]) -> str:
        """What a step is given, as code."""
        if not isinstance(given, tuple):
            return literal(given)
        match given:
            case ("in", int(place)):
                return inputs[place]
            case ("own", str(name)):
                return f"self.{name}"
            case ("step", int(place), *parts):
                return self.names[place] + "".join(f"[{part}]" for part in parts)
            case ("count", int(plus), int(over), *terms):
                return _count(plus, over, terms, inputs)
            case ("list", *values):
                return f"[{', '.join(self.value(value, inputs) for value in values)}]"
            case ("tuple", *values):
                inside = ", ".join(self.value(value, inputs) for value in values)
                return f"({inside},)" if len(values) == 1 else f"({inside})"
            case ("slice", *ends):
                return f"slice({', '.join(self.value(end, inputs) for end in ends)})"
            case ("dtype", str(name)) if name in DTYPES:
                return f"torch.{name}"
            case ("when", trained, otherwise):
                return f"{literal(trained)} if self.training else {literal(otherwise)}"
        return {"rest": "...", "training": "self.training"}.get(
            str(given[0])
        ) or f'float("{given[1]}")'

    def _index(self, given: Any, inputs: list[str]) -> str:
        match given:
            case ("tuple", *parts) if parts:
                return ", ".join(self._index(part, inputs) for part in parts)
            case ("slice", start, stop, step):
                ends = [
                    "" if end is None else self.value(end, inputs) for end in (start, stop, step)
                ]
                return _sliced(ends[: 3 if ends[2] else 2])
        return self.value(given, inputs)

    def _own(
        self,
        name: str,
        shape: Any,
        dtype: str,
        learnt: bool,
        mean: float,
        spread: float,
        values: str,
    ) -> list[str]:
        kind = "" if dtype == "float32" else f", dtype=torch.{dtype}"
        made = f"torch.empty({literal(tuple(shape))}{kind})"
        is_drawn = spread and dtype.startswith(("float", "bfloat"))
        made += f".normal_({mean!r}, {spread!r})" if is_drawn else f".fill_({mean!r})"
        if values:
            made = self._kept(unpacked(values, tuple(shape), DTYPES[dtype]), values)
        by = INDENT * 2
        if learnt:
            return called(f"self.{name} = nn.Parameter", [made], "", by)
        lines = called("self.register_buffer", [literal(name), made], "", by)
        if len(lines[-2:][0]) > WIDTH:
            text, *rest = made.removeprefix("unpacked(")[:-1].split(", ", 1)
            sizes, _, kind = rest[0].rpartition(", ")
            inner = [f"{by}{INDENT * 2}{part}," for part in (text, sizes, kind)]
            lines[2:3] = [f"{by}{INDENT}unpacked(", *inner, f"{by}{INDENT}),"]
        return lines

    def _kept(self, numbers: Tensor, packed: str) -> str:
        """The simplest code that gives exactly these numbers."""
        shape, kind = literal(tuple(numbers.shape)), str(numbers.dtype)
        first = numbers.flatten()[0].item() if numbers.numel() else 0
        finite = (
            isinstance(first, bool | int | float) and first == first and abs(first) != float("inf")
        )  # noqa: PLR0124
        ways = [f"torch.full({shape}, {first!r}, dtype={kind})"] if finite else []
        ways += [f"torch.arange({numbers.numel()}, dtype={kind}).view({shape})"]
        ones = f"torch.ones({shape}, dtype={kind})"
        ways += [f"{ones}.tril()", f"{ones}.triu()", f"{ones}.triu(1)"] if numbers.ndim > 1 else []
        for way, made in zip(ways, _tried(numbers, first if finite else None), strict=True):
            if made is not None and torch.equal(made, numbers):
                return way
        listed = f"torch.tensor({numbers.tolist()!r}, dtype={kind})"
        if len(listed) <= SHORT and "inf" not in listed and "nan" not in listed:
            return listed
        self.copies.add("unpacked")
        return f"unpacked({literal(packed)}, {shape}, {kind})"


def _tried(numbers: Tensor, first: Any) -> list[Tensor | None]:
    """What the simple ways to write numbers give, in their order."""
    shape, dtype = numbers.shape, numbers.dtype
    real = not dtype.is_complex
    found: list[Tensor | None] = [] if first is None else [torch.full(shape, first, dtype=dtype)]
    counts = real and dtype != torch.bool
    found.append(torch.arange(numbers.numel(), dtype=dtype).view(shape) if counts else None)
    if numbers.ndim > 1:
        ones = torch.ones(shape, dtype=dtype)
        found += [ones.tril(), ones.triu(), ones.triu(1)]
    return found


def _sliced(ends: Sequence[str]) -> str:
    """The ends of a slice with their colons, set as ruff sets them: more than a name or number stands apart."""
    if all(end.lstrip("-").isalnum() for end in ends if end):
        return ":".join(ends)
    return " : ".join(ends).replace(" :  : ", " :: ").strip()


def _broken(line: str) -> Iterator[str]:
    """A line that is too long and holds one list: an entry a line."""
    inner = line.strip()
    if len(line) <= WIDTH or not inner.startswith("[") or not inner.endswith("],") or "(" in inner:
        yield line
        return
    by = line[: len(line) - len(inner)]
    yield f"{by}["
    yield from (f"{by}{INDENT}{entry}," for entry in inner[1:-2].split(", "))
    yield f"{by}],"


def _count(plus: int, over: int, terms: Sequence[Any], inputs: list[str]) -> str:
    parts = []
    for times, *sizes in terms:
        factors = [f"{inputs[place]}.shape[{axis}]" for place, axis in sizes]
        parts.append(" * ".join([*([str(times)] if times != 1 else []), *factors]))
    text = " + ".join([*parts, *([str(plus)] if plus or not parts else [])])
    return text if over == 1 else f"({text}) // {over}"


def _places(given: Any) -> Iterator[int]:
    """The inputs that are read, in whatever depth."""
    if not isinstance(given, tuple | list):
        return
    match given:
        case ("in", int(place)):
            yield place
        case ("count", _, _, *terms):
            yield from (place for _, *sizes in terms for place, _ in sizes)
        case _:
            for inner in given:
                yield from _places(inner)


def said_of(name: str, steps: Sequence[tuple[str, Any, Any]]) -> str:
    """A line on what a node does."""
    words = dict.fromkeys(op.rpartition(".")[2].strip("_") for op, _, _ in steps)
    text = f"What stood at {name} in the imported module: {', '.join(words)}."
    most = WIDTH - len(INDENT) - 6
    return text if len(text) <= most else f"{text[: most - 10].rpartition(',')[0]} and more."
