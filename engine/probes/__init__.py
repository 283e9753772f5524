"""Every probe there is, by name: the declarations found in this folder.

To add a probe, add one class in one file here. Nothing else changes.
"""

from collections.abc import Mapping

from engine.declare import declared
from engine.probe import Probe

PROBES: Mapping[str, type[Probe]] = declared(__name__, Probe)
