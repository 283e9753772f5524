"""A tidy place for each node: columns along the wires, straight lines where there is room, nothing upon anything.

Layered drawing as Sugiyama, Tagawa and Toda 1981 describe it: columns by the longest way; long wires get a place in
each column they pass; the order in a column stays as it is on the screen, or is that of fewest crossings (medians);
heights are the nearest to those of the neighbours that leave every node its room. Long networks go on in bands.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from math import ceil, sqrt
from statistics import median

from app.placing import GRID, overlaps, size_of, snapped
from engine.graph import Graph, NodeId, Point

ACROSS, DOWN = 80.0, 40.0  # px between columns, and between nodes of a column
BAND = 80.0  # px between two bands
LINE = 1700.0  # px that one band may be wide at least
SWEEPS = 6  # there and back, for fewer crossings
SHAPE = 2.4  # width over height that a drawing of several bands is like
PASSING = 20.0  # px of height for a wire that passes through a column
Item = tuple[NodeId, int]
"""A node and its column; of a long wire, the node it comes from and a column that it passes."""


@dataclass(slots=True)
class _Draft:
    """Columns of items, who hears from whom, and how much height each item takes."""

    columns: list[list[Item]]
    before: dict[Item, list[Item]] = field(default_factory=dict)
    after: dict[Item, list[Item]] = field(default_factory=dict)
    nodes: set[Item] = field(default_factory=set)


def tidied(
    graph: Graph, names: Collection[NodeId] | None = None, *, shuffles: bool = False
) -> dict[NodeId, Point]:
    """New places for nodes: of all, or of some among which only the wires between them count.

    Args:
        graph: The drawing. Raises GraphError if it runs in a circle.
        names: Those to move; all of them if None.
        shuffles: Let the order of nodes in a column be that of fewest crossings instead of the present one.
    """
    chosen = [name for name in graph.order if names is None or name in names]
    if not chosen:
        return {}
    draft = _drafted(graph, chosen)
    if shuffles:
        _uncross(draft)
    tops = _tops(graph, draft)
    places = _in_bands(graph, draft, tops, wraps=names is None)
    return _anchored(graph, places, names is not None)


# -- columns -------------------------------------------------------------------------------


def _drafted(graph: Graph, chosen: list[NodeId]) -> _Draft:
    """Nodes in their columns in the order of their heights, and long wires in those between."""
    inside = set(chosen)
    column = _columns(graph, chosen, inside)
    draft = _Draft([[] for _ in range(1 + max(column.values()))])
    for name in sorted(chosen, key=lambda one: graph.nodes[one].position[1]):  # stable
        draft.columns[column[name]].append((name, column[name]))
        draft.nodes.add((name, column[name]))
    # Only the order counts from here on, so that what is tidy is left as it is.
    height = {
        item: place - len(items) / 2 for items in draft.columns for place, item in enumerate(items)
    }
    for name in chosen:
        edges = graph.incoming.get(name, ())
        for source in dict.fromkeys(edge.source for edge in edges if edge.source in inside):
            _thread(draft, (source, column[source]), (name, column[name]), height)
    for items in draft.columns:
        items.sort(key=lambda item: height[item])
    return draft


def _columns(graph: Graph, chosen: list[NodeId], inside: set[NodeId]) -> dict[NodeId, int]:
    """How many wires the longest way to each node has; what hears from nobody stands just before its first reader."""
    found: dict[NodeId, int] = {}
    for name in chosen:
        before = [found[e.source] for e in graph.incoming.get(name, ()) if e.source in inside]
        found[name] = 1 + max(before, default=-1)
    for name in reversed(chosen):
        after = [found[e.target] for e in graph.outgoing.get(name, ()) if e.target in inside]
        heard = [e for e in graph.incoming.get(name, ()) if e.source in inside]
        if after and not heard:
            found[name] = min(after) - 1
    return found


def _thread(draft: _Draft, source: Item, target: Item, height: dict[Item, float]) -> None:
    """Lead a wire through the columns between its ends, along with others that come from there."""
    start, end, last = height[source], height[target], source
    for column in range(source[1] + 1, target[1] + 1):
        item = target if column == target[1] else (source[0], column)
        if item not in height:
            share = (column - source[1]) / (target[1] - source[1])
            height[item] = start + (end - start) * share
            draft.columns[column].append(item)
        if last not in draft.before.setdefault(item, []):
            draft.before[item].append(last)
            draft.after.setdefault(last, []).append(item)
        last = item


def _uncross(draft: _Draft) -> None:
    """Order each column by the medians of its neighbours, there and back."""
    for sweep in range(SWEEPS):
        ways = ((draft.columns[1:], draft.before), (draft.columns[-2::-1], draft.after))
        for columns, beside in ways[:: 1 if sweep % 2 == 0 else -1]:
            for items in columns:
                rank = _ranks(draft)
                here = {item: place for place, item in enumerate(items)}
                items.sort(
                    key=lambda item, here=here, rank=rank, beside=beside: median(  # type: ignore[misc]
                        [rank[other] for other in beside.get(item, ())] or [here[item]]
                    )
                )


def _ranks(draft: _Draft) -> dict[Item, int]:
    return {item: place for items in draft.columns for place, item in enumerate(items)}


# -- heights -------------------------------------------------------------------------------


def _tops(graph: Graph, draft: _Draft) -> dict[Item, float]:
    """The upper edge of each item: as near to its neighbours' as its column allows; there, back, and there again."""
    tops: dict[Item, float] = {}
    there, back = (draft.columns, draft.before), (draft.columns[::-1], draft.after)
    for columns, beside in (there, back, there):
        for items in columns:
            wanted = [_wanted(item, beside, tops) for item in items]
            rooms = [_room(graph, draft, item) for item in items]
            tops.update(zip(items, _spread(wanted, rooms), strict=True))
    return tops


