"""A loss tried: whether a prediction can be compared with what the data ask for, or with what a wire brings."""

from engine.axes import Axes, Labels, Row, Sequence, StepLabels, Target
from engine.layer import LayerError, Loss
from engine.sizing import Cost, Sized


def judged(layer: Loss, inputs: tuple[Axes | None, ...], target: Target | None) -> Sized:
    """A loss whose prediction suits what it is compared with. Raises LayerError."""
    if len(inputs) > len(layer.takes):
        raise LayerError("its target from the data", "one from a wire", "target")
    made = layer.call(*inputs)
    prediction = inputs[0]
    if prediction is None or target is None:
        raise LayerError("a prediction", "none", layer.inputs[0].name)
    if len(inputs) == 1:
        _check_target(layer, prediction, target)
    else:
        layer.compare(prediction, inputs[1])
    return Sized(inputs, {}, made, Cost(0, 0, 0))


def _check_target(layer: Loss, prediction: Axes, target: Target) -> None:
    """Raise LayerError if a loss does not suit what the data asks for."""
    port = layer.inputs[0].name
    if not isinstance(target, layer.target):
        wanted = f"{_asked(layer.target)} to predict"
        raise LayerError(wanted, f"data with {_asked(type(target))}", port)
    layer.check(target)
    stepwise = isinstance(target, StepLabels)
    if stepwise and not isinstance(prediction, Sequence):
        raise LayerError("scores at each step, as the data ask for", prediction.text, port)
    if not isinstance(prediction, Sequence) and len(prediction.sizes) != 1:
        # torch would stretch one against the other and compare each with all
        raise LayerError(Row.kind, f"{prediction.kind}, {prediction.text}", port)
    count = prediction.features if isinstance(prediction, Sequence) else prediction.count
    wants = layer.scores(target)
    if count != wants or (isinstance(prediction, Sequence) and not layer.stepwise(target)):
        what = _asked(layer.target, plural=False)
        wanted = f"{wants} scores, one for each {what} of the data"
        if wants == 1:
            wanted = f"1 score, for one {what} of the data"
        raise LayerError(wanted, "1 score" if count == 1 else f"{prediction.text} scores", port)


def _asked(target: type[Target], *, plural: bool = True) -> str:
    """What data of this kind ask a network for, in the user's words."""
    if issubclass(target, Labels):
        return "classes" if plural else "class"
    return "values" if plural else "value"
