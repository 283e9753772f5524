"""The operations for which the catalogue has no layer: by the values that they make, and by those who read them."""

from dataclasses import dataclass, field

from engine.imports.tape import Operation, refs


@dataclass(slots=True)
class Leftover:
    """Operations without a layer, by the values that they make."""

    makers: dict[int, Operation] = field(default_factory=dict)
    readers: dict[int, list[Operation]] = field(default_factory=dict)

    def add(self, entry: Operation) -> None:
        for number in refs(entry.results):
            self.makers[number] = entry
        for number in dict.fromkeys(refs((entry.given, entry.named))):
            self.readers.setdefault(number, []).append(entry)
