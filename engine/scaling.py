"""Which scale suits the examples that are learnt from; the others have no say in it."""

import numpy as np

from engine.axes import Sequence
from engine.encoding import Encoding
from engine.samples import Indices, Samples
from engine.scale import Scale
from engine.streamed import Streamed

FITTED = 256  # examples of a streamed train part that a scale is fitted to


def scale_of(samples: Samples, train: Indices, encoding: Encoding | None = None) -> Scale | None:
    """The scale of the train part; None where the inputs are whole numbers that stand for symbols."""
    if encoding is not None:
        return Scale(*encoding.moments)
    if samples.axes.whole:
        return None
    if isinstance(samples.inputs, Streamed):
        return _streamed(samples.inputs, train)
    inputs, lengths = samples.inputs[train], samples.lengths
    if not isinstance(samples.axes, Sequence):
        return Scale.fitted(inputs)
    if lengths is None:  # a feature of a sequence is the same one at each step
        return Scale.fitted(inputs, (0, 1))
    return Scale.fitted(inputs[np.arange(inputs.shape[1]) < lengths[train, None]])


def _streamed(inputs: Streamed, train: Indices) -> Scale:
    """The scale of `FITTED` train examples drawn by chance, one for each channel of a picture or signal."""
    drawn = np.random.default_rng(0).permutation(train)[:FITTED]
    over = (0, *range(2, inputs.ndim))
    fitted = Scale.fitted(inputs[np.sort(drawn)], over)
    shape = (-1, *(1 for _ in over[1:]))
    return Scale(fitted.mean.reshape(shape), fitted.deviation.reshape(shape))
