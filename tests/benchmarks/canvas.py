"""What the canvas costs on a large drawing: opening, edits, panning, zooming, dragging, undo, in the real window.

`python tests/benchmarks/canvas.py [--json] [--case open|edit|far|move|drag|growth]`: a table, or one object a line.
1,000 nodes and 1,200 wires in a window of 1280×800 that draws itself without a screen, antialiased as shipped. Times
are those that the window's thread computes from the call that a gesture ends in until what is drawn is right and
painted: on a machine that is free, those on the clock.
`bar` is what was asked for and `met` whether it was reached; rows without a bar inform.
"""

import os
import random
import statistics
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ["QT_QPA_PLATFORM"] = "offscreen"
sys.path.insert(0, str(Path(__file__).parents[2]))

from desk import Desk, percentile
from edits import Edits
from large import large_project, spread
from table import Measured, options, row, say

NODES, FEW = 1000, 20
EDITS = 200
FRAMES = 60


def opening() -> Iterator[Measured]:
    """A file of 1,000 layers opened in a window that is there, nothing of it known before."""
    desk = Desk()
    project = large_project(NODES)
    nodes, wires = spread(project.graph)
    yield row("open", "nodes", nodes, "")
    yield row("open", "wires", wires, "")
    seen, known, late = desk.open(project)
    yield row("open", "nodes and wires on the screen", seen, "s", 1.5)
    yield row("open", "all shapes", known, "s", 3.0)
    yield row("open", "the window does not look up for, most", max(late), "ms")


def edit() -> Iterator[Measured]:
    """The mix of edits, each taken back before the next."""
    for count, bar in ((NODES, 50.0), (100, 16.0)):
        desk = Desk(large_project(count))
        few, _, undone = _mixed(desk, EDITS)
        name = f"{count:,} nodes"
        yield row("edit", f"{name}: panels, plots and totals after it", _after(desk), "ms")
        yield row("edit", f"{name}: at most 20 shapes, 95th", percentile(few, 95), "ms", bar)
        yield row("edit", f"{name}: at most 20 shapes, median", statistics.median(few), "ms")
        yield row("edit", f"{name}: of {EDITS} edits", len(few), "edits")
        yield row("edit", f"{name}: undo, 95th", percentile(undone, 95), "ms", 50.0)


def _after(desk: Desk) -> float:
    """Milliseconds, 95th, that all else takes which follows an edit once the canvas has drawn it."""
    edits, spent = Edits(desk.studio, random.Random(1)), []
    for _ in range(20):
        name, do = edits.next()
        desk.look_at(name)
        desk.timed(do)
        spent.append(desk.timed(lambda: desk.live(0.15)))
        desk.timed(desk.studio.document.undo_stack.undo)
        desk.live(0.15)
    return percentile(spent, 95)


def _mixed(desk: Desk, count: int) -> tuple[list[float], list[float], list[float]]:
    """Milliseconds of edits that change few shapes, of those that change more, and of each undo."""
    edits = Edits(desk.studio, random.Random(0))
    few, many, undone = [], [], []
    for turn in range(count + 10):
        name, do = edits.next()
        desk.look_at(name)
        before = desk.studio.document.meaning.shapes.sized
        spent = desk.timed(do)
        changed = _changed(before, desk.studio.document.meaning.shapes.sized)
        back = desk.timed(desk.studio.document.undo_stack.undo)
        if turn >= 10:  # the first warm up
            (few if changed <= FEW else many).append(spent)
            if changed <= FEW:
                undone.append(back)
    return few, many, undone


def _changed(before: object, after: object) -> int:
    assert isinstance(before, dict)
    assert isinstance(after, dict)
    names = before.keys() | after.keys()
    return sum(
        before.get(name) is not after.get(name)
        and getattr(before.get(name), "outputs", None) != getattr(after.get(name), "outputs", None)
        for name in names
    )


