"""What a module does while it runs, counted operation by operation: multiply-adds, and the numbers it brings forth.

The formulas are those of `torch.utils.flop_counter`, without its bookkeeping by module.
"""

from typing import Any

from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry


class Tally(TorchDispatchMode):
    """Counts while it is entered. `held` is in numbers of four bytes: all that was newly made, as backward needs it."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.operations = 0
        self.held = 0

    def __torch_dispatch__(
        self,
        func: Any,
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        options = kwargs or {}
        packet = func._overloadpacket
        formula = flop_registry.get(packet)
        if formula is None:
            with self:
                result = func.decompose(*args, **options)
            if result is not NotImplemented:
                return result
        result = func(*args, **options)
        if formula is not None:
            self.operations += formula(*args, **options, out_val=result)
        if not (func.is_view or func._schema.is_mutable):
            for made in result if isinstance(result, tuple | list) else (result,):
                if isinstance(made, Tensor):
                    self.held += made.numel() * made.element_size() // 4
        return result
