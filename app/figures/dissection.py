"""One cell of a layer taken apart, as data: where it lies, what it sees of the input, and the sum that it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.chart.cell_parts import Dissection, Plane, Scene
from app.chart.tiles import picture
from app.figures.exhibit import Exhibit
from app.figures.maps import as_maps, place_of
from app.wording import number
from engine.control import Focus
from engine.events import Reading
from engine.graph import Graph, NodeId
from engine.layers.data import Input

if TYPE_CHECKING:
    from engine.patch import Patch

Numbers = NDArray[np.floating]
Latest = Mapping[tuple[str, str], Reading]
COLOURS = ("R", "G", "B")
AGREES = 1e-5  # how far the sum may be from the layer's own value, for float32 layers
NAMES = {3: ("channel", "row", "column"), 2: ("step", "feature"), 1: ("unit",)}
NAMES_OF_VOLUMES = ("channel", "slice", "row", "column")


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """What the readings say of the cell in focus; all of one moment."""

    focus: Focus
    value: float
    slope: float
    values: Numbers  # of the whole layer
    patch: "Patch | None"
    sights: Mapping[NodeId, NDArray[np.int64]]


def known(latest: Latest, graph: Graph, focus: Focus | None) -> Known | None:
    """What is known of the cell in focus; None until it has been read."""
    if focus is None or not focus.cell:
        return None
    cell, values = latest.get(("Cell", focus.node)), latest.get(("Activations", focus.node))
    if cell is None or values is None:
        return None
    value, slope, *place = np.asarray(cell.value).tolist()
    if tuple(place) != focus.cell:
        return None  # of the cell before
    patch = latest.get(("Patch", focus.node))
    is_now = patch is not None and patch.step == cell.step
    sights = {
        node.id: np.asarray(reading.value)
        for node in graph.of_kind(Input)
        if (reading := latest.get(("Sight", node.id))) is not None and reading.step == cell.step
    }
    from engine.patch import unpacked  # and torch, which the window does not wait for

    taken = unpacked(np.asarray(patch.value)) if patch is not None and is_now else None
    return Known(focus, value, slope, np.asarray(values.value), taken, sights)


def dissection(found: Known, shown: Exhibit | None) -> Dissection:
    """Everything on the picture of a cell."""
    patch = found.patch
    planes = planes_of(patch, shown) if patch else ()
    return Dissection(
        _source(found, shown),
        _map(found),
        planes,
        patch.bias if patch else 0.0,
        patch.total if patch else float("nan"),
        found.value,
        _head(found),
        seen_in_words(found),
        patch is not None and abs(patch.total - found.value) <= AGREES * max(1, abs(found.value)),
    )


def planes_of(patch: "Patch", shown: Exhibit | None) -> tuple[Plane, ...]:
    """The window, the weights and whether they meet, channel by channel (and slice by slice); each (height, width)."""
    x, w, inside = (_flat(part) for part in (patch.x, patch.w, patch.inside))
    slices = patch.x.shape[1] if patch.x.ndim == 4 else 1
    is_colour = len(x) == 3 and shown is not None and shown.given.shape[:1] == (3,)
    found = []
    for place in range(len(x)):
        name = COLOURS[place] if is_colour else str(place // slices + 1)
        if slices > 1:
            name = f"{name}·{place % slices + 1}"
        found.append(Plane("" if len(x) == 1 else name, x[place], w[place], inside[place] > 0))
    return tuple(found)


def _flat(part: Numbers) -> Numbers:
    """(planes, height, width): a signal's kernels lie; a dense row is folded near to a square."""
    if part.ndim == 1:
        wide = folded(len(part))
        high = -(-len(part) // wide)
        padded = np.full(high * wide, np.nan)
        padded[: len(part)] = part
        return padded.reshape(1, high, wide)
    if part.ndim == 2:
        return part[:, None, :]
    return part.reshape(-1, *part.shape[-2:])


def folded(count: int) -> int:
    """How wide a row of numbers is folded: to a whole rectangle if there is one near to a square."""
    root = int(np.ceil(np.sqrt(count)))
    wide = next((w for w in range(root, 2 * root + 1) if count % w == 0), root)
    return min(count, wide)


def _map(found: Known) -> Scene | None:
    """The map that the cell lies in, and the cell in it."""
    place = place_of(found.values.shape, found.focus.cell)
    maps = as_maps(found.values)
    if not place or maps.ndim != 3:
        return None
    values = maps[place[0]]
    row, column = place[1:]
    size = f"{values.shape[0]}×{values.shape[1]}"
    title = f"map {place[0] + 1}" if len(maps) > 1 else found.focus.node
    return Scene(title, size, values, None, (row, row, column, column))


def _source(found: Known, shown: Exhibit | None) -> Scene | None:
    """The input that the cell sees, and how much of it."""
    if shown is None:
        return None
    for node, ranges in found.sights.items():
        if len(ranges) != shown.given.ndim or shown.given.ndim < 2:
            continue
        maps = as_maps(shown.values)
        box = ranges.tolist()
        if shown.given.ndim == 2:
            lies = shown.given.shape[1] > shown.given.shape[0]
            box = [[0, 0], *box] if lies else [[0, 0], box[1], box[0]]
        elif shown.given.ndim == 4:
            box = [box[0], *box[2:]]
        (top, bottom), (left, right) = box[1:]
        size = "×".join(map(str, maps.shape[1:]))
        is_picture = shown.given.ndim == 3 and len(maps) in (1, 3)
        pixels = picture(maps) if is_picture else None
        return Scene(node, size, maps[0], pixels, (top, bottom, left, right))
    return None


def _head(found: Known) -> str:
    cell = found.focus.cell
    names = NAMES_OF_VOLUMES if len(cell) == 4 else NAMES.get(len(cell), ())
    where = ", ".join(f"{name} {i + 1}" for name, i in zip(names, cell, strict=False))
    return f"{found.focus.node}: {where}"


def seen_in_words(found: Known) -> str:
    """How much of each input the cell can see, and its gradient."""
    said = []
    for node, ranges in found.sights.items():
        sizes = (ranges[:, 1] - ranges[:, 0] + 1).tolist() if len(ranges) else []
        spatial = sizes[1:] if len(sizes) > 2 else sizes
        said.append(f"sees {'×'.join(map(str, spatial))} of {node}" if sizes else f"sees no {node}")
    if np.isfinite(found.slope):
        said.append(f"∂L/∂h {number(found.slope)}")
    return " · ".join(said)
