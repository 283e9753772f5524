"""A file of ONNX: the network for runtimes that know no PyTorch."""

import io
import logging
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.export import Dim

from engine.export.bare import Bare, bare, flat_results
from engine.export.carrying import Maker, Runner, Uncarried, carried, in_the_way, stopped
from engine.export.format import Format
from engine.export.subject import Subject
from engine.export.traceable import traceable
from engine.export.writing import Writer

LOOPS = ("RNN", "GRU", "LSTM", "MaxPool1d")
"""What the newer exporter writes out for one number of steps."""


class Onnx(Format):
    """The network as ONNX, checked in ONNX Runtime before it is written.

    Any batch size; any length where lengths are free. It predicts only, and takes no lengths: every step counts.
    """

    name = "onnx"
    title = "ONNX"
    suffix = ".onnx"
    carries = "the network and its weights, in inference mode, with any batch size"
    sequences = "any length, the same for all in a batch: it takes no lengths, every step counts"
    leaves = "losses and training"
    needs = ("onnx", "onnxscript", "onnxruntime")
    refuses = {
        "LSTM": "ONNX knows no projection in it. Set the projection to 0, or use another format."
    }

    def __init__(self) -> None:
        self.content = b""

    def refusals(self, subject: Subject) -> Iterator[str]:
        found = bare(subject)
        try:
            self.content = written(found)
        except Uncarried as error:
            yield from _in_the_way(self, subject, str(error))

    def writers(self, subject: Subject, out: Path) -> Mapping[Path, Writer]:
        content = self.content or written(bare(subject))
        return {out: lambda path: path.write_bytes(content) and None}


def written(found: Bare) -> bytes:
    """The bytes of the file: by the newer exporter, or by the older one. Raises Uncarried."""
    loops = found.free and any(type(module).__name__ in LOOPS for module in found.module.modules())
    ways = (older, newer) if loops else (newer, older)
    try:
        return carried(found, ways[0])
    except Uncarried as error:
        try:
            return carried(found, ways[1])
        except Uncarried:
            raise error from None


def either(found: Bare) -> tuple[bytes, Runner]:
    """The bytes of the file by whichever exporter can, and how to run them."""
    content = written(found)
    return content, runner(content, found)


def _in_the_way(form: Onnx, subject: Subject, whole: str) -> Iterator[str]:
    """The layers that no exporter knows; or those of which each exporter knows but some."""
    found = list(in_the_way(subject, form.title, either, form.refuses, at_any_length=True))
    if found:
        yield from found
        return
    new, old = (_unknown(subject, way) for way in (newer, older))
    if new and old:
        yield (
            f"No one exporter to {form.title} knows {' and '.join(new)} as well as {' and '.join(old)}: "
            "put fewer of them in one network, or use data of a fixed length."
        )
    else:
        yield f"The network as a whole cannot be carried by {form.title}: {whole}."


def _unknown(subject: Subject, way: Maker) -> list[str]:
    return [f"{label} {name}" for label, name, _ in stopped(subject, way)]


def newer(found: Bare) -> tuple[bytes, Runner]:
    """By the exporter that builds on torch.export."""
    sizes = tuple(dict.fromkeys(moving, Dim.DYNAMIC) for moving in found.moving())
    with _quiet():
        program = torch.onnx.export(
            found.module, found.batch(), dynamo=True, dynamic_shapes=sizes, verbose=False,
            input_names=list(found.takes), output_names=list(found.gives),
        )  # fmt: skip
    assert program is not None  # noqa: S101 (for the type checker)
    proto = program.model_proto
    _name_sizes(proto, found)
    content: bytes = proto.SerializeToString()
    return content, runner(content, found)


def older(found: Bare) -> tuple[bytes, Runner]:
    """By the exporter that traces, which keeps loops."""
    stream = io.BytesIO()
    moving = dict(zip(found.takes, found.moving(), strict=True))
    given = {name: {0: "batch"} for name in found.gives}
    with _quiet(), traceable():
        torch.onnx.export(
            found.module, found.batch(), stream,  # type: ignore[arg-type]  # it takes one
            dynamo=False, dynamic_axes={**moving, **given},
            input_names=list(found.takes), output_names=list(found.gives),
        )  # fmt: skip
    content = stream.getvalue()
    return content, runner(content, found)


def runner(content: bytes, found: Bare) -> Runner:
    """How ONNX Runtime runs a file."""
    import onnxruntime  # optional

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4  # what fails is raised as well, and is told by us
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])

    def run(batch: tuple[Tensor, ...]) -> list[Tensor]:
        given = {name: tensor.numpy() for name, tensor in zip(found.takes, batch, strict=True)}
        read = {
            entry.name for entry in session.get_inputs()
        }  # one whose size alone matters is gone
        results = session.run(None, {name: a for name, a in given.items() if name in read})
        return flat_results([torch.from_numpy(array.copy()) for array in results])

    return run


def _name_sizes(proto: Any, found: Bare) -> None:
    """Call the sizes that move what the program calls them: batch, time."""
    names: dict[str, str] = {}
    for entry, moving in zip(proto.graph.input, found.moving(), strict=False):
        for axis, name in moving.items():
            names.setdefault(entry.type.tensor_type.shape.dim[axis].dim_param, name)
    for entry in (*proto.graph.input, *proto.graph.output, *proto.graph.value_info):
        for size in entry.type.tensor_type.shape.dim:
            if size.dim_param in names:
                size.dim_param = names[size.dim_param]


@contextmanager
def _quiet() -> Iterator[None]:
    """Without what the exporters say of themselves."""
    before = logging.root.manager.disable
    logging.disable(logging.ERROR)
    torch._C._jit_set_onnx_log_enabled(False)
    try:
        with (
            warnings.catch_warnings(),
            redirect_stdout(io.StringIO()),
            redirect_stderr(io.StringIO()),
        ):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)
