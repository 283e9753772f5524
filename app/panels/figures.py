"""Numbers as people read them: with thousands set apart, in short, as memory, as time."""


def grouped(number: int) -> str:
    """57,610."""
    return f"{number:,}"


def short(number: float) -> str:
    """Three figures and a letter from a million on: 352,800 but 1.27 M."""
    for size, letter in ((1e12, "T"), (1e9, "G"), (1e6, "M")):
        if number >= size:
            return f"{_three(number / size)} {letter}"
    return f"{number:,.0f}"


def memory(count: int) -> str:
    """Bytes in units of a thousand: 18.8 kB."""
    for size, unit in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if count >= size:
            return f"{_three(count / size)} {unit}"
    return f"{count} B"


def duration(seconds: float) -> tuple[str, str]:
    """A time in two figures at most, and its unit: ("18", "s"), ("5", "min"), ("2", "h")."""
    for size, unit in ((1, "s"), (60, "min"), (3600, "h")):
        if round(seconds / size) < 100 and (unit != "s" or seconds < 90):
            return str(round(seconds / size)), unit
    return str(round(seconds / 86_400)), "d"


def rate(per_second: float) -> str:
    """Steps a second: 7.4, 74, 1,240."""
    return f"{per_second:.1f}" if per_second < 10 else f"{per_second:,.0f}"


def _three(number: float) -> str:
    return f"{number:.2f}" if number < 10 else f"{number:.1f}" if number < 100 else f"{number:.0f}"
