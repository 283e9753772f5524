"""Ways out of a misfit: layers to put before a layer or in its place, each tried on nothing before it is offered.

It declares no rule. What mends a layer wholly is offered before what mends it in part; where nothing does, nothing is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import ValidationError

from engine.axes import Axes, Image, Labels, Row, Sequence, Signal, Target, Tokens, Transcript
from engine.graph import NodeId
from engine.layer import Layer, LayerError, Loss
from engine.layers import CATALOGUE
from engine.problem import Fix
from engine.scene import Edit, Scene, cut, insert, put
from engine.shapes import Misfit
from engine.sizing import Sized
from engine.trial import answer, wrong_kind


@dataclass(frozen=True, slots=True)
class _Try:
    """An edit at a node, and what the misfit layer would then be and get."""

    text: str
    where: NodeId
    edit: Edit
    layer: Layer
    inputs: tuple[Axes | None, ...]
    alone: bool = True  # whether it helps if something else is left to mend
    first_step: bool = False  # whether it helps even if the layer still wants the same


def remedy(scene: Scene, name: NodeId, misfit: Misfit) -> Fix | None:
    """The first way out that makes the layer fit, or that at least leaves another thing to mend."""
    layer = scene.layer(name)
    target = scene.target if isinstance(layer, Loss) else None
    partly: _Try | None = None
    was_kind = wrong_kind(layer, misfit.inputs) is not None
    for attempt in _attempts(scene, name, layer, misfit):
        found = answer(attempt.layer, attempt.inputs, target)
        if isinstance(found, Sized):
            return scene.fix(attempt.text, attempt.where, attempt.edit)
        is_other = (found.wanted, found.port) != (misfit.wanted, misfit.port)
        is_step = is_other or (attempt.first_step and found.got != misfit.got)
        if not was_kind and wrong_kind(attempt.layer, attempt.inputs) is not None:
            continue  # a step away
        if partly is None and attempt.alone and is_step and not found.detail:
            partly = attempt
    return scene.fix(partly.text, partly.where, partly.edit) if partly else None


def _attempts(scene: Scene, name: NodeId, layer: Layer, misfit: Misfit) -> Iterator[_Try]:
    inputs = misfit.inputs
    for text, other in _instead(layer, inputs, scene.target):
        is_kin = type(other) is type(layer) or isinstance(layer, Loss)
        yield _Try(text, name, put(other), other, inputs, alone=is_kin)
    if isinstance(layer, Loss):
        yield from _right_number(scene, name, layer, inputs)
    for number, (port, place) in enumerate(_wires(scene, name)):
        came = inputs[number] if number < len(inputs) else None
        if came is None:
            continue
        for text, between in _between(layer, came, inputs, scene.target):
            out = _after(between, came)
            if out is not None:
                changed = (*inputs[:number], out, *inputs[number + 1 :])
                embeds = isinstance(came, Tokens) and not out.whole and port == misfit.port
                alone = embeds or between.kind() in ("Flatten", "Dense")
                yield _Try(text, name, insert(between, port, place), layer, changed, alone, embeds)
    yield from _unwired(scene, name, layer, inputs)
    for text, other in _plainer(layer):
        yield _Try(text, name, put(other), other, inputs)


def _unwired(
    scene: Scene, name: NodeId, layer: Layer, inputs: tuple[Axes | None, ...]
) -> Iterator[_Try]:
    """The layer without what comes to one of the inputs that may stay open."""
    for number, (port, _) in enumerate(_wires(scene, name)):
        if number < len(inputs) and inputs[number] is not None and _is_optional(layer, port):
            rest = [*inputs[:number], None, *inputs[number + 1 :]]
            while len(rest) > 1 and rest[-1] is None:
                rest.pop()
            yield _Try(f"Cut the wire to “{port}”", name, cut(port), layer, tuple(rest))


def _is_optional(layer: Layer, name: str | None) -> bool:
    return any(port.optional for port in layer.inputs if port.name == name)


def _after(layer: Layer, came: Axes) -> Axes | None:
    """What a layer makes of a sample, if it can take it."""
    found = answer(layer, (came,), None)
    return next(iter(found.outputs.values()), None) if isinstance(found, Sized) else None


def _wires(scene: Scene, name: NodeId) -> Iterator[tuple[str | None, int]]:
    """The port and the place of each thing that comes in, in the order of a misfit's inputs."""
    edges = scene.flat.incoming.get(name, ())
    for port in scene.layer(name).inputs:
        wires = [edge for edge in edges if edge.target_port == port.name]
        yield from ((port.name, place) for place in range(max(1, len(wires))))


