"""The classes of a script: one `nn.Module` for the network, and one for each group that differs from the others."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from torch import fx

from engine.axes import Axes
from engine.export.body import Body, Line, Path, Sum, family, folded, is_lengths, steps_of
from engine.export.forward import (
    ROLLING,
    Entry,
    Forward,
    Names,
    Statement,
    entry_of_body,
    entry_of_line,
    entry_of_sum,
    is_inner,
    spoken,
    statements_of,
)
from engine.export.initials import drawing_lines, starting_lines
from engine.export.layout import class_lines, member_lines, turns_line
from engine.export.loops import with_loops
from engine.export.sources import Sources, camel
from engine.graph import Graph, NodeId
from engine.layer import Weighted
from engine.planning import Plan
from engine.shapes import Shapes

Seen = list[tuple[Axes | None, ...]]
"""What a statement makes, once for each place where it is run."""


@dataclass(slots=True, eq=False)
class Home:
    """Where the modules of a group (or of the whole network) live, and what is written of it."""

    path: Path
    members: dict[str, "Line | dict[int, Home]"] = field(default_factory=dict)
    forward: Forward | None = None
    given: Seen = field(default_factory=list)  # what its arguments look like
    made: list[Seen] = field(default_factory=list)  # what its statements make


@dataclass(slots=True)
class Written:
    """A class: its name, its text without shapes, and the homes that it serves."""

    name: str
    setup: tuple[str, ...]
    frozen: tuple[str, ...]
    forward: Forward
    homes: list[Home] = field(default_factory=list)


class Classes:
    """All classes of one network."""

    def __init__(self, flat: Graph, shapes: Shapes, plan: Plan, sources: Sources) -> None:
        self.flat, self.shapes, self.plan, self.sources = flat, shapes, plan, sources
        self.root = folded(plan)
        self.axes, self.values = self._axes(), self._values()
        self.feeds = {
            node: feed.lengths for node, feed in zip(self.root.takes, plan.feeds, strict=True)
        }
        self.frozen = {flat.nodes[n].shares or n for n in plan.order if flat.nodes[n].frozen}
        self.homes: dict[Path, Home] = {}
        self.called: set[Body] = set()  # those that can be run by calling their home
        self.taken_names: dict[Path, list[str]] = {}
        self.written: dict[tuple[object, ...], Written] = {}
        sources.taken.add("Network")
        self._settle()
        for body in (*self.root.bodies(), self.root):
            if not body.borrows:  # else its lines stand where it is run
                self._write(body)
        self.network = self._class_of(self.homes[()])

    def _axes(self) -> dict[fx.Node, Axes]:
        """What each value of the network looks like."""
        found: dict[fx.Node, Axes] = {}
        for line in self.root.lines():
            sized, ports = self.shapes.sized[line.name], self.flat.nodes[line.name].layer.outputs
            places = line.items or {0: line.call}
            found |= {node: sized.outputs[ports[place].name] for place, node in places.items()}
        parts = self.shapes.asked[0] if self.shapes.asked else {}
        for node, feed in zip(self.root.takes, self.plan.feeds, strict=True):
            if not feed.lengths:
                found[node] = parts[feed.part]
        return found

    def _settle(self) -> None:
        """Find out which modules live where, in the order in which they are first used."""
        self.homes[()] = Home(())
        for line in self.root.lines():
            *way, name = steps_of(line.target)
            home = self.homes[()]
            for depth in range(1, len(way) + 1):
                home = self._home(home, tuple(way[:depth]))
            home.members.setdefault(name, line)

    def _home(self, around: Home, path: Path) -> Home:
        if path not in self.homes:
            self.homes[path] = Home(path)
            name, _, turn = path[-1].partition(".")
            turns = around.members.setdefault(name, {})
            assert isinstance(turns, dict)  # noqa: S101 (no node has the name of a group beside it)
            turns[int(turn or -1)] = self.homes[path]
        return self.homes[path]

    # -- forward -----------------------------------------------------------------------------------

    def _write(self, body: Body) -> None:
        """Write the forward of a body; if its home has another, its lines will stand where it is run."""
        home, forward = self.homes[body.home], self._forward(body)
        if home.forward is None:
            home.forward = forward
            home.made = [[] for _ in forward.statements]
        if home.forward.text != forward.text:
            return
        self.called.add(body)
        home.given.append(tuple(self.axes.get(node) for node in body.takes))
        for seen, made in zip(home.made, forward.made, strict=True):
            seen.append(tuple(self.axes.get(node) for node in made))

    def _forward(self, body: Body) -> Forward:
        entries = list(self._entries(body, body.home))
        entries = with_loops(entries, body.home, self._alike)
        names = Names([entry for entry, _ in entries], body.gives, self._loop_names(entries))
        forward = Forward(tuple(self._arguments(body)))
        names.of = dict(zip(body.takes, forward.arguments, strict=True))
        for place, (entry, _) in enumerate(entries):
            found = statements_of(entry, names, place)
            forward.statements += found
            forward.made += [[]] * (len(found) - 1) + [entry.makes]
        forward.returned = tuple(names.said(node) for node in body.gives)
        _fold_return(forward)
        return forward

    def _loop_names(self, entries: list[tuple[Entry, Body | None]]) -> Iterator[str]:
        yield from (entry.head for entry, _ in entries if entry.loop.startswith("for "))

    def _entries(self, body: Body, home: Path) -> Iterator[tuple[Entry, Body | None]]:
        """The calls of a body; of a group that cannot be called as one, those in it."""
        for entry in body.entries:
            if isinstance(entry, Line):
                layer = self.flat.nodes[entry.name].layer
                own = self.shapes.sized[entry.name].call.target.startswith("engine.modules.")
                sure = own and layer.group != "Code"
                ports = [port.name for port in layer.outputs]
                yield entry_of_line(entry, home, ports, len(ports) if sure else 0), None
            elif isinstance(entry, Sum):
                if not is_inner(entry.call):
                    yield entry_of_sum(entry), None
            elif entry in self.called:
                yield entry_of_body(entry, home, list(self._local(entry))), entry
            else:
                yield from self._entries(entry, home)

    def _local(self, body: Body) -> Iterator[str]:
        """What the values that a body gives are called inside."""
        names = {node: line.name for line in body.lines() for node in line.values}
        for node in body.gives:
            yield names[node].split(".")[-1] if node in names else "lengths"

    def _arguments(self, body: Body) -> list[str]:
        if not body.path:
            return [spoken(str(node.target)) for node in body.takes]
        doors = self._doors(body)
        tensors = [node for node in body.takes if not is_lengths(node, self.feeds)]
        if len(tensors) == 1:
            names = {tensors[0]: ROLLING}
        else:
            names = {node: doors.get(node, f"x{place}") for place, node in enumerate(tensors, 1)}
        lengths = [node for node in body.takes if node not in names]
        for place, node in enumerate(lengths, 1):
            names[node] = "lengths" if len(lengths) == 1 else f"lengths{place}"
        found = [spoken(names[node]) for node in body.takes]
        known = self.taken_names.setdefault(family(body.home), found)
        return list(known) if len(known) == len(found) else found

    def _doors(self, body: Body) -> Mapping[fx.Node, str]:
        """Through which input of a group each value comes in."""
        step = body.path[-1].partition(".")[0].partition("#")[0]
        doors = self.flat.doors.get(NodeId(".".join((*body.path[:-1], step))))
        return {
            self.values[place]: port
            for port, places in (doors.into if doors else {}).items()
            for place in places
            if place in self.values
        }

    def _values(self) -> dict[tuple[NodeId, str], fx.Node]:
        """What flows out of each port."""
        found = {
            (NodeId(name), "out"): node
            for node in self.root.takes
            for name in node.meta.get("nodes", ())
        }
        for line in self.root.lines():
            ports = self.flat.nodes[line.name].layer.outputs
            places = line.items or {0: line.call}
            found |= {(line.name, ports[place].name): node for place, node in places.items()}
        return found

    # -- classes -----------------------------------------------------------------------------------

    def _alike(self, homes: list[Path]) -> bool:
        """Whether these homes are of one class."""
        return len({self._class_of(self.homes[path]).name for path in homes}) == 1

    def _class_of(self, home: Home) -> Written:
        """The class of a home: a new one, or that of another which reads the same."""
        setup = tuple(self._setup(home))
        frozen = tuple(n for n in home.members if ".".join((*home.path, n)) in self.frozen)
        forward = home.forward or Forward(())  # one that only holds modules
        key = (setup, frozen, forward.text)
        if key not in self.written:
            wanted = camel(family(home.path)[-1]) if home.path else "Network"
            name = self.sources.free(wanted) if home.path else wanted
            self.written[key] = Written(name, setup, frozen, forward)
        found = self.written[key]
        if home not in found.homes:
            found.homes.append(home)
        return found

    def _setup(self, home: Home) -> Iterator[str]:
        """The lines of `__init__` that make the members of a home."""
        for name, member in home.members.items():
            if isinstance(member, Line):
                node = self.flat.nodes[member.name]
                head, arguments = self.sources.constructor(
                    self.shapes.sized[member.name].call, node.id.split(".")[-1]
                )
                yield from member_lines(name, head, arguments, node.note)
                if isinstance(node.layer, Weighted):
                    call = self.shapes.sized[member.name].call
                    yield from drawing_lines(name, call, node.layer.initial_weights)
                    yield from starting_lines(name, call, node.layer.starts)
            else:
                classes = {turn: self._class_of(inner).name for turn, inner in member.items()}
                yield from turns_line(name, classes)

    def text(self) -> list[list[str]]:
        """The lines of each class, inner ones first."""
        return [class_lines(written) for written in self.written.values()]


def _fold_return(forward: Forward) -> None:
    """Return what the last statement makes without naming it, if that is all."""
    if not forward.statements:
        return
    last = forward.statements[-1]
    if last.targets == forward.returned and len(last.targets) == 1 and not last.loop and last.head:
        forward.statements[-1] = Statement((), last.head, last.arguments, item=last.item)
        forward.returned = ()
