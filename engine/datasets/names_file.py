"""Names, or other short texts, of one's own, each with its class."""

import unicodedata
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from pydantic import Field

from engine.axes import Labels, Tokens
from engine.dataset import Dataset
from engine.datasets.lines import TABLES, TEXTS, columns, glance, lines_of, named
from engine.datasets.surnames import Surnames
from engine.samples import DataError, Samples
from engine.spelling import spelt

FEWEST = 10  # texts
ROOM = 1 << 28  # numbers that all texts together may take, filled up to the longest
KIND = "a name, a tab and its class"
Named = list[tuple[str, str]]  # texts with their classes


class NamesFile(Dataset, title="File of names with classes"):
    """Your own names or short texts, in UTF-8, each of a class: read character by character.

    A file with a name, a tab and its class in each line; or a folder with a text file for each class, called as the
    class is, with a name in each line. A first line whose class occurs nowhere else is a heading. What stands there
    twice counts once. As long as nothing is named it is the surnames that come with the program.
    """

    file: str = Field(
        "",
        max_length=4096,
        title="File or folder",
        description="Where the names are, such as /home/me/names.tsv, or a folder with French.txt and German.txt.",
    )
    longest: int = Field(
        200, ge=1, le=10_000, title="Longest", description="How many characters a name may have."
    )

    @classmethod
    def found_at(cls, path: Path) -> "NamesFile | None":
        fits = _is_folder(path) if path.is_dir() else _is_list(path)
        return cls(file=str(path)) if fits else None

    def load(self) -> Samples:
        path = named(self.file)
        if path is None:
            return Surnames().load()
        found = _of_folder(path) if path.is_dir() else _of_file(path)
        return _samples(self._checked(found, path.name), path.name)

    def _checked(self, found: Named, where: str) -> Named:
        longer = [text for text, _ in found if len(text) > self.longest]
        if longer:
            raise DataError(
                f"{len(longer):,} of the {len(found):,} names in {where} have more than {self.longest} characters, "
                f"such as “{longer[0][:40]}…”. Raise Longest, or shorten them."
            )
        most = max((len(text) for text, _ in found), default=0)
        if most * len(found) > ROOM:
            raise DataError(
                f"The {len(found):,} names of up to {most:,} characters in {where} take more memory than there should "
                "be for them. Bring fewer, or leave the longest ones out."
            )
        return found


def _samples(found: Named, where: str) -> Samples:
    classes = sorted({name for _, name in found})
    if len(found) < FEWEST or len(classes) < 2:
        has = f"{len(found)} name{'' if len(found) == 1 else 's'} of {len(classes)} "
        raise DataError(
            f"In {where} there are {has}{'class' if len(classes) == 1 else 'classes'}; at least {FEWEST} names, and 2 "
            "classes to be told apart, are needed. Bring more."
        )
    texts = [text for text, _ in found]
    symbols, inputs, lengths = spelt(texts)
    places = {name: place for place, name in enumerate(classes)}
    return Samples(
        inputs,
        np.array([places[name] for _, name in found], np.int64),
        Tokens("time", len(symbols)),
        Labels(tuple(classes)),
        titles=tuple(texts),
        lengths=lengths,
        symbols=symbols,
    )


def _of_file(path: Path) -> Named:
    rows = columns(path, 2, KIND, or_commas=True)
    if len(rows) > FEWEST and Counter(row[1] for row in rows)[rows[0][1]] == 1:
        rows = rows[1:]
    return _once((row[0], row[1]) for row in rows)


def _of_folder(path: Path) -> Named:
    files = _files(path)
    if not files:
        raise DataError(
            f"The folder {path.name} holds no text files. There should be one for each class, called as the class is, "
            "such as French.txt, with a name in each line."
        )
    return _once((line.strip(), file.stem) for file in files for _, line in lines_of(file))


def _once(pairs: Iterable[tuple[str, str]]) -> Named:
    normal = ((unicodedata.normalize("NFC", text), name) for text, name in pairs)
    return list(dict.fromkeys(normal))


def _files(path: Path) -> list[Path]:
    try:
        inside = sorted(path.glob("*.txt"))
    except OSError:
        return []
    return [file for file in inside if file.is_file() and not file.name.startswith(".")]


def _is_folder(path: Path) -> bool:
    files = _files(path)
    return len(files) >= 2 and bool(glance(files[0])) and len(glance(files[0])[0]) <= 200


def _is_list(path: Path) -> bool:
    """Whether each line is a text and a class, of which there are far fewer."""
    if path.suffix.lower() not in TEXTS:
        return False
    lines = glance(path)
    mark = "\t" if any("\t" in line for line in lines) else ","
    if mark == "," and path.suffix.lower() not in TABLES:
        return False
    rows = [line.split(mark) for line in lines]
    if len(rows) < 2 or any(len(row) != 2 for row in rows):
        return False
    return 2 * len({row[1] for row in rows}) <= len(rows) and any(
        not _is_number(r[0]) for r in rows[1:]
    )


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True
