"""Numbers as people read them: with thousands set apart, in short, as memory, as time."""

from app.wording import memory, short


def grouped(number: int) -> str:
    """57,610."""
    return f"{number:,}"


def duration(seconds: float) -> tuple[str, str]:
    """A time in two figures at most, and its unit: ("18", "s"), ("5", "min"), ("2", "h")."""
    for size, unit in ((1, "s"), (60, "min"), (3600, "h")):
        if round(seconds / size) < 100 and (unit != "s" or seconds < 90):
            return str(round(seconds / size)), unit
    return str(round(seconds / 86_400)), "d"


def rate(per_second: float) -> str:
    """Steps a second: 7.4, 74, 1,240."""
    return f"{per_second:.1f}" if per_second < 10 else f"{per_second:,.0f}"


__all__ = ["duration", "grouped", "memory", "rate", "short"]
