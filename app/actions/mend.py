"""Commands that mend a network that does not learn: one for each cure."""

from app import curing
from app.action import Action, Stage
from engine.cures import CURES, Cure


def _action(cure: Cure) -> Action:
    return Action(
        f"cure.{cure.id}",
        cure.title,
        "Layer",
        cure.help,
        lambda stage: _apply(stage, cure),
        submenu="Mend the network",
        enabled=lambda studio: bool(studio.document.graph.nodes),
    )


def _apply(stage: Stage, cure: Cure) -> None:
    curing.apply(stage.studio, cure)
    stage.view.fit()


ACTIONS = tuple(_action(cure) for cure in CURES)
