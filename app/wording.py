"""Numbers as people read them: few digits, true minus and times signs, raised powers.

`10^-3` is drawn with a raised −3 by `drawing`; `raised` gives the same as plain text for fonts that have the signs.
"""

import math
import re

_RAISED = str.maketrans("0123456789-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻")
POWER = re.compile(r"\^(−?\d+)")


def number(value: float, digits: int = 3) -> str:
    """A number with this many significant digits: 1.73, 0.0223, 1,240, 3.2·10^−7."""
    if math.isnan(value):
        return "not a number"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if value == 0:
        return "0"
    size = math.floor(math.log10(abs(float(f"{value:.{digits - 1}e}"))))
    if -4 < size < 6:
        return f"{value:,.{max(0, digits - 1 - size)}f}".replace("-", "−")
    return scientific(value, digits - 1)


def scientific(value: float, digits: int = 1) -> str:
    """A number as a power of ten: 9.4·10^−6; a mantissa of exactly 1 is left out if it has no digits."""
    mantissa, exponent = f"{value:.{digits}e}".split("e")
    power = f"10^{int(exponent)}".replace("-", "−")
    return power if mantissa == "1" else f"{mantissa.replace('-', '−')}·{power}"


def terse(value: float) -> str:
    """A number in the least room: .014, 1.73."""
    return re.sub(r"^(−?)0\.", r"\1.", number(value))


def plain(value: float | str) -> str:
    """A setting or tick as short as it can be: .1, .003, 64; a word as it is."""
    if isinstance(value, str):
        return value
    return re.sub(r"^(−?)0\.", r"\1.", f"{value:.10g}".replace("-", "−"))


def tick(value: float) -> str:
    """A number beside an axis: 0.01, 3, 2,000, 50k, 10^−5."""
    if value == 0:
        return "0"
    size = math.floor(math.log10(abs(value)) + 1e-9)
    if 4 <= size < 6:
        return f"{value / 1000:.6g}k".replace("-", "−")
    if -3 <= size < 4:
        return (
            f"{value:,.{max(0, 2 - size)}f}".rstrip("0").rstrip(".").replace("-", "−")
            if (size < 0 or value % 1)
            else f"{value:,.0f}".replace("-", "−")
        )
    return scientific(value, 0)


def times(ratio: float) -> str:
    """A ratio: 220×, 1.8×, 0.42×, 9·10^−6."""
    if not math.isfinite(ratio) or ratio == 0:
        return number(ratio)
    if 0.095 <= ratio < 9.95:
        return f"{ratio:.1f}×" if ratio >= 0.95 else f"{ratio:.2f}×"
    return f"{ratio:.0f}×" if 9.95 <= ratio < 9999.5 else scientific(ratio, 0)


def raised(text: str) -> str:
    """Powers in the signs that Unicode has for them: 10⁻³."""
    return POWER.sub(lambda found: found[1].translate(_RAISED), text)


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


def _three(number: float) -> str:
    return f"{number:.2f}" if number < 10 else f"{number:.1f}" if number < 100 else f"{number:.0f}"
