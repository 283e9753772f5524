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
    """A time left as figures and unit: ("18", "s"), ("4:05", "min"), ("2:10", "h")."""
    whole = round(seconds)
    if whole < 60:
        return str(whole), "s"
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02}", "min"
    return f"{whole // 3600}:{whole % 3600 // 60:02}", "h"


def rate(per_second: float) -> str:
    """Steps a second: 7.4, 74, 1,240."""
    return f"{per_second:.1f}" if per_second < 10 else f"{per_second:,.0f}"


def _three(number: float) -> str:
    return f"{number:.2f}" if number < 10 else f"{number:.1f}" if number < 100 else f"{number:.0f}"
