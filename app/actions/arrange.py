"""Commands that bring the selected layers into line: one for each way."""

from app.action import Action
from app.arranging import How
from app.studio import Studio

_WAYS: tuple[tuple[How, str, str, str, str], ...] = (
    ("left", "Align left edges", "left edges on one line", "Ctrl+Shift+Left", "arrange-left"),
    ("centre", "Align centres", "middles below one another", "Ctrl+Shift+C", "arrange-centre"),
    ("right", "Align right edges", "right edges on one line", "Ctrl+Shift+Right", "arrange-right"),
    ("top", "Align tops", "headers on one line", "Ctrl+Shift+Up", "arrange-top"),
    ("middle", "Align middles", "middles on one line", "Ctrl+Shift+M", "arrange-middle"),
    ("bottom", "Align bottoms", "lower edges on one line", "Ctrl+Shift+Down", "arrange-bottom"),
    ("across", "Distribute across", "gaps from left to right alike", "Ctrl+Shift+H", "arrange-across"),
    ("down", "Distribute down", "gaps from top to bottom alike", "Ctrl+Shift+V", "arrange-down"),
)  # fmt: skip
LEAST = {"across": 3, "down": 3}  # nodes that there must be; two for the others


def _action(how: How, text: str, tip: str, key: str, icon: str) -> Action:
    def enough(studio: Studio) -> bool:
        return len(studio.nodes) >= LEAST.get(how, 2)

    return Action(
        f"arrange.{how}",
        text,
        "Edit",
        f"Move the selected layers so that they have their {tip}.",
        lambda stage: stage.view.arrange(how),
        (key,),
        icon,
        enough,
        submenu="Align and distribute",
        on_canvas=True,
    )


ACTIONS = tuple(_action(*way) for way in _WAYS)
