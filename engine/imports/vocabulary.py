"""What torch's functions are called in a step: which are recorded under which name, and which are left alone."""

from collections.abc import Mapping
from typing import Any

from torch import Tensor

from engine.modules.operations import ALLOWED, PLACES


def _names() -> Mapping[Any, str]:
    """What each function of torch is called in a step."""
    found: dict[Any, str] = {}
    for place, words in ALLOWED.items():
        for word in sorted(words):
            function = getattr(PLACES[place], word, None)
            if function is not None:
                found.setdefault(function, f"{place}.{word}")
    return found


NAMES = _names()
VIEWS_OF_SELF = {
    "T": "Tensor.t",
    "data": "Tensor.detach",
    "real": "torch.real",
    "imag": "torch.imag",
}
IN_PLACE = {
    "zero_": "torch.zeros_like",
    "fill_": "torch.full_like",
    "__setitem__": "put",
    "normal_": "torch.randn_like",
    "requires_grad_": "",
    "retain_grad": "",
}
EMPTY = {
    "empty": "torch.zeros",
    "empty_like": "torch.zeros_like",
    "new_empty": "Tensor.new_zeros",
}
"""What makes a tensor that is filled later."""
SILENT = frozenset(
    "size dim ndimension numel stride storage_offset data_ptr is_contiguous is_floating_point is_complex element_size "
    "nelement get_device __len__ is_signed _is_view __repr__ __format__ backward register_hook is_same_size "
    "is_tensor is_nonzero storage untyped_storage type __hash__ dense_dim sparse_dim is_inference equal "
    "result_type promote_types can_cast is_grad_enabled _set_grad_enabled".split()
)
ASKED = {
    "item",
    "tolist",
    "__bool__",
    "__int__",
    "__float__",
    "__index__",
    "allclose",
    "__contains__",
    "numpy",
}
IDLE = frozenset("float to cpu cuda long double half type_as".split())
"""What does nothing to a tensor that is so already."""
CONSTANTS = {"tensor", "as_tensor", "from_numpy", "new_tensor", "asarray", "sparse_coo_tensor"}


def by_word(func: Any, word: str) -> str | None:
    """A step for a function that has several doors, such as `torch._C._linalg.linalg_norm`."""
    owner = getattr(func, "__objclass__", None)
    for prefix, place in (("linalg_", "linalg"), ("fft_", "fft"), ("special_", "special")):
        if word.startswith(prefix) and word.removeprefix(prefix) in ALLOWED[place]:
            return f"{place}.{word.removeprefix(prefix)}"
    dunder = {
        "__and__": "bitwise_and",
        "__or__": "bitwise_or",
        "__xor__": "bitwise_xor",
        "__invert__": "bitwise_not",
        "__rsub__": "rsub",
        "__rpow__": "pow",
        "__pow__": "pow",
        "__floordiv__": "floor_divide",
        "__rmul__": "mul",
        "__radd__": "add",
        "__eq__": "eq",
        "__ne__": "ne",
        "__lt__": "lt",
        "__le__": "le",
        "__gt__": "gt",
        "__ge__": "ge",
        "__matmul__": "matmul",
        "__neg__": "neg",
        "__abs__": "abs",
        "__mul__": "mul",
        "__add__": "add",
        "__sub__": "sub",
        "__truediv__": "div",
        "__mod__": "remainder",
        "__rfloordiv__": "floor_divide",
        "absolute_": "abs",
    }.get(word, word)
    if owner is not None and dunder in ALLOWED["Tensor"]:
        return f"Tensor.{dunder}"
    return next(
        (f"{place}.{dunder}" for place in ("torch", "nn", "Tensor") if dunder in ALLOWED[place]),
        None,
    )


def pure(func: Any, name: str) -> str | None:
    """The operation that gives what one in place, such as `relu_` or `__iadd__`, leaves behind."""
    word = name.strip("_") if not name.startswith("__") else name.strip("_")[1:]
    word = {"truediv": "div", "floordiv": "floor_divide", "and": "bitwise_and"}.get(word, word)
    is_method = getattr(Tensor, name, None) == func
    places = ("Tensor", "torch", "nn") if is_method else ("torch", "nn", "Tensor")
    return next((f"{place}.{word}" for place in places if word in ALLOWED[place]), None)
