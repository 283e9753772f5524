"""PyTorch in: an existing nn.Module becomes a drawing with its weights.

`tape` writes down a run · `sizes` finds what depends on the batch · `leaves` and `calls` know what the catalogue has for
modules and functions · `steps` writes the rest as `Operations` · `assembling` makes groups, names and wires ·
`bringing` is the whole way, with its check.
"""

from engine.imports.bringing import Imported, imported, network_of
from engine.imports.refusal import ImportRefused
from engine.imports.report import Report

__all__ = ["ImportRefused", "Imported", "Report", "imported", "network_of"]
