"""Every kind of layer there is, by name: the declarations found in this folder.

To add a layer, add one class in one file here. Nothing else changes.
"""

from collections.abc import Mapping
from types import MappingProxyType

from engine.declare import declared
from engine.layer import GROUPS, Layer

CATALOGUE: Mapping[str, type[Layer]] = MappingProxyType(
    dict(
        sorted(
            declared(__name__, Layer).items(),
            key=lambda item: GROUPS.index(item[1].group),
        )
    )
)

FORMER: Mapping[str, type[Layer]] = MappingProxyType(
    {name: kind for kind in CATALOGUE.values() for name in kind.formerly}
)
"""Layers under the names they bore in older files."""
