"""Where nodes of a new drawing stand: layers from left to right by their depth, straight lines where there is room."""

from engine.graph import Graph, NodeId, Point

STEP_RIGHT, STEP_DOWN = (
    220.0,
    240.0,
)  # px between columns and rows: room for the widest node and the tallest card
START: Point = (40.0, 120.0)


def tidy(graph: Graph) -> Graph:
    """The drawing with each node right of those it hears from, none upon another."""
    columns = _columns(graph)
    rows = _rows(graph, columns)
    return graph.move(
        {
            name: (START[0] + STEP_RIGHT * columns[name], START[1] + STEP_DOWN * rows[name])
            for name in graph.nodes
        }
    )


def _columns(graph: Graph) -> dict[NodeId, int]:
    """How many wires the longest way to each node has; what hears from nobody stands just before its reader."""
    found: dict[NodeId, int] = {}
    for name in graph.order:
        before = [found[edge.source] for edge in graph.incoming.get(name, ())]
        found[name] = 1 + max(before, default=-1)
    for name in reversed(graph.order):
        after = [found[edge.target] for edge in graph.outgoing.get(name, ())]
        if after and not graph.incoming.get(name):
            found[name] = min(after) - 1
    return found


def _rows(graph: Graph, columns: dict[NodeId, int]) -> dict[NodeId, int]:
    """A line for each node: that of the first it hears from, if neither a node nor a wire passing by is there."""
    taken: set[tuple[int, int]] = set()
    found: dict[NodeId, int] = {}
    for name in sorted(graph.order, key=lambda one: columns[one]):
        edges = graph.incoming.get(name, ())
        wanted = found[edges[0].source] if edges else 0
        if len(edges) > 1:  # where ways meet, go on along the uppermost
            wanted = min(found[edge.source] for edge in edges)
        first = min((columns[edge.source] for edge in edges), default=columns[name] - 1)
        row = wanted
        while (columns[name], row) in taken or _crosses(graph, name, row, columns, found, taken):
            row += 1
        found[name] = row
        taken.add((columns[name], row))
        _reserve(graph, name, row, (first, columns[name]), taken)
    return found


def _crosses(
    graph: Graph,
    name: NodeId,
    row: int,
    columns: dict[NodeId, int],
    found: dict[NodeId, int],
    taken: set[tuple[int, int]],
) -> bool:
    """Whether a straight wire to this row would run through a node."""
    edges = graph.incoming.get(name, ())
    if len(edges) != 1:
        return False
    source = edges[0].source
    between = range(columns[source] + 1, columns[name])
    return found[source] == row and any((column, row) in taken for column in between)


def _reserve(
    graph: Graph, name: NodeId, row: int, span: tuple[int, int], taken: set[tuple[int, int]]
) -> None:
    """Keep the line free along which a single long wire comes."""
    if len(graph.incoming.get(name, ())) == 1:
        taken.update((column, row) for column in range(span[0] + 1, span[1]))
