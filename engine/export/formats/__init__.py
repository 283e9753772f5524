"""Every format of export, by name: the declarations found in this folder.

To add a format, add one class in one file here. Nothing else changes.
"""

from collections.abc import Mapping
from types import MappingProxyType

from engine.declare import declared
from engine.export.format import Format

FORMATS: Mapping[str, type[Format]] = MappingProxyType(
    {kind.name: kind for kind in declared(__name__, Format).values()}  # type: ignore[type-abstract]  # only compared with
)
