"""Finding nodes of a drawing by what a person types: name, kind, comment, mark, parameter, or shape.

All terms must hold. `conv` is a name, a kind or a group; `kernel 5`, `units>100` and `bias=false` are parameters by
their name or title; `28×28` (or `28x28`) is a shape that comes in or goes out, `→10` one that goes out, `10→` one that
comes in; `error`, `frozen`, `off` and `shared` are marks.
"""

import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from app.placing import second_line
from engine.axes import Axes
from engine.graph import Graph, Node, NodeId
from engine.shapes import Shapes

LEAST = 3  # letters that the beginning of a parameter's name must have
EXACT, BEGINS, HOLDS, KIND, FAR = range(5)  # how well a term fits, the best first
_COMPARED: Mapping[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "≥": operator.ge,
    "≤": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    "=": operator.eq,
    ":": operator.eq,
}
_SIGN = re.compile(r"\s*(>=|<=|≥|≤|>|<|=|:)\s*")
_SHAPE = re.compile(r"(→)?(\w+(?:[×x*]\w+)*)(→)?")
_TIMES = re.compile(r"(?<=\w)[x*](?=\d)")


@dataclass(frozen=True, slots=True)
class Hit:
    """A node that fits, with what made it fit in words."""

    name: NodeId
    why: str
    rank: int


@dataclass(frozen=True, slots=True)
class _Seen:
    """A node with what is known of it."""

    node: Node
    into: tuple[Axes, ...]
    out: tuple[Axes, ...]
    is_wrong: bool


def search(
    graph: Graph, shapes: Shapes, text: str, wrong: Iterable[NodeId | None] = ()
) -> list[Hit]:
    """The nodes that all terms of a text fit, the best first and then in the order of the network."""
    terms = _terms(text)
    if not terms:
        return []
    bad, found = set(wrong), list[Hit]()
    for name, node in graph.nodes.items():
        sized = shapes.sized.get(name)
        into = tuple(axes for axes in sized.inputs if axes is not None) if sized else ()
        out = tuple(sized.outputs.values()) if sized else ()
        fits = _fitting(_Seen(node, into, out, name in bad), terms)
        if fits is not None:
            rank, why = fits
            found.append(Hit(name, why, rank))
    return sorted(found, key=lambda hit: hit.rank)


def _terms(text: str) -> list[str]:
    """The words of a text; what stands around a sign of comparison belongs together."""
    return _SIGN.sub(r"\1", text.strip().lower().replace("->", "→")).split()


def _fitting(seen: _Seen, terms: list[str]) -> tuple[int, str] | None:
    """How well all terms fit a node, and why; None if one does not."""
    rank, why, place = 0, list[str](), 0
    while place < len(terms):
        pair = _parameter(seen.node, terms[place], "=", terms[place + 1 : place + 2])
        fit = (BEGINS, pair) if pair else _fit(seen, terms[place])
        if fit is None:
            return None
        place += 2 if pair else 1
        rank += fit[0]
        why += [fit[1]] if fit[1] and fit[1] not in why else []
    return rank, " · ".join(why)


def _fit(seen: _Seen, term: str) -> tuple[int, str] | None:
    if sign := _SIGN.search(term):
        left, right = term[: sign.start()], term[sign.end() :]
        said = _parameter(seen.node, left, sign[1], [right])
        return (BEGINS, said) if said else None
    return min(_ways(seen, term), key=lambda way: way[0], default=None)


def _ways(seen: _Seen, term: str) -> Iterator[tuple[int, str]]:
    """All ways in which a plain term fits."""
    node, name = seen.node, seen.node.id.lower()
    if term in name:
        yield (EXACT if term == name else BEGINS if name.startswith(term) else HOLDS), ""
    if term in second_line(node.layer).lower() or term in node.layer.kind().lower():
        yield KIND, ""
    if term in node.layer.group.lower():
        yield FAR, node.layer.group
    if term in node.note.lower():
        yield FAR, f"“{node.note}”"
    yield from ((HOLDS, mark) for mark in _marks(seen) if mark.startswith(term))
    yield from _shapes(seen, term)


def _marks(seen: _Seen) -> Iterator[str]:
    node = seen.node
    marks = (
        ("error", seen.is_wrong),
        ("frozen", node.frozen),
        ("off", not node.enabled),
        ("shared", node.shares is not None),
        ("comment", bool(node.note)),
    )
    return (mark for mark, holds in marks if holds)


# -- parameters ----------------------------------------------------------------------------


def _parameter(node: Node, name: str, sign: str, value: list[str]) -> str:
    """What a parameter of a node is, in words, if it has one of this name and it compares so; else nothing."""
    if not value or not name:
        return ""
    fields = type(node.layer).model_fields
    for field, info in fields.items():
        title = (info.title or field).lower()
        begins = len(name) >= LEAST and (title.startswith(name) or field.startswith(name))
        if not (begins or name in (field, *title.split())):
            continue
        own = getattr(node.layer, field)
        if any(
            _compares(one, sign, value[0]) for one in (own if isinstance(own, tuple) else (own,))
        ):
            said = "×".join(map(str, own)) if isinstance(own, tuple) else own
            return f"{info.title or field} {said}"
    return ""


def _compares(own: object, sign: str, value: str) -> bool:
    if isinstance(own, bool) or not isinstance(own, int | float):
        words = {"true": "yes", "false": "no"}
        said = str(own).lower()
        return sign in ("=", ":") and words.get(said, said) == words.get(value, value)
    try:
        return _COMPARED[sign](own, float(value))
    except ValueError:
        return False


# -- shapes --------------------------------------------------------------------------------


def _shapes(seen: _Seen, term: str) -> Iterator[tuple[int, str]]:
    match = _SHAPE.fullmatch(term)
    if match is None or not re.search(r"\d", term):
        return
    sizes = _TIMES.sub("×", match[2]).split("×")
    if len(sizes) == 1 and not (match[1] or match[3]):
        return  # a number alone is part of a name
    if not match[3]:
        yield from _matching(seen.out, sizes, "→ {}")
    if not match[1]:
        yield from _matching(seen.into, sizes, "{} →")


def _matching(shapes: tuple[Axes, ...], sizes: list[str], words: str) -> Iterator[tuple[int, str]]:
    for axes in shapes:
        own = axes.text.split("×")
        if own == sizes:
            yield EXACT, words.format(axes.text)
        elif any(own[place : place + len(sizes)] == sizes for place in range(len(own))):
            yield HOLDS, words.format(axes.text)
