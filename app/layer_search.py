"""Finding layers by what a person types: whole names first, then beginnings, then kinds, then what the help says."""

from collections.abc import Iterable

from engine.layer import Layer

Kind = type[Layer]


def find_layers(text: str, kinds: Iterable[Kind]) -> list[Kind]:
    """Those of the kinds that all words of the text fit, the best first."""
    words = text.lower().split()
    ranked = ((_rank(words, kind), kind) for kind in kinds)
    found = [(rank, kind) for rank, kind in ranked if rank is not None]
    whole = " ".join(words)
    found.sort(
        key=lambda item: (item[1].label.lower() != whole, item[0])
    )  # stable: catalogue order
    return [kind for _, kind in found]


def _rank(words: list[str], kind: Kind) -> int | None:
    """How well a kind fits, 0 best: the worst over all words; None if a word does not fit."""
    ranks = [_rank_of(word, kind) for word in words]
    fitting = [rank for rank in ranks if rank is not None]
    return max(fitting, default=0) if len(fitting) == len(ranks) else None


def _rank_of(word: str, kind: Kind) -> int | None:
    label, name = kind.label.lower(), kind.kind().lower()
    if label.startswith(word) or name.startswith(word):
        return 0
    if any(part.startswith(word) for part in label.split()):
        return 1
    if word in label or word in name:
        return 2
    if word in kind.group.lower():
        return 3
    return 4 if word in kind.help().lower() else None
