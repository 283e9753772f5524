"""Why a run stays with plain steps, in words for the run bar; None where it need not."""

import shutil
import sys
from os import environ

import torch

from engine.fast.rules import RULES
from engine.graph import Graph
from engine.job import Job
from engine.streamed import Streamed
from engine.varied import varies

RECURRENT = frozenset({"RNN", "GRU", "LSTM"})
OPAQUE = frozenset({"Code", "Opaque"})
COMPILERS = ("g++", "clang++", "c++")


def refusal(job: Job) -> str | None:
    """Why the steps of this job are not compiled."""
    settings = job.settings
    if job.recipe is None:
        return "its data have no recipe"
    if isinstance(job.data.train.inputs, Streamed):
        return "data that are read bit by bit stay plain"
    if varies(job.data):
        return "with varied pictures, steps stay plain"
    if settings.device != "cpu":
        return f"on {settings.device.upper()}, steps stay plain"
    if settings.precision == "mixed":
        return "mixed precision stays plain"
    if settings.accumulate > 1:
        return "accumulated batches stay plain"
    if settings.teacher_forcing < 1:
        return "without teacher forcing, steps stay plain"
    if settings.optimizer not in RULES:
        return f"{settings.optimizer} stays plain"
    return _layers(job.graph) or _machine()


def _layers(graph: Graph) -> str | None:
    for node in graph.nodes.values():
        kind = type(node.layer).__name__
        if kind in RECURRENT:
            return f"{kind} cannot be compiled"
        if kind in OPAQUE:
            return "code of your own is not compiled"
    return None


def _machine() -> str | None:
    if sys.platform == "win32":
        return "compiling needs Linux or macOS"
    if getattr(sys, "frozen", False):
        return "this build cannot compile"
    if not hasattr(torch._C, "_aoti"):
        return "this PyTorch cannot load compiled steps"
    given = environ.get("CXX")
    if not any(shutil.which(name) for name in ((given,) if given else COMPILERS)):
        return "no C++ compiler was found"
    return None
