"""An actual run of a module is recorded: every tensor operation outside torch's own Python, with the calls around it.

Python's loops and branches are resolved by running. Torch's functions written in Python are seen through, so that only
the operations in them are recorded; what is changed in place is written down as a new tensor.
"""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence
from torch.overrides import TorchFunctionMode

from engine.imports.packing import WORDS, Packing, run_packed
from engine.imports.refusal import ImportRefused
from engine.imports.tape import Call, Operation, Ref, Value, leaves
from engine.imports.vocabulary import (
    ASKED,
    CONSTANTS,
    EMPTY,
    IDLE,
    IN_PLACE,
    NAMES,
    SILENT,
    VIEWS_OF_SELF,
    by_word,
    pure,
)


class Recorder(TorchFunctionMode):
    """Writes down what a module does while it runs."""

    def __init__(self, module: nn.Module, inputs: Mapping[str, Tensor]) -> None:
        super().__init__()
        self.values: list[Value] = []
        self.remarks: list[str] = []
        self.stale: set[int] = set()
        self._known: dict[int, Value] = {}
        self._parts: dict[int, tuple[Tensor, Any]] = {}  # x[index] by its id: x and the index
        self._owned = {id(t): (n, True) for n, t in module.named_parameters()}
        self._owned |= {id(t): (n, False) for n, t in module.named_buffers()}
        self._paths = {id(m): n for n, m in module.named_modules()}
        self._packing = Packing()
        self.level = self.root = Call("", module, None)
        for name, tensor in inputs.items():
            self._note(tensor, "input", name)
        tensors = (*module.named_parameters(), *module.named_buffers())
        for name, tensor in tensors:
            self._note(tensor, "own", name)
        self.owned = {n: self._known[id(t)].number for n, t in _all_named(module) if t is not None}

    # -- modules ---------------------------------------------------------------------------

    def called(self, run: Callable[..., Any], module: nn.Module, args: Any, kwargs: Any) -> Any:
        """Run a module, as a level of its own."""
        path = self._paths.get(id(module), "")
        with torch._C.DisableTorchFunction():
            given, named = self._refs(args), self._refs(kwargs)
        call = Call(path, module, self.level, given, named)
        if self.level is self.root and module is self.root.module and not self.root.happened:
            call = self.root  # the run itself
            call.given, call.named = given, named
        else:
            self.level.happened.append(call)
        before, self.level = self.level, call
        try:
            if isinstance(module, nn.RNNBase) and args and isinstance(args[0], PackedSequence):
                found = self._run_packed(run, module, *args, **kwargs)
            else:
                found = run(module, *args, **kwargs)
        finally:
            self.level = before
        call.results = self._refs(_by_field(found) if call is self.root else found)
        return found

    def _run_packed(
        self, run: Any, module: nn.RNNBase, packed: PackedSequence, hx: Any = None
    ) -> Any:
        known = self._packing.unpacked(packed, self.level.path)
        states = () if hx is None else (hx,) if isinstance(hx, Tensor) else tuple(hx)
        found, padded, given, results = run_packed(run, module, packed, known, states)
        self._packing.gave(found[0], padded)
        self._write("packed_rnn", given, {}, results)
        return found

    # -- operations ---------------------------------------------------------------------------

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        name = getattr(func, "__name__", "")
        if name == "__get__":
            return self._looked_up(func, args)
        if name in SILENT or name == "__set__":
            return func(*args, **kwargs)
        if name in ASKED:
            self._remark_on(name, args)
            return func(*args, **kwargs)
        changes = name in IN_PLACE or (name.endswith("_") and not name.startswith("__"))
        changes = changes or (name.startswith("__i") and name not in ("__invert__", "__index__"))
        return (
            self._changed(func, name, args, kwargs) if changes else self._made(func, args, kwargs)
        )

    def _looked_up(self, func: Any, args: tuple[Any, ...]) -> Any:
        word, found = func.__self__.__name__, func(*args)
        if not isinstance(found, Tensor) or word in ("grad", "_base"):
            return found
        if word in ("T", "mT", "H", "mH"):
            axes = tuple(range(args[0].ndim))
            turned = axes[::-1] if word in "TH" else (*axes[:-2], axes[-1], axes[-2])
            self._write("Tensor.permute", (args[0], *turned), {}, found)
        elif word in VIEWS_OF_SELF and found is not args[0]:
            self._write(VIEWS_OF_SELF[word], args, {}, found)
        return found

    def _made(self, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        found = func(*args, **kwargs)
        if not any(isinstance(leaf, Tensor) for leaf in leaves(found)):
            return found
        word = getattr(func, "__name__", "")
        if word in EMPTY:
            with torch._C.DisableTorchFunction():
                found.zero_()  # whoever fills it later does not mind, and a drawing holds no chance
        if word in IDLE and found is args[0]:
            return found
        if self._is_packing(word, args, found):
            return found
        if word in CONSTANTS and not any(self._is_made(leaf) for leaf in leaves(args)):
            self._note(found, "own", "")
            return found
        name = EMPTY.get(word) or NAMES.get(func) or by_word(func, word)
        name = "get" if word == "__getitem__" else name
        if name is None:
            where = self.level.path or "the module itself"
            raise ImportRefused(
                f"{where} uses torch's “{word}”, which has no place in a drawing.", where=where
            )
        self._write(name, args, kwargs, found)
        if name == "get" and isinstance(found, Tensor) and found._base is not None:
            with torch._C.DisableTorchFunction():
                self._parts[id(found)] = (args[0], self._refs(args[1]))
        return found

    def _is_packing(self, word: str, args: tuple[Any, ...], found: Any) -> bool:
        """Whether this is a part of packing or padding that is seen through."""
        if word in WORDS:
            self._packing.saw(word, args, found)
        if word in ("index_select", "__getitem__"):
            whole = self._packing.in_order(args[0], found)
            if whole is not None:
                self._known[id(found)] = self._known[id(whole)]
            return whole is not None
        if word != "_pad_packed_sequence":
            return False
        self.remarks.append(
            f"{self.level.path or 'The module'} gives as many steps as the longest sequence of a batch; the drawing "
            "always gives all, with zeros behind the end of each."
        )
        padded = self._packing.padded(args[0], found, args[2], self.level.path)
        if padded is not None:
            self._known[id(found[0])] = self._known[id(padded.numbers)]
            self._known[id(found[1])] = self._known[id(padded.lengths)]
        return True

    def _changed(self, func: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """An operation that changes its first argument: written down as one that makes a new tensor."""
        target = args[0] if isinstance(args[0], Tensor) else kwargs["input"]
        plain = IN_PLACE.get(name)
        if plain == "":
            return func(*args, **kwargs)
        with torch._C.DisableTorchFunction():
            if name == "__setitem__" and id(target) in self._known:
                self.stale.discard(self._known[id(target)].number)  # what it names is written over
            given, named = self._refs(args), self._refs(kwargs)
            self._hold(target)
        found = func(*args, **kwargs)
        plain = plain or pure(func, name)
        if plain is None:
            raise ImportRefused(
                f"{self.level.path or 'The module'} uses “{name}”, which has no place in a drawing."
            )
        if name == "copy_":
            given = (given[0], (slice(None),) * target.ndim or (...,), given[1])
            plain = "put"
        if name == "normal_":
            given, named = given[:1], {}
        number = self._note(target, "made", "", again=True).number
        self.level.happened.append(Operation(plain, given, named, Ref(number), self.level))
        self._carry_back(target)
        return found

    def _carry_back(self, part: Tensor) -> None:
        """What was done to a part of a tensor, `x[:, 0]`, was done to the tensor."""
        while id(part) in self._parts:
            whole, index = self._parts[id(part)]
            before, changed = self._known[id(whole)].number, self._known[id(part)].number
            after = self._note(whole, "made", "", again=True).number
            given = (Ref(before), index, Ref(changed))
            self.level.happened.append(Operation("put", given, {}, Ref(after), self.level))
            part = whole

    def _hold(self, target: Tensor) -> None:
        """Keep what a tensor, and all that share its memory, held before it is changed."""
        memory = target.untyped_storage().data_ptr() if target.numel() else 0
        for value in self._known.values():
            if value.tensor.numel() and value.tensor.untyped_storage().data_ptr() == memory:
                if value.held is None:
                    value.held = value.tensor.detach().clone()
                if value.tensor is not target:
                    self.stale.add(value.number)

    # -- values ---------------------------------------------------------------------------

    def _write(self, name: str, args: Any, kwargs: Any, found: Any) -> None:
        with torch._C.DisableTorchFunction():
            given, named = self._refs(args), self._refs(kwargs)
            results = self._results(found)
        self.level.happened.append(Operation(name, given, named, results, self.level))

    def _results(self, found: Any) -> Any:
        if isinstance(found, Tensor):
            return Ref(self._note(found, "made", "", again=True).number)
        if isinstance(found, tuple | list):
            return tuple(self._results(inner) for inner in found)
        return found

    def _refs(self, given: Any) -> Any:
        """What is given, with Refs in place of tensors."""
        if isinstance(given, Tensor):
            value = self._known.get(id(given)) or self._note(given, "own", "")
            if value.number in self.stale:
                raise ImportRefused(
                    f"{self.level.path or 'The module'} changes part of a tensor in place and reads it elsewhere; "
                    "a drawing has no place for that.",
                    where=self.level.path,
                )
            return Ref(value.number)
        if isinstance(given, dict):
            return {key: self._refs(inner) for key, inner in given.items()}
        if isinstance(given, list | tuple):
            inner = [self._refs(one) for one in given]
            return inner if isinstance(given, list) else tuple(inner)
        if isinstance(given, slice):
            return slice(*(self._refs(one) for one in (given.start, given.stop, given.step)))
        return given

    def _note(self, tensor: Tensor, source: str, name: str, *, again: bool = False) -> Value:
        if id(tensor) in self._known and not again:
            return self._known[id(tensor)]
        learnt = False
        if source == "own":
            name, learnt = self._owned.get(id(tensor), (name, False))
        value = Value(len(self.values), source, name, tensor, learnt)
        self.values.append(value)
        self._known[id(tensor)] = value
        return value

    def _is_made(self, leaf: object) -> bool:
        return (
            isinstance(leaf, Tensor)
            and id(leaf) in self._known
            and self._known[id(leaf)].source != "own"
        )

    def _remark_on(self, name: str, args: tuple[Any, ...]) -> None:
        if any(self._is_made(leaf) for leaf in leaves(args)):
            where = self.level.path or "The module"
            self.remarks.append(
                f"{where} looks at a number of what flows through it ({name.strip('_')}): drawn is what it did with "
                "the example."
            )


def _by_field(found: Any) -> Any:
    """What a module gives back, by names where its results have names."""
    if dataclasses.is_dataclass(found) and not isinstance(found, type | dict):
        return {one.name: getattr(found, one.name) for one in dataclasses.fields(found)}
    return found._asdict() if hasattr(found, "_asdict") else found


def _all_named(module: nn.Module) -> Iterator[tuple[str, Tensor]]:
    """Parameters and buffers by every name that they have, tied ones several times."""
    yield from module.named_parameters(remove_duplicate=False)
    yield from module.named_buffers(remove_duplicate=False)
