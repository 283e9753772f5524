"""The example that is shown: one of the train or dev part, or what a person brought; with its title and the truth."""

from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from app.session import Session
from app.wording import number
from engine.axes import Labels
from engine.dataset import Data, Part
from engine.typed import fits

Numbers = NDArray[np.floating]
MOST_NAMES = 12  # of classes that are said


@dataclass(frozen=True, slots=True, eq=False)
class Exhibit:
    """`given` is what the network takes, `values` the same before it was scaled where that can be looked at."""

    given: Numbers
    values: Numbers
    title: str
    truth: str  # in words; empty where nobody knows it
    where: str  # such as “dev example 3 of 330”
    part: Part | None  # None for what a person brought
    place: int

    @property
    def label(self) -> int | None:
        """The true class, where there is one."""
        if self.part is None or np.ndim(self.part.targets[self.place]):
            return None
        return int(self.part.targets[self.place])


def exhibit(data: Data, session: Session) -> Exhibit:
    """What is shown at the moment."""
    own = session.watchers.own.arrays.get("") if session.watchers.own else None
    if session.watchers.own is not None and own is not None and fits(session.watchers.own, data):
        given = cast(Numbers, own)
        where = f"your own: {session.watchers.own.title}"
        return Exhibit(given, _seen(data, given), session.watchers.own.title, "", where, None, 0)
    name, place = session.example
    part = part_of(data, name)
    place %= part.count
    given = cast(Numbers, part.inputs[place])
    title = part.titles[place] if part.titles else ""
    where = f"{name} example {place + 1:,} of {part.count:,}"
    return Exhibit(
        given, _seen(data, given), title, truth_of(data, part, place), where, part, place
    )


def has_gradients(data: Data | None, session: Session) -> bool:
    """Whether ∂L/∂h is read of what is shown: of an example, and of a person's own where there are classes."""
    own = session.watchers.own
    return own is None or (data is not None and type(data.target) is Labels)


def part_of(data: Data, name: str) -> Part:
    """The train or the dev part."""
    return data.train if name == "train" else data.dev


def truth_of(data: Data, part: Part, place: int) -> str:
    """What is true of an example, in words."""
    given = part.targets[place]
    if isinstance(data.target, Labels):
        named = [data.target.names[int(one)] for one in np.ravel(given) if one >= 0]
        return ", ".join([*named[:MOST_NAMES], *(["…"] if len(named) > MOST_NAMES else [])])
    return ", ".join(number(float(value)) for value in np.ravel(part.targets[place]))


def _seen(data: Data, given: Numbers) -> Numbers:
    """Pictures and points as they were; a row stays scaled, for one of its numbers would hide all others."""
    is_raw = given.size == 2 or given.ndim > 1
    return data.scale.undo(given[None])[0] if data.scale and is_raw else given
