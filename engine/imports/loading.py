"""A module out of a person's own Python file or package. To load it is to run it: whoever calls has asked first."""

import importlib
import importlib.util
import inspect
import os
import sys
import traceback
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from pathlib import Path
from types import ModuleType
from typing import Any

from torch import nn

from engine.declare import did_you_mean
from engine.imports.refusal import ImportRefused


def loaded(target: str, arguments: Mapping[str, Any] | list[Any] | None = None) -> nn.Module:
    """The nn.Module that `module.py:Class`, `module.py:make_model` or `package.module:Class` stands for.

    Args:
        target: Where it is; the name after the colon may be left out where a file defines just one module.
        arguments: What the class or function is given.

    Raises ImportRefused with a sentence; what Python said is its detail.
    """
    place, _, name = target.rpartition(":") if ":" in target else (target, "", "")
    place, name = (
        (target, "") if place and name.endswith(".py") else (place, name)
    )  # a drive's colon
    with redirect_stdout(sys.stderr):
        room = _room(place)
        found = getattr(room, name, None) if name else _only_module(room, place)
        if found is None:
            guess = did_you_mean(name, [key for key in vars(room) if not key.startswith("_")])
            raise ImportRefused(f"{place} has nothing called {name}.{guess}")
        return _made(found, name or found.__name__, arguments)


def _room(place: str) -> ModuleType:
    if not place.endswith(".py"):
        here = os.getcwd()  # where people stand when they name a package of theirs
        sys.path.append(here)
        try:
            room: ModuleType = _run(place, lambda: _package(place))
        finally:
            sys.path.remove(here)
        return room
    path = Path(place)
    if not path.is_file():
        raise ImportRefused(f"There is no file {place}. Check its name and place.")
    spec = importlib.util.spec_from_file_location(path.stem, path.resolve())
    if spec is None or spec.loader is None:
        raise ImportRefused(f"{place} is not a Python file.")
    room, loader = importlib.util.module_from_spec(spec), spec.loader
    sys.path.insert(0, str(path.resolve().parent))
    before = sys.modules.get(path.stem)
    sys.modules[path.stem] = room
    try:
        _run(place, lambda: loader.exec_module(room))
    finally:
        sys.path.remove(str(path.resolve().parent))
        if before is not None:
            sys.modules[path.stem] = before
    return room


def _package(place: str) -> ModuleType:
    try:
        return importlib.import_module(place)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{place}.".startswith(f"{error.name}."):
            raise  # something that the person's code wants
        raise ImportRefused(
            f"There is no module {error.name} to be imported here. Install it, or name a file: module.py:Class."
        ) from error


def _run(what: str, work: Callable[[], Any]) -> Any:
    """Run the person's code; whatever it raises becomes a sentence with its own traceback."""
    try:
        return work()
    except ImportRefused:
        raise
    except (Exception, SystemExit) as error:
        raise ImportRefused(
            f"{what} could not be run: {type(error).__name__}: {error}", detail=own_trace(error)
        ) from error


def own_trace(error: BaseException) -> str:
    """The traceback without this program's own frames and torch's."""
    hidden = (str(Path(__file__).parent), str(Path(nn.__file__).parent.parent), "<frozen")
    frames = traceback.extract_tb(error.__traceback__)
    frames = [frame for frame in frames if not frame.filename.startswith(hidden)]  # type: ignore[assignment]
    return "".join(traceback.format_list(frames)) + f"{type(error).__name__}: {error}"


def _only_module(room: ModuleType, place: str) -> type[nn.Module]:
    found = [
        one
        for one in vars(room).values()
        if inspect.isclass(one) and issubclass(one, nn.Module) and one.__module__ == room.__name__
    ]
    if len(found) == 1:
        return found[0]
    names = ", ".join(one.__name__ for one in found) or "none"
    raise ImportRefused(
        f"Say which module of {place} is meant, such as {place}:{found[-1].__name__ if found else 'Model'}. "
        f"It defines {names}."
    )


def _made(found: Any, name: str, arguments: Mapping[str, Any] | list[Any] | None) -> nn.Module:
    if isinstance(found, nn.Module):
        return found
    if not callable(found):
        raise ImportRefused(f"{name} is neither an nn.Module nor a function that makes one.")
    positional = arguments if isinstance(arguments, list) else []
    named = arguments if isinstance(arguments, Mapping) else {}
    try:
        inspect.signature(found).bind(*positional, **named)
    except TypeError as error:
        raise ImportRefused(
            f"{name} cannot be made with these arguments: {error}. Give them with --args, such as "
            f"'{{\"depth\": 2}}'."
        ) from error
    except ValueError:
        pass  # it does not say what it takes
    made = _run(name, lambda: found(*positional, **named))
    if not isinstance(made, nn.Module):
        raise ImportRefused(f"{name} gives {type(made).__name__}, not an nn.Module.")
    return made
