"""How numbers of steps change on their way, and how that is said: `⌊(time − 5) / 2⌋ + 1`.

What is said is in a normal form, so that two ways that come to the same are said alike: a border of one step and then a
window of two leave `time`, not `time + 1 − 1`.
"""

import re
import typing
from dataclasses import dataclass
from functools import lru_cache
from math import gcd

_FLOOR = re.compile(r"⌊(.+) / (\d+)⌋")
_LINE = re.compile(r"(?:(\d+)·)?(.+?)(?: ([+−]) (\d+))?")


@dataclass(frozen=True, slots=True)
class Stretch:
    """How a layer changes the number of steps: ⌊(steps · times + plus) / over⌋ + then."""

    times: int = 1
    plus: int = 0
    over: int = 1
    then: int = 0

    @classmethod
    def window(cls, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> "Stretch":
        """That of a window that slides over the steps, with `padding` at both ends."""
        return cls(plus=2 * padding - dilation * (kernel - 1) - 1, over=stride, then=1)

    def of(self, steps: typing.Any) -> typing.Any:
        """The number of steps afterwards, of a number or of a whole tensor of them."""
        return (steps * self.times + self.plus) // self.over + self.then

    @property
    def least(self) -> int:
        """The fewest steps of which at least one is left afterwards."""
        return max(1, -((self.plus - self.over * (1 - self.then)) // self.times))

    def said(self, name: str) -> str:
        """The number of steps afterwards in words, where `name` were there before, which may be so said itself."""
        base, before = _read(name)
        whole = before._and(self)
        if whole is None:  # no one line says both
            base, whole = name, self
        return whole._plain()._of(base)

    def _and(self, after: "Stretch") -> "Stretch | None":
        """This and then another as one; None if there is no such."""
        if self.over == 1:
            plus = after.times * (self.plus + self.then) + after.plus
            return Stretch(self.times * after.times, plus, after.over, after.then)
        if after.times == 1:  # ⌊(⌊x / a⌋ + b) / c⌋ = ⌊(x + a·b) / (a·c)⌋
            plus = self.plus + self.over * (self.then + after.plus)
            return Stretch(self.times, plus, self.over * after.over, after.then)
        return None

    def _plain(self) -> "Stretch":
        """The same with nothing behind the floor, and with what its parts have in common taken out."""
        plus, common = self.plus + self.over * self.then, gcd(self.times, self.over)
        return Stretch(self.times // common, plus // common, self.over // common)

    def _of(self, base: str) -> str:
        text = base
        if self.times > 1:
            is_sum = "+" in re.sub(r"⌊[^⌊⌋]*⌋", "", base)
            text = f"{self.times}·({base})" if is_sum else f"{self.times}·{base}"
        if self.plus:
            text += f" {'+' if self.plus > 0 else '−'} {abs(self.plus)}"
        if self.over > 1:
            text = f"⌊({text}) / {self.over}⌋" if self.plus else f"⌊{text} / {self.over}⌋"
        return text


@lru_cache(maxsize=4096)
def _read(text: str) -> tuple[str, Stretch]:
    """What was said as what it is said of, and how it follows from that."""
    over, found = 1, _FLOOR.fullmatch(text)
    if found and _is_closed(found[1]):
        text, over = found[1], int(found[2])
        if text.startswith("(") and text.endswith(")"):
            text = text[1:-1]
    parts = _LINE.fullmatch(text)
    if parts is None:
        return text, Stretch(over=over)
    times, base, sign, number = parts.groups()
    if times and base.startswith("(") and base.endswith(")"):
        base = base[1:-1]
    plus = int(number or 0) * (-1 if sign == "−" else 1)
    return base, Stretch(int(times or 1), plus, over)


def _is_closed(text: str) -> bool:
    """Whether each bracket of a floor that ends in a text began there."""
    depth = 0
    for letter in text:
        depth += (letter == "⌊") - (letter == "⌋")
        if depth < 0:
            return False
    return depth == 0
