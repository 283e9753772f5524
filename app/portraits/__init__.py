"""Pictures of each dock and each dialogue by itself, with the content of a trained example: for looking at them all.

`python3 -m app.screenshot FOLDER --parts` writes them. A dock or dialogue that is missing here has not been looked at.
To add some, add one class in one file here. Nothing else changes.
"""

from collections.abc import Mapping
from types import MappingProxyType

from app.portrait import Sitting
from engine.declare import declared

SITTINGS: Mapping[str, type[Sitting]] = MappingProxyType(
    dict(sorted(declared(__name__, Sitting).items(), key=lambda item: item[1].order))
)
