"""Losses over steps: the mean over all steps that are real, whatever padding holds."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional


def within(x: Tensor, lengths: Tensor) -> Tensor:
    """Which steps of (batch, steps, …) are real, (batch, steps)."""
    return torch.arange(x.shape[1], device=x.device) < lengths[:, None]


class CrossEntropyLoss(nn.CrossEntropyLoss):
    """Cross-entropy of scores (batch, steps, classes) against classes (batch, steps), -100 where there is none."""

    def forward(self, prediction: Tensor, target: Tensor, lengths: Tensor | None = None) -> Tensor:
        if lengths is not None:
            target = target.masked_fill(~within(target, lengths), self.ignore_index)
        return super().forward(prediction.flatten(0, 1), target.flatten())


class NLLLoss(nn.NLLLoss):
    """−log p of log-probabilities (batch, steps, classes) against classes (batch, steps), -100 where there is none."""

    def forward(self, prediction: Tensor, target: Tensor, lengths: Tensor | None = None) -> Tensor:
        if lengths is not None:
            target = target.masked_fill(~within(target, lengths), self.ignore_index)
        return super().forward(prediction.flatten(0, 1), target.flatten())


class OverSteps(nn.Module):
    """Another loss, over the real steps of (batch, steps, …) alone, each as an example of its own."""

    def __init__(self, loss: nn.Module) -> None:
        super().__init__()
        self.loss = loss

    def forward(self, prediction: Tensor, target: Tensor, lengths: Tensor | None = None) -> Tensor:
        if lengths is None:
            prediction, target = prediction.flatten(0, 1), target.flatten(0, 1)
        else:
            real = within(prediction, lengths)
            prediction, target = prediction[real], target[real]
        result: Tensor = self.loss(prediction, target)
        return result


class BCEWithLogitsLoss(nn.BCEWithLogitsLoss):
    """torch's, for classes given as 0 and 1 too."""

    def forward(self, prediction: Tensor, target: Tensor) -> Tensor:
        return super().forward(prediction, target.to(prediction.dtype).reshape(prediction.shape))


class BCELoss(nn.BCELoss):
    """torch's, for classes given as 0 and 1 too."""

    def forward(self, prediction: Tensor, target: Tensor) -> Tensor:
        return super().forward(prediction, target.to(prediction.dtype).reshape(prediction.shape))


class CosineLoss(nn.Module):
    """1 − cos of the angle between prediction and target, each as one arrow: 0 where they point the same way."""

    def __init__(self, eps: float = 1e-8, reduction: str = "mean") -> None:
        super().__init__()
        self.eps, self.reduction = eps, reduction

    def forward(self, prediction: Tensor, target: Tensor) -> Tensor:
        prediction, target = prediction.flatten(1), target.flatten(1)
        lost = 1 - functional.cosine_similarity(prediction, target, dim=1, eps=self.eps)
        return lost.sum() if self.reduction == "sum" else lost.mean()


class CTCLoss(nn.CTCLoss):
    """CTC of scores (batch, steps, classes) against shorter rows of classes, filled up with -1."""

    def forward(  # type: ignore[override]
        self, prediction: Tensor, target: Tensor, lengths: Tensor | None = None
    ) -> Tensor:
        log_probs = prediction.log_softmax(-1).transpose(0, 1)  # (steps, batch, classes)
        if lengths is None:
            lengths = target.new_full((len(target),), prediction.shape[1])
        return super().forward(log_probs, target.clamp(min=0), lengths, (target >= 0).sum(1))


def over_steps(name: str, **options: Any) -> nn.Module:
    """A loss of this name over the real steps of sequences alone."""
    kind = CosineLoss if name == "CosineLoss" else getattr(nn, name)
    return OverSteps(kind(**options))


def weighted_CrossEntropyLoss(weight: list[float], steps: bool, **options: Any) -> nn.Module:
    """Cross-entropy with a weight for each class."""
    kind = CrossEntropyLoss if steps else nn.CrossEntropyLoss
    return kind(weight=torch.tensor(weight), **options)


def weighted_NLLLoss(weight: list[float], steps: bool, **options: Any) -> nn.Module:
    """Negative log-likelihood with a weight for each class."""
    kind = NLLLoss if steps else nn.NLLLoss
    return kind(weight=torch.tensor(weight), **options)


def weighted_MultiMarginLoss(weight: list[float], **options: Any) -> nn.Module:
    """The margin loss with a weight for each class."""
    return nn.MultiMarginLoss(weight=torch.tensor(weight), **options)


def weighted_BCEWithLogitsLoss(pos_weight: list[float], **options: Any) -> nn.Module:
    """Binary cross-entropy with a weight for each yes."""
    return BCEWithLogitsLoss(pos_weight=torch.tensor(pos_weight), **options)
