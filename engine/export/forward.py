"""`forward`, written as a person would: a statement a call, `x` where one value simply follows another.

It works on a body of `engine.export.body`; the classes around it are in `engine.export.classes`.
"""

import keyword
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from torch import fx

from engine.export.body import Body, Line, Path, Sum, steps_of

ROLLING = "x"
MEANT = frozenset(
    {"torch", "nn", "np", "functional", "self", "math", "F", "range", "Tensor", "target", "_"}
)
"""Names that a variable must not take: they mean something in the script."""
SIGNS = {"mul": "*", "add": "+", "floordiv": "//", "clamp": "clamp"}


@dataclass(frozen=True, slots=True)
class Statement:
    """A line to be: `targets = head(arguments)`, in a loop if `loop` says over what."""

    targets: tuple[str, ...]
    head: str
    arguments: tuple[str, ...]
    loop: str = ""
    item: str = ""  # which of the results is meant, such as `[0]`


@dataclass(slots=True)
class Forward:
    """The arguments, the statements, and what is returned, as text; and what each statement makes."""

    arguments: tuple[str, ...]
    statements: list[Statement] = field(default_factory=list)
    returned: tuple[str, ...] = ()
    made: list[list[fx.Node]] = field(default_factory=list)  # in step with the statements

    @property
    def text(self) -> tuple[object, ...]:
        """What makes two of them the same."""
        return (self.arguments, tuple(self.statements), self.returned)


@dataclass(slots=True)
class Entry:
    """A call as the statement that it will be: what it uses and makes, and how to write it."""

    uses: list[fx.Node]
    makes: list[fx.Node]
    names: list[str]  # what to call what it makes
    head: str
    arguments: Callable[[Callable[[object], str]], tuple[str, ...]]
    arity: int = 1
    places: tuple[int, ...] = (0,)  # where in the result it stands
    indexed: bool = False
    loop: str = ""
    carried: fx.Node | None = None  # in a loop: what goes in at first
    open_ended: bool = False  # whether more may come than is read


def attribute(path: Iterable[str]) -> str:
    """The way to a module: `self.block[0].conv_1`."""
    text = "self"
    for step in path:
        name, *turns = step.split(".")
        text += f".{name}" + "".join(f"[{turn}]" for turn in turns)
    return text


def spoken(name: str) -> str:
    """A name that a variable can bear."""
    return f"{name}_" if name in MEANT or keyword.iskeyword(name) else name


class Names:
    """Which variable holds which value, and from where on its name is free again."""

    def __init__(
        self, entries: Sequence[Entry], returned: Sequence[fx.Node], kept: Iterable[str] = ()
    ) -> None:
        self.of: dict[fx.Node, str] = {}
        self.kept = set(kept)  # names that loops use
        self.uses: dict[fx.Node, set[int]] = {}
        for place, entry in enumerate(entries):
            for node in entry.uses:
                self.uses.setdefault(node, set()).add(place)
        for node in returned:
            self.uses.setdefault(node, set()).add(len(entries))

    def free(self, wanted: str) -> str:
        """The wanted name, or one like it that no value bears yet."""
        name = wanted = spoken(wanted)
        number, taken = 1, {*self.of.values(), *self.kept, ROLLING}
        while name in taken:
            number += 1
            name = f"{wanted}_{number}"
        return name

    def give(self, node: fx.Node, wanted: str, place: int, *, in_loop: bool = False) -> str:
        """Name what the statement at a place makes."""
        last = place - 1 if in_loop else place
        rolling = [other for other, name in self.of.items() if name == ROLLING]
        alive = any(max(self.uses.get(other, {-1})) > last for other in rolling)
        near = self.uses.get(node) == {place + 1} and not alive
        self.of[node] = ROLLING if near else self.free(wanted)
        return self.of[node]

    def said(self, value: object) -> str:
        """A value, or arithmetic on lengths: `(lengths - 3) // 2 + 1`."""
        if not isinstance(value, fx.Node):
            return repr(value)
        return self.of[value] if value in self.of else self.summed(value)

    def summed(self, node: fx.Node) -> str:
        """Arithmetic on lengths as an expression."""
        first, number = node.args
        left, sign = self.said(first), sign_of(node)
        assert isinstance(number, int)  # noqa: S101 (for the type checker)
        if sign == "clamp":
            return f"({left}).clamp({number})" if " " in left else f"{left}.clamp({number})"
        if sign != "+" and first not in self.of and sign_of(first) == "+":
            left = f"({left})"
        return f"{left} - {-number}" if sign == "+" and number < 0 else f"{left} {sign} {number}"


