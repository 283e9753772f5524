"""Every plot there is, by name, in the order of their docks: the declarations found in this folder.

To add a plot, add one class in one file here. Nothing else changes.
"""

from collections.abc import Mapping
from types import MappingProxyType

from app.plot import Plot
from engine.declare import declared

PLOTS: Mapping[str, type[Plot]] = MappingProxyType(
    dict(sorted(declared(__name__, Plot).items(), key=lambda item: item[1].order))
)
