"""From drafts to a drawing: groups that follow the submodules, names, wires through their ports, shared weights."""

import inspect
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from engine.graph import Edge, Graph, Group, Node, NodeId
from engine.imports.draft import Bench, Draft
from engine.imports.layout import tidy
from engine.imports.names import free, numbered, proper
from engine.imports.tape import Call, Ref
from engine.layers.data import Input, Output

Place = tuple[NodeId, str]


@dataclass(slots=True, eq=False)
class Level:
    """What stands in one box: drafts, and boxes within it."""

    call: Call
    items: list["Draft | Level"] = field(default_factory=list)

    def drafts(self) -> Iterable[Draft]:
        """All drafts in it, at any depth."""
        for item in self.items:
            if isinstance(item, Level):
                yield from item.drafts()
            else:
                yield item


@dataclass(slots=True, eq=False)
class Drawing:
    """The drawing, and for each weight of it (by its whole name) which value of the tape it is."""

    graph: Graph
    weights: dict[str, int]
    paths: dict[int, str]  # where each draft stands, by its id
    untied: list[str]


def assembled(bench: Bench, inputs: dict[int, tuple[str, str]], results: dict[str, int]) -> Drawing:
    """Put the drafts together. `inputs` are (name, part) by value, `results` values by name."""
    top = _levels(bench)
    assembler = _Assembler(bench, {bench.root(number) for number in results.values()})
    graph = assembler.outermost(top, inputs, results)
    return Drawing(graph, assembler.weights, assembler.paths, assembler.untied)


def _levels(bench: Bench) -> Level:
    """The boxes: one for each call of a submodule in which more than one node stands."""
    shared = _sharing(bench.drafts)
    open_: set[int] = set()
    while True:
        top = _boxed(bench.drafts, open_)
        thin = {id(level.call) for level in _all(top) if level is not top and len(level.items) < 2}
        apart = {id(call) for drafts in shared for call in _between(top, drafts)}
        if not (thin | apart) - open_:
            return top
        open_ |= thin | apart


def _boxed(drafts: list[Draft], open_: set[int]) -> Level:
    root = drafts[0].level if drafts else None
    while root is not None and root.parent is not None:
        root = root.parent
    assert root is not None  # noqa: S101 (for the type checker)
    top = Level(root)
    known = {id(root): top}

    def level_of(call: Call) -> Level:
        if id(call) in known:
            return known[id(call)]
        above = level_of(call.parent or root)
        if id(call) in open_:
            known[id(call)] = above
        else:
            known[id(call)] = made = Level(call)
            above.items.append(made)
        return known[id(call)]

    for draft in drafts:
        level_of(draft.level).items.append(draft)
    return top


def _all(level: Level) -> Iterable[Level]:
    yield level
    for item in level.items:
        if isinstance(item, Level):
            yield from _all(item)


def _sharing(drafts: list[Draft]) -> list[list[Draft]]:
    """The drafts that use the same weights in the same way."""
    found: dict[object, list[Draft]] = {}
    for draft in drafts:
        if draft.state:
            found.setdefault(_key(draft), []).append(draft)
    return [alike for alike in found.values() if len(alike) > 1]


def _key(draft: Draft) -> object:
    return (draft.layer, tuple(sorted(draft.state.items())))


def _between(top: Level, drafts: list[Draft]) -> Iterable[Call]:
    """The boxes that must be opened for these to stand in one."""
    ways = [_way(top, draft) for draft in drafts]
    common = 0
    while all(len(way) > common for way in ways) and len({id(way[common]) for way in ways}) == 1:
        common += 1
    for way in ways:
        yield from (level.call for level in way[common:])


def _way(level: Level, draft: Draft) -> list[Level]:
    """The boxes around a draft, from the outside in, without the outermost."""
    for item in level.items:
        if item is draft:
            return []
        if isinstance(item, Level) and any(one is draft for one in item.drafts()):
            return [item, *_way(item, draft)]
    return []


