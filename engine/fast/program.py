"""A compiled step, loaded: machine code behind the C interface that torch's ahead-of-time compiler gives it.

It is called through ctypes, not through torch's own loader: that one keeps Python's lock while it computes, so that a
window beside it would stand still for as long as a step takes.
"""

import ctypes
from pathlib import Path

import torch
from torch import Tensor

_POINTER = ctypes.pythonapi.PyCapsule_GetPointer
_POINTER.restype, _POINTER.argtypes = ctypes.c_void_p, (ctypes.py_object, ctypes.c_char_p)
_CAPSULE = ctypes.pythonapi.PyCapsule_New
_CAPSULE.restype, _CAPSULE.argtypes = (
    ctypes.py_object,
    (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p),
)


class Program:
    """A loaded package. Raises OSError or RuntimeError if it is none, or is made for other arguments."""

    def __init__(self, package: Path, inputs: int) -> None:
        bridge = torch._C._aoti  # which a build of torch may lack: `engine.fast.refusal`
        self._alloc = bridge.unsafe_alloc_void_ptrs_from_tensors
        self._steal = bridge.alloc_tensor_by_stealing_from_void_ptr
        library = ctypes.CDLL(str(package))
        self._handle = ctypes.c_void_p()
        self._delete = library.AOTInductorModelContainerDelete
        made = library.AOTInductorModelContainerCreateWithDevice(
            ctypes.byref(self._handle), ctypes.c_size_t(1), b"cpu", None
        )
        count = ctypes.c_size_t()
        library.AOTInductorModelContainerGetNumInputs(self._handle, ctypes.byref(count))
        if made or count.value != inputs:
            raise RuntimeError(f"{package.name} takes {count.value} tensors, not {inputs}.")
        self._count, self._given, self._got = (
            inputs,
            (ctypes.c_void_p * inputs)(),
            (ctypes.c_void_p * 1)(),
        )
        self._run = library.AOTInductorModelContainerRun
        size, pointer = ctypes.c_size_t, ctypes.c_void_p
        self._run.argtypes = (pointer, pointer, size, pointer, size, pointer, pointer)

    def __call__(self, given: list[Tensor]) -> Tensor:
        """Do the steps: weights and memories among the given tensors change in place. The losses, (count,)."""
        self._given[:] = [
            _POINTER(capsule, None) for capsule in self._alloc(given)
        ]  # which the call uses up
        if self._run(self._handle, self._given, self._count, self._got, 1, None, None):
            raise RuntimeError("A compiled step could not be done.")
        losses: Tensor = self._steal(_CAPSULE(self._got[0], None, None))
        return losses

    def close(self) -> None:
        """Give back what the program holds."""
        self._delete(self._handle)
