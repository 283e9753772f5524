"""What a script holds beside the network: the source of our own modules, a person's code, and the imports of both."""

import ast
import importlib
import inspect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, count
from string import ascii_uppercase
from typing import Any

from engine.export.snippets import written
from engine.export.stepping import Stepping, said_of
from engine.export.words import literal
from engine.layer import Call

Argument = str | tuple[str, object]
SNIPPET = "engine.snippet.snippet"
STEPS = "engine.modules.operations.Operations"
OWN = "engine.modules."


class Refused(ValueError):  # noqa: N818 - says what happened, as people do
    """Something that a format cannot carry; the text says what, and begins after the node's name."""


@dataclass(slots=True)
class Imports:
    """The imports of a script: whole modules, and names from them."""

    whole: set[str] = field(default_factory=set)  # as they are written: "numpy as np"
    names: dict[str, set[str]] = field(default_factory=dict)

    def take(self, module: str, *names: str) -> None:
        """Import a module, or names from it (`"functional as F"`)."""
        if names:
            self.names.setdefault(module, set()).update(names)
        else:
            self.whole.add(module)

    def lines(self) -> list[str]:
        """Sorted as isort does: Python's own, then the others, whole modules first in each."""
        blocks: dict[bool, list[str]] = {True: [], False: []}
        for module in sorted(self.whole):
            blocks[_is_foreign(module)].append(f"import {module}")
        for module in sorted(self.names):
            names = ", ".join(sorted(self.names[module], key=_rank))
            blocks[_is_foreign(module)].append(f"from {module} import {names}")
        both = [blocks[False], blocks[True]]
        return "\n\n".join("\n".join(block) for block in both if block).splitlines()


def _is_foreign(module: str) -> bool:
    return module.split(".")[0].split()[0] in ("torch", "numpy", "safetensors", "torchvision")


def _rank(name: str) -> tuple[int, str]:
    """Constants, then classes, then functions."""
    return (0 if name.isupper() and len(name) > 1 else 1 if name[0].isupper() else 2, name)


@dataclass(slots=True)
class Sources:
    """What has been copied so far."""

    imports: Imports = field(default_factory=Imports)
    taken: set[str] = field(default_factory=set)  # names that mean something in the script
    copied: dict[str, str] = field(default_factory=dict)  # each name and the file it is from
    texts: dict[tuple[str, int], str] = field(default_factory=dict)  # by file and line
    snippets: list[str] = field(default_factory=list)
    makers: dict[tuple[object, ...], str] = field(default_factory=dict)

    def constructor(self, call: Call, name: str) -> tuple[str, list[Argument]]:
        """What to write before the brackets and in them. Raises Refused or NoLiteral."""
        arguments: list[Argument] = [("", value) for value in call.arguments]
        arguments += [(f"{key}=", value) for key, value in call.options.items()]
        for value in (*call.arguments, *call.options.values()):
            literal(value)
        place, _, kind = call.target.rpartition(".")
        if call.target == SNIPPET:
            return self._snippet(call.arguments, name), []
        if call.target == STEPS:
            return self._stepped(call.arguments, name), []
        if call.target.startswith(OWN):
            self.copy(place, kind)
            return kind, arguments
        if place == "torch.nn":
            return f"nn.{kind}", arguments
        self.imports.take(place)
        return call.target, arguments

    def free(self, name: str) -> str:
        """This name, or one like it that means nothing in the script yet."""
        more = (f"{letter}{number or ''}" for number in count() for letter in ascii_uppercase[1:])
        chosen = next(
            word for word in chain([name], map(name.__add__, more)) if word not in self.taken
        )
        self.taken.add(chosen)
        return chosen

    # -- our own modules ---------------------------------------------------------------------------

    def copy(self, file: str, name: str) -> None:
        """Copy what a name of one of our files means, with all that it uses from there."""
        if self.copied.get(name) == file:
            return
        if name in self.copied:
            raise Refused(f"uses another “{name}” than a layer before it")
        text, tree = _parsed(file)
        self.copied[name] = file
        self.taken.add(name)
        (node,) = (entry for entry in tree.body if name in _named(entry))
        first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))])
        lines = text.splitlines()[first - 1 : node.end_lineno]
        self.texts[file, first] = "\n".join(lines)
        self._follow(file, tree, node)

    def _follow(self, file: str, tree: ast.Module, node: ast.AST) -> None:
        used = {word.id for word in ast.walk(node) if isinstance(word, ast.Name)}
        for entry in tree.body:
            if isinstance(entry, ast.Import | ast.ImportFrom):
                self._import(entry, used)
            else:
                for found in sorted(used.intersection(_named(entry))):
                    self.copy(file, found)

    def _import(self, entry: ast.Import | ast.ImportFrom, used: set[str]) -> None:
        for alias in entry.names:
            bound = alias.asname or alias.name.split(".")[0]
            if bound not in used:
                continue
            self.taken.add(bound)
            words = f"{alias.name} as {alias.asname}" if alias.asname else alias.name
            module = entry.module if isinstance(entry, ast.ImportFrom) else alias.name
            if module is None or module.split(".")[0] == "engine":
                raise Refused(f"is made of parts of this program ({module})")
            if isinstance(entry, ast.ImportFrom):
                self.imports.take(module, words)
            else:
                self.imports.take(words)

    def _stepped(self, arguments: Sequence[Any], name: str) -> str:
        """The class that does these steps, the same one for the same steps."""
        key = (STEPS, *arguments)
        if key not in self.makers:
            steps, results, *tensors = arguments
            stepping = Stepping(steps, results, tensors[0] if tensors else ())
            kind = self.free(camel(name))
            text = stepping.text(kind, said_of(name, steps))
            for copied in sorted(stepping.copies):
                self.copy(STEPS.rpartition(".")[0], copied)
            self.snippets.append(text)
            self.makers[key] = kind
        return self.makers[key]

    # -- a person's code ---------------------------------------------------------------------------

    def _snippet(self, arguments: Sequence[object], name: str) -> str:
        key = tuple(arguments)
        if key not in self.makers:
            source, names = str(arguments[0]), tuple(map(str, arguments[1]))  # type: ignore[call-overload]
            made = written(source, names, self.free(camel(name)), frozenset(self.taken))
            for way in made.imports:
                self.imports.take(*way)
            self.taken |= made.names
            self.snippets.append(made.text)
            self.makers[key] = made.maker
        return self.makers[key]

    def definitions(self) -> Iterator[str]:
        """Every class and function that was copied, in the order of the files, then a person's code."""
        for key in sorted(self.texts):
            yield self.texts[key]
        yield from self.snippets


def _parsed(file: str) -> tuple[str, ast.Module]:
    try:
        text = inspect.getsource(importlib.import_module(file))
    except OSError as error:
        raise Refused("is a module whose source is not at hand here") from error
    return text, ast.parse(text)


def _named(entry: ast.stmt) -> tuple[str, ...]:
    """The names that a statement gives a meaning to."""
    match entry:
        case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
            return (name,)
        case ast.Assign(targets=targets):
            words = (word for target in targets for word in ast.walk(target))
            return tuple(
                word.id
                for word in words
                if isinstance(word, ast.Name) and isinstance(word.ctx, ast.Store)
            )
        case ast.AnnAssign(target=ast.Name(id=name)):
            return (name,)
    return ()


def camel(name: str) -> str:
    """The name of a class for a node or a group: `ResBlock1` for `res_block_1`."""
    return "".join(word[:1].upper() + word[1:] for word in name.split("_")) or "Module"
