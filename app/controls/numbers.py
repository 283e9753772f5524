"""How numbers are read, written and stepped in a field. Knows nothing of widgets."""

import math
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

Number = int | float


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a field may hold: whole numbers or any, from `least` to `most`.

    `above` and `below` are bounds that are themselves not allowed (a rate above 0).
    """

    whole: bool = False
    least: Number | None = None
    most: Number | None = None
    above: Number | None = None
    below: Number | None = None

    def complaint(self, number: Number) -> str:
        """Why the number cannot be taken, in a sentence; empty if it can."""
        if not math.isfinite(number):
            return "This must be a finite number."
        if self.whole and number != int(number):
            return "This must be a whole number."
        if self.above is not None and number <= self.above:
            return f"This must be more than {written(self.above)}."
        if self.below is not None and number >= self.below:
            return f"This must be less than {written(self.below)}."
        outside = (self.least is not None and number < self.least) or (
            self.most is not None and number > self.most
        )
        return self._range() if outside else ""

    def _range(self) -> str:
        if self.least is None and self.most is not None:
            return f"This can be at most {written(self.most)}."
        if self.most is None and self.least is not None:
            return f"This must be at least {written(self.least)}."
        return f"This must be from {written(self.least or 0)} to {written(self.most or 0)}."

    def clamped(self, number: Number) -> Number:
        """The nearest number inside the closed bounds."""
        low = number if self.least is None else max(number, self.least)
        return low if self.most is None else min(low, self.most)


def read(text: str, bounds: Bounds) -> tuple[Number | None, str]:
    """The number written in `text`, or None with the complaint about it.

    Takes a true minus sign, spaces between thousands and a power as in 1e-3.
    """
    plain = "".join(text.split()).replace("−", "-").replace("_", "")
    try:
        exact = Decimal(plain)
    except InvalidOperation:
        return None, f"“{text.strip()}” is not a number." if plain else "A number is needed here."
    complaint = bounds.complaint(float(exact))
    if complaint:
        return None, complaint
    return (int(exact) if bounds.whole else float(exact)), ""


def written(number: Number) -> str:
    """The shortest text that reads back as the same number: 0.003, 1.0, 1e-5."""
    mantissa, mark, power = repr(number).partition("e")
    return f"{mantissa}e{int(power)}" if mark else mantissa


def stepped(number: Number, steps: int, bounds: Bounds, step: Number | None = None) -> Number:
    """The number some steps up or down, inside the bounds.

    Without a step given, whole numbers go by 1 and others by one unit of their leading digit, so
    that .003 becomes .004 and .001 becomes .0009. A step that would leave the bounds is not taken.
    """
    exact = Decimal(repr(number))
    for _ in range(abs(steps)):
        size = Decimal(repr(step)) if step is not None else _unit(exact, steps > 0, bounds.whole)
        exact += size if steps > 0 else -size
    near = bounds.clamped(int(exact) if bounds.whole else float(exact))
    return number if bounds.complaint(near) else near


def _unit(exact: Decimal, up: bool, whole: bool) -> Decimal:
    if whole:
        return Decimal(1)
    if exact == 0:
        return Decimal("0.1")
    power = exact.adjusted()
    shrinking = up != (exact > 0)
    if shrinking and abs(exact) == Decimal(1).scaleb(power):
        power -= 1
    return Decimal(1).scaleb(power)
