"""The door of the helper process: `python -m engine.fast.compiler FOLDER` compiles a step that FOLDER describes.

FOLDER holds `wish.chainrule`, a project file, and `wish.json`, the sizes. It leaves `step.so` there, or a line of why
not on stderr and an exit code that is not 0. It runs beside a training that shall not notice it.
"""

import json
import os
import sys
import warnings
import zipfile
from pathlib import Path

import torch

from engine.course import Course
from engine.fast.rules import knobs_of
from engine.fast.whole import Size, memory, state, whole
from engine.job import Job, prepare
from engine.storage import load

NICE = 10  # of 19: training and window go first


def compile_step(place: Path) -> None:
    """Compile what this folder describes into `step.so`. Raises RuntimeError and whatever torch raises."""
    wish = json.loads((place / "wish.json").read_text())
    size = Size(wish["batch"], wish["count"])
    job = prepare(load(place / "wish.chainrule"))
    if not isinstance(job, Job):
        raise RuntimeError("the network has errors")  # noqa: TRY004
    course = Course(job)
    inputs, targets = course.next_batch()
    course.learn(course.loss(inputs, targets))  # from now on the optimiser remembers something
    _package(course, size, place / "step.pt2")
    _unpack(place / "step.pt2", place / "step.so")


def _package(course: Course, size: Size, made: Path) -> None:
    from torch._inductor import aoti_compile_and_package
    from torch.fx.experimental.proxy_tensor import make_fx

    settings = course.settings
    step = whole(course.network, course.updates, settings, size)
    before = [*state(course.network), *memory(course.updates), knobs_of(settings)]
    rates = torch.full((size.count,), settings.learning_rate, dtype=torch.float64)
    order = torch.arange(size.batch * size.count) % course.batches.count
    given = (*before, rates, *course.batches.inputs, course.batches.targets, order)
    traced = make_fx(step)(*given)
    exported = torch.export.export(traced, given, strict=False)
    aoti_compile_and_package(
        exported, package_path=str(made), inductor_configs={"cpp.threads": settings.threads}
    )


def _unpack(package: Path, library: Path) -> None:
    """Take the machine code out of a package. Raises RuntimeError where it is not all that the step needs."""
    with zipfile.ZipFile(package) as archive:
        names = archive.namelist()
        if any("extern_kernel_nodes" in name for name in names):
            raise RuntimeError("a layer of it cannot be compiled")
        library.write_bytes(archive.read(next(name for name in names if name.endswith(".so"))))


def main() -> int:
    """Compile; the exit code."""
    if hasattr(os, "nice"):
        os.nice(NICE)
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    try:
        compile_step(Path(sys.argv[1]))
    except Exception as error:  # noqa: BLE001 (the run says it in a word and goes on plainly)
        lines = str(error).strip().splitlines() or [""]
        sys.stderr.write(f"{type(error).__name__}: {lines[0]}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