def made(kind: str, **parameters: object) -> Layer | None:
    """A layer of the catalogue with these parameters; None if it has none such."""
    known = CATALOGUE.get(kind)
    try:
        return known.model_validate(parameters) if known else None
    except ValidationError:
        return None


# -- another layer in its place ----------------------------------------------------------------------------------------


def _instead(
    layer: Layer, inputs: tuple[Axes | None, ...], target: Target
) -> Iterator[tuple[str, Layer]]:
    came = inputs[0] if inputs else None
    if came is not None:
        yield from _smaller(layer, came)
        if layer.kind() == "Embedding" and isinstance(came, Row | Sequence):
            yield from _linear(getattr(layer, "embedding_dim", 64), "Use")
    yield from _for_other_axes(layer)
    for key in ("groups", "num_groups", "num_heads", "nhead"):
        if getattr(layer, key, 1) != 1:
            title = type(layer).model_fields[key].title
            yield from _with(layer, f"Set {title} to 1", {key: 1})
    if isinstance(layer, Loss):
        yield from _other_losses(layer, target)


def _smaller(layer: Layer, came: Axes) -> Iterator[tuple[str, Layer]]:
    """The layer with a window that fits into what comes, and with its dilation at 1."""
    kernel, padding = getattr(layer, "kernel_size", None), getattr(layer, "padding", 0)
    room = came.sizes[1:]
    if kernel is None or not room or not all(isinstance(size, int) for size in room):
        return
    sides = kernel if isinstance(kernel, tuple) else (kernel,) * len(room)
    border = padding if isinstance(padding, tuple) else (padding,) * len(room)
    if len(sides) != len(room) or not all(isinstance(pad, int) for pad in border):
        return
    fits = tuple(min(k, n + 2 * p) for k, n, p in zip(sides, room, border, strict=True))  # type: ignore[operator]
    changes: dict[str, object] = {"kernel_size": fits if isinstance(kernel, tuple) else min(fits)}
    if hasattr(layer, "dilation"):
        changes["dilation"] = type(layer).model_fields["dilation"].default
    if changes["kernel_size"] == kernel and changes.get("dilation") == getattr(
        layer, "dilation", None
    ):
        return
    said = "×".join(map(str, fits))
    yield from _with(layer, f"Use a window of {said}", changes)


def _with(layer: Layer, text: str, changes: dict[str, object]) -> Iterator[tuple[str, Layer]]:
    try:
        yield text, layer.but(**changes)
    except ValidationError:
        return


def _for_other_axes(layer: Layer) -> Iterator[tuple[str, Layer]]:
    """The same idea for samples with more or fewer axes: Batch norm 2d for Batch norm."""
    name = layer.kind()
    stem = re.sub(r"[123]d$", "", name)
    if stem == name:
        return
    given = {key: getattr(layer, key) for key in type(layer).model_fields}
    plain = {key: value for key, value in given.items() if not isinstance(value, tuple)}
    for kind in (f"{stem}1d", f"{stem}2d", f"{stem}3d", stem):
        known = CATALOGUE.get(kind)
        if known is None or kind == name:
            continue
        kept = {key: value for key, value in plain.items() if key in known.model_fields}
        other = made(kind, **kept) or made(kind)
        if other is not None:
            yield f"Use {other.label}", other


def _other_losses(layer: Loss, target: Target) -> Iterator[tuple[str, Layer]]:
    """Losses for what the data ask for, the usual one first."""
    try:
        layer.check(target)
        suits = isinstance(target, layer.target)
    except LayerError:
        suits = False
    if suits:
        return
    usual = ["CrossEntropyLoss" if isinstance(target, Labels) else "MSELoss"]
    if isinstance(target, Transcript):
        usual.insert(0, "CTCLoss")
    for kind in (*usual, *CATALOGUE):
        known = CATALOGUE.get(kind)
        if known and issubclass(known, Loss) and isinstance(target, known.target):
            other = made(kind)
            if other is not None:
                yield f"Use {other.label}", other


