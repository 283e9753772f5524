"""Which arrays of a person's own are the samples and which what is to be learnt of them, by their names.

`x_train`, `trainX`, `train_images`, `X` or `arr_0` are samples; `y_train`, `train_labels`, `y` or `arr_1` targets.
"""

import re
from collections.abc import Iterable, Mapping

from engine.class_folders import PARTS

INPUTS = frozenset("x xs input inputs data image images img imgs feature features sample samples picture pictures "
                   "signal signals series sequence sequences audio waves".split())  # fmt: skip
TARGETS = frozenset(
    "y ys t label labels target targets class classes output outputs truth truths lbl value values".split()
)
ROLES: Mapping[str, str] = {
    **dict.fromkeys(INPUTS, "x"),
    **dict.fromkeys(TARGETS, "y"),
    "arr0": "x",
    "arr1": "y",
}
Role = tuple[str, str]  # "x" or "y"; "train", "dev", "test" or ""


def role(name: str) -> Role | None:
    """What an array of this name is; None if its name does not say."""
    text = re.sub(r"([a-z])([A-Z])", r"\1 \2", name)  # trainX
    text = re.sub(r"^arr_([01])$", r"arr\1", text.strip())
    words = [word for word in re.split(r"[^0-9a-z]+", text.lower()) if word]
    if len(words) == 1 and (
        joined := re.fullmatch(r"([xy])_?(train|test|val|valid|dev)", words[0])
    ):
        words = [joined[1], joined[2]]
    if len(words) == 1 and (joined := re.fullmatch(r"(train|test|val|valid|dev)([xy])", words[0])):
        words = [joined[1], joined[2]]
    kinds = [ROLES[word] for word in words if word in ROLES]
    parts = [PARTS[word] for word in words if word in PARTS]
    if len(set(kinds)) > 1 and "y" in kinds:  # image_labels
        kinds = [kinds[-1]]
    return (kinds[0], parts[0] if parts else "") if kinds else None


def roles(names: Iterable[str]) -> Mapping[Role, str]:
    """The arrays whose names say what they are; the first of those that say the same."""
    found: dict[Role, str] = {}
    for name in names:
        if (said := role(name)) is not None:
            found.setdefault(said, name)
    return found