def far() -> Iterator[Measured]:
    """An edit of the stem, behind which nearly all shapes change: 16 channels become others."""
    desk = Desk(large_project(NODES))
    graph, document = desk.studio.graph, desk.studio.document
    seen, known, late, counts = [], [], [], []
    for turn in range(8):
        before = document.meaning.shapes.sized
        layer = graph.nodes["stem"].layer.but(kernel_size=5 + 2 * turn)  # type: ignore[index]
        desk.look_at("stem")
        one = desk.followed(lambda layer=layer: desk.studio.edit("Edit", graph.put("stem", layer)))  # type: ignore[arg-type, misc]
        seen.append(one[0])
        known.append(one[1])
        late += one[2]
        counts.append(_changed(before, document.meaning.shapes.sized))
    yield row("far", "shapes that changed, median", statistics.median(counts), "nodes")
    yield row("far", "nodes in view are right, most", max(seen), "ms", 50.0)
    yield row("far", "all are, most", max(known) / 1000, "s", 1.5)
    yield row("far", "the window does not look up for, 95th", percentile(late, 95), "ms", 16.0)
    yield row("far", "the window does not look up for, most", max(late), "ms")
    back = [desk.followed(document.undo_stack.undo) for _ in range(8)]
    yield row(
        "far", "undo of such an edit: nodes in view, most", max(b[0] for b in back), "ms", 50.0
    )
    yield row("far", "undo of such an edit: all, most", max(b[1] for b in back), "ms")


def move() -> Iterator[Measured]:
    """Panning and zooming from the whole drawing to single nodes, a frame each."""
    desk = Desk(large_project(NODES))
    camera = desk.window.view.view.camera
    every: list[float] = []
    for zoom in (0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 2.0):
        desk.zoom_to(zoom)
        frames = [desk.timed(lambda: camera.pan_by(-7, -5)) for _ in range(FRAMES)]
        yield row("move", f"pan at {zoom:.0%}, 95th", percentile(frames, 95), "ms")
        every += frames
    yield row("move", "panning, 95th", percentile(every, 95), "ms", 16.0)
    desk.window.view.fit()
    zooms = [desk.timed(lambda: camera.zoom_by(1.05)) for _ in range(110)]
    zooms += [desk.timed(lambda: camera.zoom_by(1 / 1.05)) for _ in range(110)]
    yield row("move", "zooming, 95th", percentile(zooms, 95), "ms", 16.0)
    yield row("move", "zooming, most", max(zooms), "ms")


def drag() -> Iterator[Measured]:
    """Two rows' worth of nodes dragged with the mouse."""
    desk = Desk(large_project(NODES))
    for zoom in (0.0, 0.5, 1.0):
        frames, back = desk.drag(50, FRAMES, zoom)
        name = f"at {zoom:.0%}" if zoom else "all in view"
        yield row("drag", f"50 nodes, {name}, 95th", percentile(frames, 95), "ms", 16.0)
        yield row("drag", f"50 nodes, {name}: undo", back, "ms", 50.0)


def growth() -> Iterator[Measured]:
    """The same edits, 20 shapes at most, on drawings of three sizes: what the size alone costs."""
    medians = {}
    for count in (100, 1000, 3000):
        few, _, _ = _mixed(Desk(large_project(count)), 80)
        medians[count] = statistics.median(few)
        yield row("growth", f"{count:,} nodes, median", medians[count], "ms")
    for count in (1000, 3000):
        yield row("growth", f"{count:,} nodes / 100 nodes", medians[count] / medians[100], "×")
        rise = 1000 * (medians[count] - medians[100]) / (count - 100)
        yield row("growth", f"{count:,} nodes: rise for each node more", rise, "µs")


CASES: dict[str, Callable[[], Iterator[Measured]]] = {
    "open": opening,
    "edit": edit,
    "far": far,
    "move": move,
    "drag": drag,
    "growth": growth,
}


def main() -> None:
    """Measure what was asked for and print it."""
    asked = options(__doc__, CASES).parse_args()
    for name in asked.case or CASES:
        say(CASES[name](), asked)
    os._exit(0)  # windows that were left open ask no questions


if __name__ == "__main__":
    main()
