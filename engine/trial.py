"""One layer tried: whether it takes what comes in, and what it gives; or in what way it does not fit.

The answer is remembered by (declaration, inputs, target). How a layer is run is in `engine.dry_run`, which is loaded
with torch when the first layer is tried: the window stands before that.
"""

from functools import lru_cache

from engine.axes import Axes, General, Target
from engine.comparison import judged
from engine.layer import Layer, LayerError, Loss
from engine.sizing import REFUSED, Misfit, Sized, said


@lru_cache(maxsize=65_536)
def answer(layer: Layer, inputs: tuple[Axes | None, ...], target: Target | None) -> Sized | Misfit:
    """Run one layer on nothing. Remembered by (layer, inputs, target); the target is None for all but losses."""
    if misfit := wrong_kind(layer, inputs):
        return misfit
    try:
        if isinstance(layer, Loss):
            return judged(layer, inputs, target)
        from engine.dry_run import tried  # torch comes with it

        return tried(layer, layer.call(*inputs), inputs)
    except LayerError as error:
        return Misfit(error.port, error.wanted, error.got, inputs)
    except _TROUBLE as error:
        port = layer.inputs[0].name if layer.inputs else "in"
        return Misfit(port, REFUSED, said(inputs), inputs, detail=str(error))


_TROUBLE = (
    Exception,
)  # modules raise all sorts at what they cannot take, a person's own code anything


def wrong_kind(layer: Layer, inputs: tuple[Axes | None, ...]) -> Misfit | None:
    """The complaint about a sample of a kind that an input does not take."""
    ports = layer.inputs
    for place, axes in enumerate(inputs):
        if axes is None or not layer.takes:
            continue
        kinds = layer.takes[min(place, len(layer.takes) - 1)]
        # Whoever takes anything takes measurements of any arrangement; indices must be asked for.
        if not isinstance(axes, kinds) or (axes.whole and not any(kind.whole for kind in kinds)):
            named = [kind.kind for kind in kinds if kind.kind != General.kind]
            wanted = " or ".join(dict.fromkeys(named or [General.kind]))
            port = ports[min(place, len(ports) - 1)].name
            got = axes.text if axes.kind in axes.text else f"{axes.kind}, {axes.text}"
            return Misfit(port, wanted, got, inputs)
    return None
