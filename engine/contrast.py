"""What is different between two runs, in words: their settings, data, and drawings. What is the same is not said."""

from collections.abc import Iterator

from pydantic import BaseModel

from engine.dataset import Recipe
from engine.events import Adjusted
from engine.graph import Graph, Group, Node, difference
from engine.run import Run
from engine.settings import Settings


def contrast(before: Run, after: Run) -> tuple[str, ...]:
    """How `after` differs from `before`, one thing a line; nothing if both were given the same."""
    return (
        *_fields("", before.settings, after.settings),
        *_data(before.recipe, after.recipe),
        *_drawing("", before.graph, after.graph),
        *_adjusted(before, after),
    )


def _fields(where: str, before: BaseModel, after: BaseModel) -> Iterator[str]:
    """The fields of one kind of thing that have other values, by their titles."""
    for name, field in type(after).model_fields.items():
        first, second = getattr(before, name), getattr(after, name)
        if first != second and not isinstance(second, BaseModel | Graph):
            yield f"{where}{field.title or name} {said(first)} → {said(second)}"


def said(value: object) -> str:
    """A value as people write it: 0.1, 5×5, on."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple | list):
        return "×".join(said(part) for part in value)
    if isinstance(value, str) and "\n" in value:
        return "other text"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _data(before: Recipe, after: Recipe) -> Iterator[str]:
    if before.dataset.name != after.dataset.name:
        yield f"Data {before.dataset.title} → {after.dataset.title}"
    else:
        yield from _fields(f"{after.dataset.title}: ", before.dataset, after.dataset)
    yield from _fields("Parts: ", before.split, after.split)
    yield from _fields("Data: ", before, after)
    yield from _fields("Pictures: ", before.variation, after.variation)


def _drawing(where: str, before: Graph, after: Graph) -> Iterator[str]:
    """Layers that were added, taken away or changed; where they stand is not looked at."""
    found = difference(before, after)
    for name in found.added:
        yield f"{where}{name} added ({after.nodes[name].layer.label})"
    for name in found.removed:
        yield f"{where}{name} removed ({before.nodes[name].layer.label})"
    for name in found.changed:
        yield from _node(where, before.nodes[name], after.nodes[name])
    known = before.nodes.keys() & after.nodes.keys()
    wires = [edge for edge in (*found.joined, *found.cut) if {edge.source, edge.target} <= known]
    if wires:
        yield f"{where}{len(wires)} {'wire' if len(wires) == 1 else 'wires'} drawn otherwise"


def _node(where: str, before: Node, after: Node) -> Iterator[str]:
    name = f"{where}{after.id}"
    first, second = before.layer, after.layer
    if type(first) is not type(second):
        yield f"{name}: {first.label} → {second.label}"
    elif isinstance(first, Group) and isinstance(second, Group):
        yield from _fields(f"{name}: ", first, second)
        yield from _drawing(f"{name}.", first.graph, second.graph)
    elif first != second:
        yield from _fields(f"{name}: ", first, second)
    if before.enabled != after.enabled:
        yield f"{name} switched {'on' if after.enabled else 'off'}"
    if before.frozen != after.frozen:
        yield f"{name} {'frozen' if after.frozen else 'no longer frozen'}"
    if before.shares != after.shares:
        yield (
            f"{name} uses the weights of {after.shares}"
            if after.shares
            else f"{name} has weights of its own"
        )


def _adjusted(before: Run, after: Run) -> Iterator[str]:
    """What was changed while they ran, where that differs."""
    first, second = ([_change(e) for e in run.history.adjusted] for run in (before, after))
    if first != second:
        yield from second or ("nothing changed while it ran",)


def _change(event: Adjusted) -> str:
    field = Settings.model_fields.get(event.setting)
    title = (field.title if field else None) or event.setting
    return f"{title} {said(event.before)} → {said(event.after)} at step {event.step:,}"
