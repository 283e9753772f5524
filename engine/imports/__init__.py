"""PyTorch in: an existing nn.Module becomes a drawing with its weights.

`tape`, `recorder`, `packing` and `recording` write down a run · `sizes` finds what depends on the batch · `leaves`,
`calls`, `rules`, `proposal`, `weighing` and `ties` know what the catalogue has for modules and functions, `draft` tries
it · `leftover`, `steps` and `remains` write the rest as `Operations` · `assembling`, `names` and `layout` make the
drawing · `checking` judges it · `bringing` is the whole way · `loading` runs a person's file · `guessing` finds what it
reads · `projects` puts a project around it.
"""

from engine.imports.bringing import Imported, imported, network_of
from engine.imports.guessing import guessed
from engine.imports.loading import loaded
from engine.imports.projects import project_of
from engine.imports.refusal import ImportRefused
from engine.imports.report import Report

__all__ = [
    "ImportRefused",
    "Imported",
    "Report",
    "guessed",
    "imported",
    "loaded",
    "network_of",
    "project_of",
]
