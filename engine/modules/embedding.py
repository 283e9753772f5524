"""An embedding that is read in both directions: symbols to rows, and rows back to scores of symbols."""

from torch import Tensor, nn
from torch.nn import functional


class TwoWayEmbedding(nn.Embedding):
    """Symbols become rows of numbers; rows of numbers become a score for each symbol, with the same weights.

    Press and Wolf 2017, “Using the output embedding to improve language models”: scores = rows · weightᵀ.
    """

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 (torch's own name)
        if input.is_floating_point():
            return functional.linear(input, self.weight)
        return super().forward(input)
