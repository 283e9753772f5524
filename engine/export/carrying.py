"""Whether a format carries a network: it is written in memory, run by whoever is to run it, and compared.

It is run at two batch sizes, and at two lengths where lengths are free. If it fails, each layer is tried by itself, so
that the one that is in the way can be named.
"""

from collections.abc import Callable, Iterator, Mapping

import torch
from torch import Tensor

from engine.export.bare import Bare, flat_results, singles
from engine.export.subject import Subject
from engine.graph import NodeId

TOLERANCE = 1e-5  # of the largest number, or of 1
Runner = Callable[[tuple[Tensor, ...]], list[Tensor]]
Maker = Callable[[Bare], tuple[bytes, Runner]]
"""Writes a network, and gives the bytes and how to run them."""


class Uncarried(Exception):  # noqa: N818 - says what happened, as people do
    """What a format makes of a network is not that network; the text says how, in a few words."""


def carried(found: Bare, make: Maker) -> bytes:
    """The network in a format, run and compared. Raises Uncarried."""
    try:
        content, run = make(found)
        for second in (False, True):
            _compare(found, run, found.batch(second), second)
    except Uncarried:
        raise
    except Exception as error:  # noqa: BLE001 (exporters raise all kinds)
        raise Uncarried(_first_line(error)) from error
    return content


def _compare(found: Bare, run: Runner, batch: tuple[Tensor, ...], second: bool) -> None:
    with torch.no_grad():
        wanted = flat_results(found.module(*batch))
    got = run(batch)
    where = " at another batch size or length" if second else ""
    if [tuple(a.shape) for a in wanted] != [tuple(b.shape) for b in got]:
        raise Uncarried(f"its results have other sizes{where}")
    for one, other in zip(wanted, got, strict=True):
        one, other = one.double(), other.double()
        same = torch.allclose(one, other, rtol=TOLERANCE, atol=TOLERANCE, equal_nan=True)
        if not same:
            difference = float((one - other).abs().max())
            raise Uncarried(f"its results differ by {difference:.2g}{where}")


def _first_line(error: Exception) -> str:
    text = str(error).strip() or type(error).__name__
    line = " ".join(text.splitlines()[0].split())
    return line if len(line) <= 200 else f"{line[:199]}…"


def stopped(subject: Subject, make: Maker) -> Iterator[tuple[str, NodeId, Uncarried]]:
    """The layers that cannot be carried by themselves: kind, name and why."""
    for name, one in singles(subject):
        try:
            carried(one, make)
        except Uncarried as error:
            yield subject.job.graph.nodes[name].layer.label, name, error


def in_the_way(
    subject: Subject,
    title: str,
    make: Maker,
    known: Mapping[str, str],
    *,
    at_any_length: bool = False,
) -> Iterator[str]:
    """A sentence for each layer that a format cannot carry.

    `known` are reasons by kind, which hold where lengths are free, or at any length.
    """
    for label, name, error in stopped(subject, make):
        kind = subject.job.graph.nodes[name].layer.kind()
        free = any(axes and axes.free for axes in subject.job.shapes.sized[name].inputs)
        reason = (
            known[kind] if (free or at_any_length) and kind in known else f"PyTorch says: {error}."
        )
        yield f"{label} {name} cannot be carried by {title}: {reason}"
