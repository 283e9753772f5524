"""A module run once under the recorder, with torch's own Python seen through."""

import inspect
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from engine.imports.recorder import Recorder
from engine.imports.tape import Tape


@contextmanager
def _plain_torch() -> Iterator[None]:
    """Let torch's own Python functions be seen through, so that only the operations in them are recorded."""
    rooms = (torch.nn.functional, torch._tensor, torch.functional)
    words = ("has_torch_function", "has_torch_function_unary", "has_torch_function_variadic")
    kept = [
        (room, word, getattr(room, word)) for room in rooms for word in words if hasattr(room, word)
    ]
    fast = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    for room, word, _ in kept:
        setattr(room, word, lambda *_: False)
    try:
        yield
    finally:
        for room, word, before in kept:
            setattr(room, word, before)
        torch.backends.mha.set_fastpath_enabled(fast)


def recorded(module: nn.Module, inputs: Mapping[str, Tensor]) -> Tape:
    """Run a module and write down what it does. Raises ImportRefused, and whatever the module raises."""
    recorder = Recorder(module, inputs)
    plain: Any = nn.Module.__call__

    def seen(self: nn.Module, *args: Any, **kwargs: Any) -> Any:
        return recorder.called(plain, self, args, kwargs)

    positional = tuple(inputs.values())
    with _plain_torch(), recorder:
        nn.Module.__call__ = seen  # type: ignore[method-assign]
        try:
            torch.manual_seed(0)
            arguments = _by_name(module, inputs)
            module(**arguments) if arguments else module(*positional)
        finally:
            nn.Module.__call__ = plain  # type: ignore[method-assign]
    remarks = list(dict.fromkeys(recorder.remarks))
    return Tape(recorder.root, recorder.values, remarks, recorder.owned)


def _by_name(module: nn.Module, inputs: Mapping[str, Tensor]) -> dict[str, Tensor] | None:
    """The inputs by the names of forward's arguments; None if it has no names for them all."""
    parameters = inspect.signature(module.forward).parameters
    named = {
        key for key, one in parameters.items() if one.kind is not inspect.Parameter.VAR_POSITIONAL
    }
    return dict(inputs) if set(inputs) <= named else None