def _plainer(layer: Layer) -> Iterator[tuple[str, Layer]]:
    """The layer with one parameter as it usually is."""
    for key, field in type(layer).model_fields.items():
        usual = field.get_default(call_default_factory=False)
        if getattr(layer, key) != usual and field.title and key != "graph":
            shown = "×".join(map(str, usual)) if isinstance(usual, tuple) else usual
            yield from _with(layer, f"Set {field.title} to {shown}", {key: usual})


# -- as many scores as are wanted -------------------------------------------------------------------------------------


def _right_number(
    scene: Scene, name: NodeId, loss: Loss, inputs: tuple[Axes | None, ...]
) -> Iterator[_Try]:
    """More or fewer units in the layer before a loss, or one more layer."""
    if not isinstance(scene.target, loss.target) or not inputs or inputs[0] is None:
        return
    wanted, before = loss.scores(scene.target), scene.before(name)
    sized = scene.sized(before) if before is not None else None
    if before is None or sized is None or len(scene.flat.outgoing[before]) > 1:
        return
    if scene.kind(before) == "Dense":
        changed = scene.layer(before).but(out_features=wanted)
        found = answer(changed, sized.inputs, None)
        if isinstance(found, Sized):
            text = f"Give {before.rpartition('.')[2]} {wanted} unit{'s' if wanted != 1 else ''}"
            after = (next(iter(found.outputs.values())), *inputs[1:])
            yield _Try(text, before, put(changed), loss, after)


# -- something in the wire --------------------------------------------------------------------------------------------


def _between(
    layer: Layer, came: Axes, inputs: tuple[Axes | None, ...], target: Target
) -> Iterator[tuple[str, Layer]]:
    """Layers that could stand in the wire, the likeliest first."""
    names: list[str] = []
    if isinstance(came, Tokens):
        names.append("Embedding")
    if isinstance(came, Sequence | Signal):
        names += ["Permute", "Select", "Flatten", "Unsqueeze"]
    elif not came.whole and came.count is not None and not _is_joined(layer, came, inputs):
        names += ["Flatten", "GlobalAvgPool"]
    for kind in names:
        if (found := made(kind)) is not None:
            yield f"Insert {found.label}", found
    if isinstance(layer, Loss) and isinstance(target, layer.target):
        yield from _linear(layer.scores(target))
    if not isinstance(layer, Loss):
        first = inputs[0]
        others = inputs[1:] if first is came and isinstance(came, Image) else (first,)
        for other in others:
            if other is not None and other is not came:
                yield from _alike(other, came)


def _is_joined(layer: Layer, came: Axes, inputs: tuple[Axes | None, ...]) -> bool:
    """Whether arms of one kind come together, which should stay of that kind."""
    return layer.inputs[0].many and all(type(axes) is type(came) for axes in inputs)


def _linear(units: int, how: str = "Insert") -> Iterator[tuple[str, Layer]]:
    found = made("Dense", out_features=units)
    if found is not None:
        yield f"{how} {found.label} with {units} unit{'s' if units != 1 else ''}", found


def _alike(other: Axes, came: Axes) -> Iterator[tuple[str, Layer]]:
    """What would make an arm of a sum as large as another: units, filters, a stride, or a border."""
    if isinstance(other, Row | Sequence):
        yield from _linear(other.features)
    if not (isinstance(other, Image) and isinstance(came, Image)):
        return
    down = came.height // other.height, came.width // other.width
    stride = down if min(down) > 1 else (1, 1)
    found = made("Conv2d", out_channels=other.channels, kernel_size=(1, 1), stride=stride)
    if found is not None:
        by = f" and a stride of {stride[0]}×{stride[1]}" if stride != (1, 1) else ""
        yield f"Insert {found.label} of 1×1 with {other.channels} filters{by}", found
    tall, wide = other.height - came.height, other.width - came.width
    if min(tall, wide) >= 0:
        found = made("Pad", padding=(tall // 2, tall - tall // 2, wide // 2, wide - wide // 2))
        if found is not None:
            yield f"Insert {found.label} to {other.height}×{other.width}", found
