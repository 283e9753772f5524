"""A person's own code as part of a script: their class as it is, or their lines as the forward of one."""

import ast
import builtins
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

ROOM = {
    "torch": ("torch",),
    "nn": ("torch", "nn"),
    "F": ("torch.nn", "functional as F"),
    "functional": ("torch.nn", "functional"),
    "Tensor": ("torch", "Tensor"),
    "math": ("math",),
}
"""What the code can name without importing it, and how a script imports that."""


@dataclass(frozen=True, slots=True)
class Written:
    """Code in a script: its text, what to call for a module of it, and what else it needs."""

    text: str
    maker: str
    imports: tuple[tuple[str, ...], ...]
    names: frozenset[str]  # that now mean something


def written(source: str, names: tuple[str, ...], name: str, taken: frozenset[str]) -> Written:
    """The code of a node in a script where `taken` names mean something already; `name` is free for it."""
    tree = ast.parse(source)
    used = {word.id for word in ast.walk(tree) if isinstance(word, ast.Name)}
    bound = set(_bound(tree))
    imports = tuple(way for word, way in ROOM.items() if word in used - bound)
    last = tree.body[-1]
    if not isinstance(last, ast.ClassDef):
        lines = _function(source, tree, names)
        text = f'class {name}(nn.Module):\n    """Code of your own."""\n\n{lines}'
        return Written(text, name, (*imports, ROOM["nn"]), frozenset())
    if bound & taken:  # its names mean something else already: it gets a room of its own
        inside = textwrap.indent(source.strip("\n"), "    ")
        text = f'def {name}() -> nn.Module:\n    """Code of your own."""\n{_marked(inside)}\n    return {last.name}()'
        return Written(text, name, (*imports, ROOM["nn"]), frozenset())
    return Written(_marked(source.strip("\n")), last.name, imports, frozenset(bound))


def _function(source: str, tree: ast.Module, names: tuple[str, ...]) -> str:
    """`forward` with the lines of the code, the last of which is the result."""
    head = f"    def forward(self, {', '.join(names)}):\n"
    last = tree.body[-1]
    lines = source.splitlines()
    if isinstance(last, ast.Expr):
        start = len(lines[last.lineno - 1].encode()[: last.col_offset].decode())
        line = lines[last.lineno - 1]
        lines[last.lineno - 1] = f"{line[:start]}return {line[start:]}"
    text = head + textwrap.indent("\n".join(lines).strip("\n"), " " * 8)
    plain = head + textwrap.indent(ast.unparse(_returned(tree)), " " * 8)
    same = ast.dump(ast.parse(textwrap.dedent(text))) == ast.dump(ast.parse(textwrap.dedent(plain)))
    chosen = text if same else plain  # a text of several lines would not bear to be indented
    return (
        chosen if len(tree.body) == 1 and len(lines) == 1 and _is_neat(lines[0]) else _off(chosen)
    )


def _returned(tree: ast.Module) -> ast.Module:
    *lines, last = tree.body
    result = ast.Return(last.value) if isinstance(last, ast.Expr) else last
    return ast.fix_missing_locations(ast.Module([*lines, result], []))


def _is_neat(line: str) -> bool:
    """Whether a line is as a formatter would leave it."""
    return (
        ast.unparse(ast.parse(line.removeprefix("return "))) == line.removeprefix("return ")
        and len(line) < 85
    )


def _off(text: str) -> str:
    return f"    # fmt: off\n{text}\n    # fmt: on"


def _marked(text: str) -> str:
    """Code that a formatter leaves as the person wrote it."""
    by = text[: len(text) - len(text.lstrip())]
    return f"{by}# fmt: off\n{text}\n{by}# fmt: on"


def _bound(tree: ast.Module) -> Iterator[str]:
    """What the code gives a meaning to, outside of its functions and classes."""
    for entry in tree.body:
        match entry:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
                yield name
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                yield from (alias.asname or alias.name.split(".")[0] for alias in aliases)
            case _:
                yield from (
                    word.id
                    for word in ast.walk(entry)
                    if isinstance(word, ast.Name) and isinstance(word.ctx, ast.Store)
                )


BUILTIN = frozenset(dir(builtins))
