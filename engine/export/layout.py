"""Classes as lines of text: `__init__`, the marks of what is frozen, and `forward` with the shape of each value."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from engine.axes import Axes
from engine.export.body import family
from engine.export.forward import Forward, Statement
from engine.export.words import INDENT, called, commented, indented

if TYPE_CHECKING:
    from engine.export.classes import Written

Argument = str | tuple[str, object]
MOST_TYPES = 4  # of results that are told one by one


def member_lines(name: str, head: str, arguments: Sequence[Argument], note: str) -> list[str]:
    """A module made and named, under what a person has noted on it."""
    inner = INDENT * 2
    lines = commented(note, inner) + called(f"self.{name} = {head}", arguments, indent=inner)
    return [line.removeprefix(inner) for line in lines]


def turns_line(name: str, classes: Mapping[int, str]) -> list[str]:
    """A group made; one that is repeated as a list, with nothing in the place of turns that are not run."""
    if set(classes) == {-1}:
        return [f"self.{name} = {classes[-1]}()"]
    kinds = [f"{classes.get(turn, 'nn.Identity')}()" for turn in range(max(classes) + 1)]
    if len(set(kinds)) == 1 and len(kinds) > 1:
        return [f"self.{name} = nn.ModuleList({kinds[0]} for _ in range({len(kinds)}))"]
    line = f"self.{name} = nn.ModuleList([{', '.join(kinds)}])"
    if len(line) <= 92:
        return [line]
    return [
        f"self.{name} = nn.ModuleList(",
        f"{INDENT}[",
        *indented([f"{k}," for k in kinds], INDENT * 2),
        f"{INDENT}]",
        ")",
    ]


def class_lines(written: "Written") -> list[str]:
    """The whole class."""
    lines = [f"class {written.name}(nn.Module):", f'{INDENT}"""{_said(written)}"""', ""]
    if written.setup:
        lines += [f"{INDENT}def __init__(self) -> None:", f"{INDENT * 2}super().__init__()"]
        lines += indented([*written.setup, *_frozen(written.frozen)], INDENT * 2)
        lines.append("")
    if written.frozen:
        lines += _train(written)
    if not written.forward.statements and not written.forward.returned:
        return lines[:-1]  # its modules are called from further out
    return [*lines, *_forward(written)]


def _said(written: "Written") -> str:
    groups = list(dict.fromkeys(".".join(family(home.path)) for home in written.homes))
    return f"The group {' and '.join(groups[:3])}." if groups != [""] else "The whole network."


def _frozen(names: Sequence[str]) -> Iterator[str]:
    for name in names:
        yield f"self.{name}.requires_grad_(False)"


def _train(written: "Written") -> list[str]:
    """`train`, which leaves what is frozen as it is."""
    lines = [f'def train(self, mode: bool = True) -> "{written.name}":']
    lines.append(
        f'{INDENT}"""Go into training mode or out of it; what is frozen stays out of it."""'
    )
    lines.append(f"{INDENT}super().train(mode)")
    lines += [f"{INDENT}self.{name}.eval()" for name in written.frozen]
    return [*indented([*lines, f"{INDENT}return self"]), ""]


def _forward(written: "Written") -> list[str]:
    forward = written.forward
    arguments = [f"{name}: Tensor" for name in forward.arguments]
    gives = (
        1 if forward.statements and not forward.statements[-1].targets else len(forward.returned)
    )
    result = "Tensor" if gives == 1 else f"tuple[{', '.join(['Tensor'] * gives)}]"
    result = result if gives <= MOST_TYPES else "tuple[Tensor, ...]"
    lines = called("def forward", ["self", *arguments], f" -> {result}:", INDENT)
    inner = INDENT * 2
    for place, name in enumerate(forward.arguments):
        given = [axes for home in written.homes for seen in home.given for axes in (seen[place],)]
        if text := spread(given):
            lines += commented(f"{name} has the shape {text}", inner)
    for place, statement in enumerate(forward.statements):
        seen = [made for home in written.homes for made in home.made[place]]
        each = (spread([made[spot] for made in seen]) for spot in range(len(seen[0])))
        lines += _statement(statement, " and ".join(filter(None, each)), inner)
    return [*lines, *_return(forward, inner)]


def _statement(statement: Statement, comment: str, indent: str) -> list[str]:
    if statement.loop:
        return [f"{indent}{statement.loop}", *_line(statement, comment, indent + INDENT)]
    return _line(statement, comment, indent)


def _line(statement: Statement, comment: str, indent: str) -> list[str]:
    before = f"{', '.join(statement.targets)} = " if statement.targets else "return "
    if not statement.head:
        return [f"{indent}{before}{statement.arguments[0]}"]
    return called(before + statement.head, statement.arguments, statement.item, indent, comment)


def _return(forward: Forward, indent: str) -> list[str]:
    if not forward.returned:
        return []
    line = f"{indent}return {', '.join(forward.returned)}"
    if len(line) <= 100:
        return [line]
    return [
        f"{indent}return (",
        *(f"{indent}{INDENT}{name}," for name in forward.returned),
        f"{indent})",
    ]


def spread(axes: Sequence[Axes | None]) -> str:
    """The shape of a value: `(batch, 6, 28, 28)`; a size that differs from place to place by its name."""
    known = [one for one in axes if one is not None]
    if not known or len({len(one.sizes) for one in known}) > 1:
        return ""
    names = known[0].names
    sizes = [
        str(sizes[0]) if len(set(sizes)) == 1 else name
        for name, sizes in zip(names, zip(*(one.sizes for one in known), strict=True), strict=True)
    ]
    return f"({', '.join(['batch', *sizes])})"
