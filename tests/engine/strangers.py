"""Project files as a stranger might send them: honest ones spoilt in every part, and ones made up from nothing."""

import json
import random
import zipfile
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

ODD: tuple[Any, ...] = (
    None, -1, 0, 1.5, 10**400, 1e308, 2**31, 2**63, float("nan"), True, "", "a" * 999, "../../x", "/dev/zero",
    "\ud800", "0", [], {}, [[]], ["a", "a"], {"name": "Moons"}, [2**40, 2**40],
)  # fmt: skip
WORDS = (
    "format", "title", "graph", "nodes", "edges", "groups", "id", "layer", "kind", "position", "data", "dataset",
    "name", "split", "scaling", "settings", "epochs", "notes", "runs", "openings", "checkpoint", "best", "step",
    "Dense", "Input", "Moons", "TextFile", "file", "relu.out", "hidden.in", "lessons",
)  # fmt: skip
Parts = dict[str, bytes]


class Stranger:
    """Makes files out of the parts of an honest one; the same seed makes the same files."""

    def __init__(self, honest: Path, seed: int) -> None:
        with zipfile.ZipFile(honest) as archive:
            self.parts: Parts = {name: archive.read(name) for name in archive.namelist()}
        self.chance = random.Random(seed)
        self._whole = honest.read_bytes()

    def mutated(self, path: Path) -> str:
        """Write an honest file with something spoilt; says what kind of thing."""
        kind = self.chance.choice(("value", "value", "header", "bytes", "part", "zip"))
        if kind == "zip":
            path.write_bytes(self._spoilt(self._whole))
            return kind
        parts = dict(self.parts)
        ending = ".json" if kind == "value" else ".safetensors" if kind == "header" else ""
        name = self.chance.choice([name for name in parts if name.endswith(ending)])
        if kind == "part":
            self._moved(parts, name)
        else:
            parts[name] = {"value": self._valued, "header": self._headed, "bytes": self._spoilt}[
                kind
            ](parts[name])
        self._write(parts, path)
        return kind

    def generated(self, path: Path) -> str:
        """Write a file whose text, or the record of whose run, is made up from nothing."""
        parts, kind = dict(self.parts), self.chance.choice(("text", "run", "alone"))
        name = "runs/1/run.json" if kind == "run" else "project.json"
        record = json.loads(parts[name])
        for key in self.chance.sample(sorted(record), self.chance.randint(1, len(record))):
            record[key] = self._value(4)
        if self.chance.random() < 0.2:
            record = self._value(6)
        parts = {"project.json": b"{}"} if kind == "alone" else parts
        parts[name] = json.dumps(record).encode()
        self._write(parts, path)
        return f"made up: {kind}"

    # -- what is spoilt ----------------------------------------------------------------------

    def _valued(self, content: bytes) -> bytes:
        record = json.loads(content)
        for _ in range(self.chance.randint(1, 3)):
            holder, key = self.chance.choice(list(_places(record)))
            fate = self.chance.random()
            if fate < 0.7:
                holder[key] = deepcopy(self.chance.choice(ODD))
            elif fate < 0.85 and isinstance(holder, dict):
                holder[self.chance.choice(WORDS)] = holder.pop(key)
            else:
                del holder[key]
            if not record:
                break
        return json.dumps(record).encode()

    def _headed(self, content: bytes) -> bytes:
        """The head of a file of arrays with other kinds, shapes and places than what follows it has."""
        length = int.from_bytes(content[:8], "little")
        head = self._valued(content[8 : 8 + length])
        return len(head).to_bytes(8, "little") + head + content[8 + length :]

    def _spoilt(self, content: bytes) -> bytes:
        spoilt = bytearray(content)
        for _ in range(self.chance.randint(1, 8)):
            spoilt[self.chance.randrange(len(spoilt))] ^= self.chance.randrange(1, 256)
        return bytes(
            spoilt[: self.chance.choice((len(spoilt), self.chance.randrange(len(spoilt))))]
        )

    def _moved(self, parts: Parts, name: str) -> None:
        """A part that is missing, is called as if it lay elsewhere, or is another one."""
        fate = self.chance.random()
        content = parts.pop(name)
        if fate < 0.4:
            parts["../" + name] = parts["/tmp/" + name] = content
        elif fate < 0.8 and parts:
            parts[name] = parts[self.chance.choice(list(parts))]

    def _value(self, depth: int) -> Any:
        fate = self.chance.random()
        if depth == 0 or fate < 0.4:
            return deepcopy(self.chance.choice((*ODD, *WORDS)))
        count = self.chance.randint(0, 4)
        if fate < 0.7:
            return [self._value(depth - 1) for _ in range(count)]
        return {self.chance.choice(WORDS): self._value(depth - 1) for _ in range(count)}

    def _write(self, parts: Parts, path: Path) -> None:
        packing = self.chance.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
        with zipfile.ZipFile(path, "w", packing) as archive:
            for name, content in parts.items():
                archive.writestr(name, content)


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in a record: what it lies in, and under which key or number."""
    inside = list(value.items() if isinstance(value, dict) else enumerate(value))
    for key, held in inside:
        yield value, key
        if isinstance(held, dict | list):
            yield from _places(held)
