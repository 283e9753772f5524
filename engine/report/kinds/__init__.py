"""Every kind of report, by name: the declarations found in this folder.

To add one, add one class in one file here. Nothing else changes.
"""

from collections.abc import Mapping
from types import MappingProxyType

from engine.declare import declared
from engine.report.kind import Report

REPORTS: Mapping[str, type[Report]] = MappingProxyType(
    {kind.name: kind for kind in declared(__name__, Report).values()}  # type: ignore[type-abstract]  # only compared with
)
