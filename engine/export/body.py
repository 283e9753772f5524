"""The order of a network's calls folded back into the boxes that were drawn: each turn of a group is a body.

A body takes values from outside and gives some back; its modules stand at its home, which another body may share (a
repeat with the same weights, a group that shares another's). What is written of it is in `engine.export.forward`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from operator import getitem

from torch import fx

from engine.graph import NodeId
from engine.planning import Plan

Path = tuple[str, ...]
"""The way to a body or to a home, step by step: `block.0` is one step."""


@dataclass(slots=True, eq=False)
class Line:
    """The call of one node's module, with the places of its result that are read, if it gives several."""

    name: NodeId
    call: fx.Node
    target: str
    items: dict[int, fx.Node] = field(default_factory=dict)

    @property
    def values(self) -> list[fx.Node]:
        """What it makes."""
        return list(self.items.values()) or [self.call]


@dataclass(slots=True, eq=False)
class Sum:
    """Arithmetic on lengths."""

    call: fx.Node

    @property
    def values(self) -> list[fx.Node]:
        """What it makes."""
        return [self.call]


@dataclass(slots=True, eq=False)
class Body:
    """What is run in one turn of a group; that of the empty path is the whole network."""

    path: Path
    home: Path
    entries: list["Line | Sum | Body"] = field(default_factory=list)
    takes: list[fx.Node] = field(default_factory=list)  # in the order in which they are first used
    gives: list[fx.Node] = field(default_factory=list)  # in the order in which they are made
    borrows: bool = (
        False  # whether it calls modules that stand further out: it cannot be a class by itself
    )

    def inside(self) -> Iterator[fx.Node]:
        """All that is made in it, in order."""
        for entry in self.entries:
            yield from entry.inside() if isinstance(entry, Body) else entry.values

    def lines(self) -> Iterator[Line]:
        """All calls in it and in the bodies in it."""
        for entry in self.entries:
            if isinstance(entry, Body):
                yield from entry.lines()
            elif isinstance(entry, Line):
                yield entry

    def bodies(self) -> Iterator["Body"]:
        """The bodies in it and in these, inner ones first."""
        for entry in self.entries:
            if isinstance(entry, Body):
                yield from entry.bodies()
                yield entry


def steps_of(name: str) -> Path:
    """The path to what bears a name such as `block.0.conv_1`: `("block.0", "conv_1")`."""
    return tuple(re.findall(r"[^.]+(?:\.\d+)*", name))


def family(path: Path) -> Path:
    """The group that a path leads to, whatever the turn."""
    return tuple(re.sub(r"[.#]\d+", "", step) for step in path)


def folded(plan: Plan) -> Body:
    """The whole network as a body with bodies in it."""
    for node in reversed(plan.graph.nodes):  # lengths that nobody reads
        if node.op == "call_function" and not node.users:
            plan.graph.erase_node(node)
    root = Body((), ())
    bodies: dict[Path, Body] = {(): root}
    last = root
    lines: dict[fx.Node, Line] = {}
    for node in plan.graph.nodes:
        if node.op == "call_module":
            name = NodeId(node.meta["nodes"][0])
            path, home = steps_of(name)[:-1], steps_of(str(node.target))[:-1]
            is_own = len(path) == len(home)
            last = _body(bodies, path, home) if is_own else _borrower(bodies, path, len(home))
            lines[node] = Line(name, node, str(node.target))
            last.entries.append(lines[node])
        elif node.op == "call_function":
            if node.target is getitem:
                lines[node.args[0]].items[node.args[1]] = node
            else:
                last.entries.append(Sum(node))
    for body in (*root.bodies(), root):
        _note_doors(body)
    _agree([body for body in root.bodies() if not body.borrows])
    root.takes = [node for node in plan.graph.nodes if node.op == "placeholder"]
    root.gives = list(dict.fromkeys(_results(plan)))
    return root


def _results(plan: Plan) -> list[fx.Node]:
    (output,) = (node for node in plan.graph.nodes if node.op == "output")
    return list(output.args[0])


def _body(bodies: dict[Path, Body], path: Path, home: Path) -> Body:
    """The body at a path, put at the end of the one around it if it is new."""
    if path not in bodies:
        bodies[path] = Body(path, home)
        _body(bodies, path[:-1], home[:-1]).entries.append(bodies[path])
    return bodies[path]


def _borrower(bodies: dict[Path, Body], path: Path, least: int) -> Body:
    """The body at a path; it and those around it, as far as to where the module stands, borrow it."""
    found = _body(bodies, path, path)
    for depth in range(least + 1, len(path) + 1):
        bodies[path[:depth]].borrows = True
    return found


def _note_doors(body: Body) -> None:
    """What comes from outside into a body, and what is used outside of it."""
    inside = dict.fromkeys(body.inside())
    made = {*inside, *(line.call for line in body.lines())}
    used: dict[fx.Node, None] = {}
    for node in made_in_order(body):
        used.update(dict.fromkeys(node.all_input_nodes))
    body.takes = [node for node in used if node not in made]
    body.gives = [node for node in inside if any(user not in made for user in node.users)]


def made_in_order(body: Body) -> Iterator[fx.Node]:
    """The calls and sums of a body in the order in which they are run."""
    for entry in body.entries:
        if isinstance(entry, Body):
            yield from made_in_order(entry)
        else:
            yield entry.call


def _agree(bodies: list[Body]) -> None:
    """Let all turns of a group give what any of them is asked for, where they run the same."""
    families: dict[Path, list[Body]] = {}
    for body in bodies:
        families.setdefault(family(body.home), []).append(body)
    for alike in families.values():
        made = [list(body.inside()) for body in alike]
        if len({len(values) for values in made}) > 1:
            continue
        asked = sorted(
            {
                values.index(node)
                for body, values in zip(alike, made, strict=True)
                for node in body.gives
            }
        )
        for body, values in zip(alike, made, strict=True):
            body.gives = [values[place] for place in asked]


def is_lengths(node: fx.Node, feeds: Mapping[fx.Node, bool]) -> bool:
    """Whether a value holds lengths; `feeds` says so of the arguments of the network."""
    if node.op == "call_function" and node.target is not getitem:
        return True
    return feeds.get(node, False)
