"""Windows over signals (batch, channels, steps) that differ in length: none of them looks into the padding.

Without lengths each is torch's own. With them, each gives for a signal what it would give were it alone. A border
“same” that cannot be alike on both sides is laid here too: torch lays the same one, but warns of it.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional


def cleared(x: Tensor, lengths: Tensor, value: float = 0.0) -> Tensor:
    """`x` with one value in place of what stands after each signal's end."""
    steps = torch.arange(x.shape[2], device=x.device)
    return x.masked_fill((steps >= lengths[:, None])[:, None], value)


def with_border(x: Tensor, kernel: tuple[int, ...], dilation: tuple[int, ...]) -> Tensor:
    """`x` within the border of zeros that “same” means; where it cannot be even, the far end has one more."""
    sides: list[int] = []
    for size, apart in zip(
        reversed(kernel), reversed(dilation), strict=True
    ):  # the last axis first
        total = apart * (size - 1)
        sides += [total // 2, total - total // 2]
    return functional.pad(x, sides)


class Conv1d(nn.Conv1d):
    """torch's convolution, whose border of zeros begins where each signal ends."""

    def forward(self, x: Tensor, lengths: Tensor | None = None) -> Tensor:
        x = x if lengths is None else cleared(x, lengths)
        if self.padding != "same" or self.padding_mode != "zeros":
            return super().forward(x)
        x = with_border(x, self.kernel_size, self.dilation)
        return functional.conv1d(x, self.weight, self.bias, 1, 0, self.dilation, self.groups)


class Conv2d(nn.Conv2d):
    """torch's convolution with the border “same”."""

    def forward(self, x: Tensor) -> Tensor:
        x = with_border(x, self.kernel_size, self.dilation)
        return functional.conv2d(x, self.weight, self.bias, 1, 0, self.dilation, self.groups)


class Conv3d(nn.Conv3d):
    """torch's convolution with the border “same”."""

    def forward(self, x: Tensor) -> Tensor:
        x = with_border(x, self.kernel_size, self.dilation)
        return functional.conv3d(x, self.weight, self.bias, 1, 0, self.dilation, self.groups)


class ConvTranspose1d(nn.ConvTranspose1d):
    """torch's transposed convolution; padding paints nothing over what is real."""

    def forward(  # type: ignore[override]
        self, x: Tensor, lengths: Tensor | None = None
    ) -> Tensor:
        out: Tensor = super().forward(x if lengths is None else cleared(x, lengths))
        return out


class MaxPool1d(nn.MaxPool1d):
    """torch's maximum; padding is never the largest. Windows that hold nothing else give 0."""

    def forward(self, x: Tensor, lengths: Tensor | None = None) -> Tensor:
        out: Tensor = super().forward(x if lengths is None else cleared(x, lengths, -torch.inf))
        if lengths is None:
            return out
        return out.masked_fill(out == -torch.inf, 0.0)


class AvgPool1d(nn.AvgPool1d):
    """torch's mean, over what each signal has."""

    def forward(self, x: Tensor, lengths: Tensor | None = None) -> Tensor:
        if lengths is None:
            return super().forward(x)
        out: Tensor = super().forward(cleared(x, lengths))
        if self.count_include_pad:
            return out
        share: Tensor = super().forward(cleared(torch.ones_like(x), lengths))  # that is real
        return out / share.clamp(min=1e-6)


class Upsample(nn.Upsample):
    """torch's upsampling; the last real step is blended with itself, not with padding."""

    def forward(self, x: Tensor, lengths: Tensor | None = None) -> Tensor:
        if lengths is None:
            return super().forward(x)
        steps = torch.arange(x.shape[2], device=x.device)
        last = torch.minimum(steps, lengths[:, None] - 1)[:, None].expand_as(x)
        return super().forward(x.gather(2, last))
