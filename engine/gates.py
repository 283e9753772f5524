"""What recurrent layers have at each step, by name."""

from collections.abc import Mapping
from types import MappingProxyType

GATES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"RNN": ("h",), "GRU": ("r", "z", "n", "h"), "LSTM": ("i", "f", "g", "o", "c", "h")}
)
"""What a layer has at each step, by kind: GRU r reset, z update, n new; LSTM i input, f forget, g new, o output."""
VALVES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"RNN": (), "GRU": ("r", "z"), "LSTM": ("i", "f", "o")}
)
"""Those of them that open and shut: between 0 and 1."""
