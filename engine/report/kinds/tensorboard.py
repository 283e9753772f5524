"""A run as event files for TensorBoard."""

from collections.abc import Iterator
from pathlib import Path
from time import time
from typing import Any

from engine.report.curves import thinned
from engine.report.kind import Report
from engine.report.subject import Told

MOST = 100_000  # points of a curve that are written; TensorBoard shows 1,000 of them unless it is told otherwise


class TensorBoard(Report):
    """A folder that TensorBoard reads: every curve, the settings, and what happened, at the times they had."""

    name = "tensorboard"
    title = "TensorBoard"
    needs = ("tensorboard",)

    def write(self, told: Told, out: Path) -> tuple[Path, ...]:
        from tensorboard.summary.writer.record_writer import RecordWriter

        begun = time() - told.run.history.seconds
        out.mkdir(parents=True, exist_ok=True)
        file = out / f"events.out.tfevents.{int(begun)}.chainrule"
        with file.open("wb") as stream:
            writer = RecordWriter(stream)
            for event in _events(told, begun):
                writer.write(event.SerializeToString())
            writer.flush()
        return (file,)


def _events(told: Told, begun: float) -> Iterator[Any]:
    """Protocol buffers, the first of which says the version of the format."""
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.compat.proto.summary_pb2 import Summary

    yield Event(wall_time=begun, file_version="brain.Event:2")
    for title, words in (
        ("settings", _table(told)),
        ("events", _happened(told)),
        ("notes", told.notes),
    ):
        if words:
            yield Event(wall_time=begun, step=0, summary=Summary(value=[_text(title, words)]))
    for series in (thinned(whole, MOST) for whole in told.series):
        times = (begun + told.clock.second(series.steps)).tolist()
        points = zip(series.steps.tolist(), series.values.tolist(), times, strict=True)
        for step, value, moment in points:
            said = Summary.Value(tag=series.name, simple_value=value)
            yield Event(wall_time=moment, step=step, summary=Summary(value=[said]))


def _table(told: Told) -> str:
    return "\n".join(["| | |", "|-|-|", *(f"| {a} | {b} |" for a, b in told.settings)])


def _happened(told: Told) -> str:
    rows = [f"| {step} | {text} |" for step, text in told.moments]
    return "\n".join(["| step | |", "|-|-|", *rows]) if rows else ""


def _text(tag: str, words: str) -> Any:
    """A text, as the dashboard for texts finds it."""
    from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata
    from tensorboard.compat.proto.tensor_pb2 import TensorProto
    from tensorboard.compat.proto.tensor_shape_pb2 import TensorShapeProto

    shape = TensorShapeProto(dim=[TensorShapeProto.Dim(size=1)])
    tensor = TensorProto(dtype="DT_STRING", string_val=[words.encode()], tensor_shape=shape)
    plugin = SummaryMetadata.PluginData(plugin_name="text")
    return Summary.Value(
        tag=f"{tag}/text_summary", metadata=SummaryMetadata(plugin_data=plugin), tensor=tensor
    )