@dataclass(eq=False)
class _Assembler:
    bench: Bench
    results: set[int]
    weights: dict[str, int] = field(default_factory=dict)
    paths: dict[int, str] = field(default_factory=dict)
    untied: list[str] = field(default_factory=list)
    owners: dict[object, NodeId] = field(default_factory=dict)
    held: dict[int, str] = field(default_factory=dict)  # which node holds a learnt value first

    def outermost(
        self, top: Level, inputs: dict[int, tuple[str, str]], results: dict[str, int]
    ) -> Graph:
        board = _Board()
        for number, (name, part) in inputs.items():
            board.put(Input(part=part), name, {number: "out"})
        self._fill(board, top, "")
        for name, number in results.items():
            made = board.put(Output(), name, {})
            board.wire(self.bench.root(number), made, "in")
        return board.graph()

    def _fill(self, board: "_Board", level: Level, prefix: str) -> None:
        """Put down all that stands in a box, then its wires."""
        wires: list[tuple[int, NodeId, str]] = []
        for item in level.items:
            if isinstance(item, Level):
                wires += self._box(board, item, level, prefix)
                continue
            name = board.free(_name_of(item, level), item.layer.stem)
            made = board.put(
                item.layer, name, {number: port for port, number in item.outputs.items()}
            )
            self._note_weights(board, item, made, prefix)
            wires += [(number, made, port) for port, number in item.inputs]
        for number, made, port in wires:
            board.wire(number, made, port)

    def _note_weights(self, board: "_Board", draft: Draft, made: NodeId, prefix: str) -> None:
        self.paths[id(draft)] = prefix + made
        if not draft.state:
            return
        key = _key(draft)
        if key in self.owners and type(draft.layer) is type(board.nodes[self.owners[key]].layer):
            board.nodes[made] = replace(board.nodes[made], shares=self.owners[key])
            return
        self.owners[key] = made
        board.nodes[made] = replace(board.nodes[made], frozen=self._frozen(draft))
        for name, number in draft.state.items():
            self.weights[f"{prefix}{made}.{name}"] = number
            value = self.bench.runs.tapes[0].values[number]
            first = self.held.setdefault(number, prefix + made)
            if value.learnt and first != prefix + made:
                self.untied.append(
                    f"{value.name} is used at {first} and at {prefix}{made}, each with a copy of its own now."
                )

    def _frozen(self, draft: Draft) -> bool:
        """Whether none of its weights is to be trained."""
        values = (self.bench.runs.tapes[0].values[number] for number in draft.state.values())
        learnt = [value.tensor.requires_grad for value in values if value.learnt]
        return bool(learnt) and not any(learnt)

    def _box(
        self, board: "_Board", level: Level, outer: Level, prefix: str
    ) -> list[tuple[int, NodeId, str]]:
        inside = {number for draft in level.drafts() for number in draft.outputs.values()}
        read = dict.fromkeys(number for draft in level.drafts() for _, number in draft.inputs)
        needs = [number for number in read if number not in inside]
        ids = {id(draft) for draft in level.drafts()}
        outside = {
            number
            for draft in self.bench.drafts
            if id(draft) not in ids
            for _, number in draft.inputs
        } | self.results
        gives = [n for draft in level.drafts() for n in draft.outputs.values() if n in outside]
        name = board.free(_relative(level.call.path, outer.call.path), _class_of(level.call))
        inner = _Board()
        doors = {
            number: inner.put(Input(), inner.free(door, "in"), {number: "out"})
            for number, door in self._doors(level.call, needs)
        }
        self._fill(inner, level, f"{prefix}{name}.")
        exits = {}
        for number in gives:
            door = inner.free("out" if len(gives) == 1 else "", "out")
            inner.wire(number, inner.put(Output(), door, {}), "in")
            exits[number] = door
        made = board.put(Group(graph=inner.graph()), name, exits)
        return [(number, made, door) for number, door in doors.items()]

    def _doors(self, call: Call, needs: list[int]) -> Iterable[tuple[int, str]]:
        """Names for what comes into a box: those of the arguments, where it came as one."""
        names = list(inspect.signature(call.module.forward).parameters)
        given = dict(zip(names, call.given, strict=False)) | call.named
        known = {
            self.bench.root(one.value): name for name, one in given.items() if isinstance(one, Ref)
        }
        for number in needs:
            word = known.get(number, "")
            yield (
                number,
                "in" if word in ("x", "input", "self") or not word and len(needs) == 1 else word,
            )


@dataclass(eq=False)
class _Board:
    """A drawing in the making."""

    nodes: dict[NodeId, Node] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    places: dict[int, Place] = field(default_factory=dict)

    def free(self, wanted: str, stem: str) -> str:
        """The wanted name if it is one and free, else one of the kind."""
        word = proper(wanted, "")
        return (
            free(word, self.nodes)
            if word and not wanted.isdecimal()
            else numbered(proper(stem, "layer"), self.nodes)
        )

    def put(self, layer: object, name: str, outputs: dict[int, str]) -> NodeId:
        chosen = NodeId(free(name, self.nodes))
        self.nodes[chosen] = Node(chosen, layer)  # type: ignore[arg-type]  # a layer
        for number, port in outputs.items():
            self.places[number] = (chosen, port)
        return chosen

    def wire(self, number: int, target: NodeId, port: str) -> None:
        source, source_port = self.places[number]
        self.edges.append(Edge(source, target, source_port, port))

    def graph(self) -> Graph:
        """What was put down, laid out: inputs first, results last, each node after those it hears from."""
        graph = Graph(MappingProxyType(self.nodes), tuple(self.edges))
        first, last = (
            [name for name, node in self.nodes.items() if isinstance(node.layer, kind)]
            for kind in (Input, Output)
        )
        ends = {*first, *last}
        order = (*first, *(name for name in graph.order if name not in ends), *last)
        nodes = {name: self.nodes[name] for name in order}
        return tidy(Graph(MappingProxyType(nodes), tuple(self.edges)))


def _relative(path: str, outer: str) -> str:
    return path.removeprefix(f"{outer}.") if outer else path


def _name_of(draft: Draft, level: Level) -> str:
    return _relative(draft.stem, level.call.path) if draft.stem else ""


def _class_of(call: Call) -> str:
    return proper(type(call.module).__name__, "block")
