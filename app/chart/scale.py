"""The axes of charts: those of `engine.ticks`, which reports draw with too."""

from engine.ticks import (
    Scale,
    even_range,
    growing_end,
    log_range,
    round_down,
    round_up,
)

__all__ = ["Scale", "even_range", "growing_end", "log_range", "round_down", "round_up"]