def _wanted(item: Item, beside: Mapping[Item, list[Item]], tops: Mapping[Item, float]) -> float:
    """Where an item would best be: in the middle of those it is joined to, or where it is."""
    known = [tops[other] for other in beside.get(item, ()) if other in tops]
    return median(known) if known else tops.get(item, 0.0)


def _room(graph: Graph, draft: _Draft, item: Item) -> float:
    node = graph.nodes[item[0]]
    return (size_of(node)[1] if item in draft.nodes else PASSING) + DOWN


def _spread(wanted: list[float], rooms: list[float]) -> list[float]:
    """The tops nearest to those wanted that keep the order and leave each its room (pool adjacent violators)."""
    offset, pools = 0.0, list[tuple[float, int]]()  # a mean, and how many it is of
    offsets = []
    for want, room in zip(wanted, rooms, strict=True):
        offsets.append(offset)
        mean, count = want - offset, 1
        while pools and pools[-1][0] > mean:
            before, many = pools.pop()
            mean, count = (before * many + mean * count) / (many + count), many + count
        pools.append((mean, count))
        offset += room
    means = [mean for mean, count in pools for _ in range(count)]
    return [mean + offset for mean, offset in zip(means, offsets, strict=True)]


# -- places --------------------------------------------------------------------------------


def _in_bands(
    graph: Graph, draft: _Draft, tops: Mapping[Item, float], *, wraps: bool
) -> dict[NodeId, Point]:
    """Places of the nodes; a network that is far longer than high goes on below, again from the left."""
    widths = [
        ACROSS
        + max((_width_of(graph, item[0]) for item in items if item in draft.nodes), default=0.0)
        for items in draft.columns
    ]
    bands = _bands(widths, _height(graph, draft.nodes, tops)) if wraps else [range(len(widths))]
    found: dict[NodeId, Point] = {}
    top = 0.0
    for band in bands:
        items = [item for column in band for item in draft.columns[column] if item in draft.nodes]
        upper = min(tops[item] for item in items)
        left = 0.0
        for column in band:
            for item in draft.columns[column]:
                if item in draft.nodes:
                    found[item[0]] = snapped((left, top + tops[item] - upper))
            left += GRID * ceil(widths[column] / GRID)
        top += GRID * ceil((_height(graph, items, tops) + BAND) / GRID)
    return found


def _bands(widths: list[float], height: float) -> list[range]:
    """Columns by the band they stand in, bands about equally wide."""
    count = max(1, round(sqrt(sum(widths) / (SHAPE * (height + BAND)))))
    count = 1 if sum(widths) <= LINE else count
    each = ceil(len(widths) / count)
    return [range(start, min(start + each, len(widths))) for start in range(0, len(widths), each)]


def _height(graph: Graph, items: Iterable[Item], tops: Mapping[Item, float]) -> float:
    ends = [(tops[item], tops[item] + size_of(graph.nodes[item[0]])[1]) for item in items]
    return max(end for _, end in ends) - min(start for start, _ in ends)


def _width_of(graph: Graph, name: NodeId) -> float:
    return size_of(graph.nodes[name])[0]


def _anchored(graph: Graph, places: dict[NodeId, Point], is_part: bool) -> dict[NodeId, Point]:
    """The places moved to where the nodes stood; a part of a drawing as far down as it must to touch no other node."""
    old = [graph.nodes[name].position for name in places]
    by = [
        min(place[axis] for place in old) - min(place[axis] for place in places.values())
        for axis in (0, 1)
    ]
    moved = {name: snapped((x + by[0], y + by[1])) for name, (x, y) in places.items()}
    while is_part and any(
        overlaps(graph, place, (_width_of(graph, name), size_of(graph.nodes[name])[1]), places)
        for name, place in moved.items()
    ):
        moved = {name: (x, y + 2 * GRID) for name, (x, y) in moved.items()}
    return moved
