"""What stands right before a loss: scores as they are, or probabilities, as the loss wants them."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.graph import NodeId
from engine.layers import CATALOGUE
from engine.problem import Fix, Problem
from engine.scene import Scene, bypass, insert, put, rule

PROBABILITIES = ("Softmax", "LogSoftmax", "Softmin", "Softmax2d")
SQUEEZING = ("Sigmoid", "LogSigmoid", "Hardsigmoid", "Tanh", "Hardtanh", "Softsign")
CUTTING = ("ReLU", "ReLU6")


@dataclass(frozen=True, slots=True)
class _Own:
    """Losses that apply a function themselves, what it is called, and before whom it must not stand again."""

    losses: tuple[str, ...]
    word: str
    twice: tuple[str, ...]


OWN = (
    _Own(("CrossEntropyLoss",), "softmax", PROBABILITIES),
    _Own(
        ("BCEWithLogitsLoss", "MultiLabelSoftMarginLoss", "SoftMarginLoss"),
        "sigmoid",
        ("Sigmoid", "LogSigmoid", "Hardsigmoid", *PROBABILITIES),
    ),
)  # fmt: skip


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


@rule
def wants_probabilities(scene: Scene) -> Iterator[Problem]:
    """NLL and its like take logarithms of probabilities, plain BCE takes probabilities: neither makes them."""
    yield from _unprepared(
        scene, ("NLLLoss", "NLLLoss2d"), ("LogSoftmax", "LogSigmoid"), "CrossEntropyLoss", "advice"
    )
    yield from _unprepared(
        scene,
        ("BCELoss",),
        ("Sigmoid", "Softmax", "Hardsigmoid", "Softmin"),
        "BCEWithLogitsLoss",
        "error",
    )


KNOWN_UNFIT = frozenset({"Dense", "Conv1d", "Conv2d", "Conv3d", "ReLU", "Tanh", "LeakyReLU", "GELU",
                         "SiLU", "ELU", "Softmax", "Softplus"})  # fmt: skip


def _unprepared(
    scene: Scene, losses: tuple[str, ...], makers: tuple[str, ...], instead: str, severity: str
) -> Iterator[Problem]:
    """Losses of these kinds behind a layer that surely does not make what they want."""
    for loss in scene.of(*losses):
        name = scene.back(loss.id)
        if name is None or scene.kind(name) in makers or scene.kind(name) not in KNOWN_UNFIT:
            continue
        what = (
            "logarithms of probabilities" if "NLL" in losses[0] else "probabilities between 0 and 1"
        )
        message = (
            f"{scene.said(loss.id)} wants {what}, but {scene.said(name)} gives numbers of any size."
        )
        other = CATALOGUE.get(instead)
        if scene.kind(name) == "Softmax":
            message = f"{scene.said(loss.id)} wants {what}, but {scene.said(name)} gives plain probabilities."
            maker = CATALOGUE.get(makers[0])
            fix = scene.fix(f"Use {maker.label}", name, put(maker())) if maker else None
        elif scene.layer(name).group == "Activation":
            maker = CATALOGUE.get(makers[0])
            fix = (
                scene.fix(f"Insert {maker.label}", loss.id, insert(maker(), "prediction"))
                if maker
                else None
            )
        else:
            fix = scene.fix(f"Use {other.label}", loss.id, put(other())) if other else None
        yield scene.problem("error" if severity == "error" else "advice", loss.id, message, fix)