def sign_of(node: object) -> str:
    """The sign of arithmetic on lengths; empty for all else."""
    if not isinstance(node, fx.Node) or node.op != "call_function":
        return ""
    return SIGNS.get(getattr(node.target, "__name__", ""), "")


def statements_of(entry: Entry, names: Names, place: int) -> list[Statement]:
    """The statement of an entry, with names for what it makes; before a loop what it begins with is named."""
    if entry.loop:
        return _looped(entry, names, place)
    arguments = entry.arguments(names.said)
    read = [names.give(n, w, place) for n, w in zip(entry.makes, entry.names, strict=True)]
    if entry.indexed:
        return [Statement(tuple(read), entry.head, arguments, item=f"[{entry.places[0]}]")]
    targets = ["_"] * entry.arity
    for spot, name in zip(entry.places, read, strict=True):
        targets[spot] = name
    more = ("*_",) if entry.open_ended else ()
    return [Statement((*targets, *more), entry.head, arguments)]


def _looped(entry: Entry, names: Names, place: int) -> list[Statement]:
    ((node,), carried) = entry.makes, entry.carried
    others = [use for use in entry.uses if use is not carried]
    clash = any(names.of.get(use) == ROLLING for use in others)
    name = names.give(node, entry.names[0], place, in_loop=clash)

    def said(value: object) -> str:
        return name if value is carried else names.said(value)

    first = names.said(carried)
    before = [] if first == name else [Statement((name,), "", (first,))]
    return [*before, Statement((name,), entry.head, entry.arguments(said), entry.loop)]


def entry_of_line(line: Line, home: Path, ports: Sequence[str], arity: int) -> Entry:
    """The call of a node's module; `arity` is how many values it gives at its ports, 0 if there may be more."""
    call = line.call
    path = line.target.split(".")
    steps = _relative(path, home)

    def arguments(said: Callable[[object], str]) -> tuple[str, ...]:
        named = (f"{key}={said(value)}" for key, value in call.kwargs.items())
        return (*map(said, call.args), *named)

    local = line.name.split(".")[-1]
    uses = list(call.all_input_nodes)
    if not line.items:
        return Entry(uses, [call], [local], attribute(steps), arguments)
    places = tuple(sorted(line.items))
    names = [f"{local}_{ports[place]}" if place else local for place in places]
    makes = [line.items[place] for place in places]
    if arity == 0 and len(places) == 1:
        return Entry(uses, makes, names, attribute(steps), arguments, 1, places, indexed=True)
    count = arity or max(places) + 1
    return Entry(
        uses, makes, names, attribute(steps), arguments, count, places, open_ended=not arity
    )


def _relative(path: Sequence[str], home: Path) -> list[str]:
    """The steps from a home to a module, with the turns of groups joined to their names."""
    return list(steps_of(".".join(path))[len(home) :])


def entry_of_sum(entry: Sum) -> Entry:
    """Arithmetic on lengths that several read, as a statement."""

    def arguments(said: Callable[[object], str]) -> tuple[str, ...]:
        return (said(entry.call),)

    return Entry(_leaves(entry.call), [entry.call], ["lengths"], "", arguments)


def is_inner(node: fx.Node) -> bool:
    """Whether arithmetic on lengths is but a part of more of it, and is written there."""
    return len(node.users) == 1 and all(sign_of(user) for user in node.users)


def _leaves(node: fx.Node) -> list[fx.Node]:
    """What an expression reads, through the parts that are written in it."""
    (first,) = node.all_input_nodes
    return _leaves(first) if sign_of(first) and is_inner(first) else [first]


def entry_of_body(body: Body, home: Path, local: Sequence[str]) -> Entry:
    """The call of a group; `local` says what its values are called inside."""

    def arguments(said: Callable[[object], str]) -> tuple[str, ...]:
        return tuple(map(said, body.takes))

    group = body.path[-1].replace(".", "_").replace("#", "_")
    names = [group] if len(body.gives) == 1 else [f"{group}_{name}" for name in local]
    steps = body.home[len(home) :]
    count = len(body.gives)
    return Entry(
        body.takes, body.gives, names, attribute(steps), arguments, count, tuple(range(count))
    )
