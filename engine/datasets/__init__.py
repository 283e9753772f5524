"""Every kind of data set there is, by name: the declarations found in this folder.

To add a data set, add one class in one file here. Nothing else changes.
"""

from collections.abc import Mapping

from engine.dataset import Dataset
from engine.declare import declared

DATASETS: Mapping[str, type[Dataset]] = declared(__name__, Dataset)  # type: ignore[type-abstract]  # only compared with
