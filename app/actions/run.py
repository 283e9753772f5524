"""Commands to the run."""

from app.action import Action
from app.rerun import can_carry, carry_over, restart_anew
from app.studio import Studio


def _training(studio: Studio) -> bool:
    return studio.session.state == "training"


def _running(studio: Studio) -> bool:
    return studio.session.state != "idle"


ACTIONS = (
    Action(
        "run.train",
        "Train",
        "Run",
        "Train the network you drew, or go on after a pause.",
        lambda stage: stage.studio.session.train(),
        ("Ctrl+Return", "F5"),
        "play",
        lambda studio: not _training(studio),
    ),
    Action(
        "run.pause",
        "Pause",
        "Run",
        "Stand still after the minibatch that is being trained.",
        lambda stage: stage.studio.session.pause(),
        ("F6",),
        "pause",
        _training,
    ),
    Action(
        "run.step",
        "Step",
        "Run",
        "Train one minibatch and stand still.",
        lambda stage: stage.studio.session.step(),
        ("F10",),
        "skip-forward",
        lambda studio: not _training(studio),
    ),
    Action(
        "run.epoch",
        "To the end of the epoch",
        "Run",
        "Train until every example was seen once more, and stand still.",
        lambda stage: stage.studio.session.epoch(),
        ("Shift+F10",),
        "chevrons-right",
    ),
    Action(
        "run.stop",
        "Stop",
        "Run",
        "End the run. What was learnt is kept.",
        lambda stage: stage.studio.session.stop(),
        ("Shift+F5",),
        "square",
        _running,
    ),
    Action(
        "run.restart",
        "Restart",
        "Run",
        "Begin a new run from the initial weights of the seed.",
        lambda stage: stage.studio.session.restart(),
        ("Ctrl+Shift+F5",),
        "rotate-ccw",
    ),
    Action(
        "run.restart_anew",
        "Restart with new weights",
        "Run",
        "Begin a new run with the next seed: other initial weights, another order of examples.",
        lambda stage: restart_anew(stage.studio),
        icon="dices",
    ),
    Action(
        "run.carry",
        "Restart with these weights",
        "Run",
        "Begin a new run of the drawing with every weight of the last run that still fits.",
        lambda stage: carry_over(stage.studio),
        icon="forward",
        enabled=can_carry,
    ),
    Action(
        "run.test",
        "Open the test set…",
        "Run",
        "See whether a run is ready for it, open the sealed test set once, and keep what comes out.",
        lambda stage: stage.papers.unseal(),
        icon="lock-open",
        rule=True,
    ),
    Action(
        "run.apart",
        "Train in a process of its own",
        "Run",
        "From the next run on: drawing takes nothing from training, and the window survives its crash. A run begins a "
        "few seconds later.",
        lambda stage: stage.studio.train_apart(not stage.studio.session.apart),
        checked=lambda stage: stage.studio.session.apart,
        rule=True,
    ),
)
