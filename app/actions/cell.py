"""Commands of recurrent layers: another cell in the place of one, and when the network predicts."""

from app import recasting
from app.action import Action
from app.studio import Studio
from engine.cells import CELLS, Cell, Read

HELP = {
    "RNN": "The plain cell: what it remembers fades from step to step.",
    "GRU": "Two gates: one forgets, one decides what is replaced.",
    "LSTM": "A cell that three gates protect.",
}


def _has_one(studio: Studio) -> bool:
    return recasting.meant(studio) is not None


def _cast(kind: type[Cell]) -> Action:
    name = kind.__name__

    def is_on(studio: Studio) -> bool:
        node = recasting.meant(studio)
        return node is not None and type(node.layer) is kind

    return Action(
        f"cell.{name.lower()}",
        f"Change to {name}",
        "Layer",
        HELP[name],
        lambda stage: recasting.cast(stage.studio, kind),
        submenu="Cell",
        enabled=_has_one,
        is_on=is_on,
    )


def _read(where: Read, said: str) -> Action:
    return Action(
        f"cell.{where.replace(' ', '_')}",
        f"Predict at {where}",
        "Layer",
        said,
        lambda stage: recasting.read(stage.studio, where),
        submenu="Cell",
        enabled=_has_one,
        is_on=lambda studio: recasting.is_read(studio, where),
    )


ACTIONS = (
    *(_cast(kind) for kind in CELLS),
    _read("every step", "What follows a recurrent layer is applied to each of its steps."),
    _read("the end", "Only its last step goes on, through a Select that is put in."),
)
