"""A person's own PyTorch, made into a module: the one place in the program that runs text as code.

It runs only what a person has typed here or has said to trust; `engine.layers.code` sees to that.
"""

import ast
import math
from collections.abc import Callable
from types import CodeType
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional


class SnippetError(RuntimeError):
    """The code could not be run; the text is what Python said, with the line."""


class Snippet(nn.Module):
    """A few lines of code as a module: its inputs by name, and what the last line says is the result."""

    def __init__(self, source: str, names: tuple[str, ...], function: Callable[..., Any]) -> None:
        super().__init__()
        self._source, self._names, self._function = source, names, function

    def forward(self, *inputs: Tensor) -> Any:
        """The value of the last line. Raises SnippetError."""
        try:
            return self._function(*inputs)
        except Exception as error:
            raise SnippetError(_said(error, self._source)) from error

    def extra_repr(self) -> str:
        """The code itself."""
        return self._source


def faults(source: str, names: tuple[str, ...]) -> str | None:
    """What is wrong with the text of a snippet, without running it; None if Python can read it."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None)
        return f"line {line}: {getattr(error, 'msg', error)}" if line else str(error)
    if not tree.body:
        return "nothing is written there"
    if _module_class(tree) is None and not isinstance(tree.body[-1], ast.Expr | ast.Return):
        return f"the last line is the result, such as {names[0]} * 2, but it is no value"
    return None


def snippet(source: str, names: tuple[str, ...]) -> nn.Module:
    """The module that a text describes: its last class that is one, or its lines as a function of `names`.

    Raises SnippetError.
    """
    if fault := faults(source, names):
        raise SnippetError(fault)
    tree, room = ast.parse(source), _room()
    named = _module_class(tree)
    try:
        _run(_compiled(tree if named else _as_function(tree, names)), room)
        made = room[named]() if named else Snippet(source, names, room["snippet"])
    except Exception as error:
        raise SnippetError(_said(error, source)) from error
    if not isinstance(made, nn.Module):
        raise SnippetError(f"{named} is no nn.Module")
    return made


def _room() -> dict[str, Any]:
    """What the code can name without importing it."""
    return {
        "__name__": "snippet",
        "torch": torch,
        "nn": nn,
        "F": functional,
        "functional": functional,
        "Tensor": Tensor,
        "math": math,
    }


def _module_class(tree: ast.Module) -> str | None:
    classes = [entry.name for entry in tree.body if isinstance(entry, ast.ClassDef)]
    ends_in_class = bool(tree.body) and isinstance(tree.body[-1], ast.ClassDef)
    return classes[-1] if ends_in_class else None


def _as_function(tree: ast.Module, names: tuple[str, ...]) -> ast.Module:
    *lines, last = tree.body
    result = ast.Return(last.value) if isinstance(last, ast.Expr) else last
    head = ast.parse(f"def snippet({', '.join(names)}): pass")
    function = head.body[0]
    assert isinstance(function, ast.FunctionDef)  # noqa: S101 (for the type checker)
    function.body = [*lines, result]
    return ast.fix_missing_locations(head)


def _compiled(tree: ast.Module) -> CodeType:
    return compile(tree, "<code layer>", "exec")


def _run(code: CodeType, room: dict[str, Any]) -> None:
    exec(code, room)  # noqa: S102 (the person has typed it, or trusts it)


def _said(error: Exception, source: str) -> str:
    """What went wrong, with the line of the snippet in which it did."""
    trace, line = error.__traceback__, None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<code layer>":
            line = trace.tb_lineno
        trace = trace.tb_next
    where = f"line {line}: " if line and line <= source.count("\n") + 1 else ""
    return f"{where}{type(error).__name__}: {error}"
