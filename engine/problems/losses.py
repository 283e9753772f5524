"""What stands right before a loss: scores as they are, or probabilities, as the loss wants them."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.graph import NodeId
from engine.layers import CATALOGUE
from engine.problem import Fix, Problem, Severity
from engine.scene import Scene, bypass, insert, put, rule

PROBABILITIES = ("Softmax", "LogSoftmax")
SQUEEZING = ("Sigmoid", "LogSigmoid", "Hardsigmoid", "Tanh", "Hardtanh", "Softsign")
CUTTING = ("ReLU", "ReLU6")


@dataclass(frozen=True, slots=True)
class _Own:
    """Losses that apply a function themselves, what it is called, and before whom it must not stand again."""

    losses: tuple[str, ...]
    word: str
    twice: tuple[str, ...]


OWN = (
    _Own(("CrossEntropyLoss", "CTCLoss"), "softmax", PROBABILITIES),
    _Own(
        ("BCEWithLogitsLoss",), "sigmoid", ("Sigmoid", "LogSigmoid", "Hardsigmoid", *PROBABILITIES)
    ),
)


@rule
def applied_twice(scene: Scene) -> Iterator[Problem]:
    """Softmax before cross-entropy, sigmoid before its sister with logits."""
    for own in OWN:
        for loss in scene.of(*own.losses):
            name = scene.back(loss.id)
            if name is None or scene.kind(name) not in own.twice:
                continue
            message = (
                f"{scene.said(loss.id)} applies {own.word} itself: with {scene.said(name)} before it, "
                "it is applied twice and training is slow."
            )
            yield scene.problem("advice", name, message, _without(scene, name))


def _without(scene: Scene, name: NodeId) -> Fix:
    return scene.fix(f"Remove {name.rpartition('.')[2]}", name, bypass)


@rule
def scores_cut_short(scene: Scene) -> Iterator[Problem]:
    """Scores that a bend keeps within bounds can never be sure."""
    for own in OWN:
        for loss in scene.of(*own.losses):
            name = scene.back(loss.id)
            kind = scene.kind(name) if name is not None else ""
            if name is None or (kind in own.twice) or kind not in (*SQUEEZING, *CUTTING):
                continue
            what = "cuts off all below 0 of" if kind in CUTTING else "keeps within bounds"
            message = (
                f"{scene.said(loss.id)} wants scores of any size, but {scene.said(name)} {what} "
                "them: it can never be sure."
            )
            yield scene.problem("advice", name, message, _without(scene, name))


@dataclass(frozen=True, slots=True)
class _Wants:
    """A loss that wants its prediction prepared: as what, by whom, and which other loss needs no preparation."""

    loss: str
    what: str
    makers: tuple[str, ...]
    instead: str | None
    severity: Severity


WANTS = (
    _Wants("NLLLoss", "logarithms of probabilities", ("LogSoftmax", "LogSigmoid"), "CrossEntropyLoss", "advice"),
    _Wants("KLDivLoss", "logarithms of probabilities", ("LogSoftmax", "LogSigmoid"), None, "advice"),
    _Wants("BCELoss", "probabilities from 0 to 1", ("Sigmoid", "Softmax", "Hardsigmoid"), "BCEWithLogitsLoss", "error"),
)  # fmt: skip
UNPREPARED = frozenset(
    "Dense Bilinear Conv1d Conv2d Conv3d RNN LSTM GRU ReLU LeakyReLU ELU GELU SiLU Tanh Softmax Sigmoid".split()
)
"""Layers that are known to give something else; of what others give, nothing is said."""


@rule
def wants_probabilities(scene: Scene) -> Iterator[Problem]:
    """Some losses take probabilities, or their logarithms, and make none themselves."""
    for want in WANTS:
        for loss in scene.of(want.loss):
            name = scene.back(loss.id)
            kind = scene.kind(name) if name is not None else ""
            if name is None or kind in want.makers or kind not in UNPREPARED:
                continue
            gives = (
                "plain probabilities" if kind in ("Softmax", "Sigmoid") else "numbers of any size"
            )
            message = (
                f"{scene.said(loss.id)} wants {want.what}, but {scene.said(name)} gives {gives}."
            )
            yield scene.problem(
                want.severity, loss.id, message, _prepared(scene, want, loss.id, name)
            )


def _prepared(scene: Scene, want: _Wants, loss: NodeId, before: NodeId) -> Fix:
    """Another loss behind plain scores; behind an activation, the layer that makes what is wanted."""
    maker = CATALOGUE[want.makers[0]]()
    if scene.kind(before) in ("Softmax", "Sigmoid"):
        return scene.fix(f"Use {maker.label}", before, put(maker))
    if scene.layer(before).group == "Activation" or want.instead is None:
        return scene.fix(f"Insert {maker.label}", loss, insert(maker, "prediction"))
    other = CATALOGUE[want.instead]()
    return scene.fix(f"Use {other.label}", loss, put(other))
