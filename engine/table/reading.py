"""A table of a person's own, read by pyarrow: text with separators, packed or not, and Parquet."""

import mmap
from collections.abc import Callable
from contextvars import copy_context
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from engine.samples import DataError
from engine.table.dialect import Decimal, Dialect, Header, Separator, dialect_of, unlike
from engine.waiting import told

if TYPE_CHECKING:
    import pyarrow

TEXTS = (".csv", ".tsv", ".tab", ".csv.gz", ".tsv.gz")
PARQUETS = (".parquet", ".pq")
DISTINCT = 10_000  # categories up to which a column of words is stored by their places
MISSING = [
    *("", "NA", "N/A", "n/a", "na", "#N/A", "#NA", "NaN", "nan", "-NaN", "NULL", "null", "Null"),
    *("None", "none", "?", "-", "--", ".", "#VALUE!", "#DIV/0!", " "),
]


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """A table as it was read, and what is to be said about that."""

    table: "pyarrow.Table"
    decimal: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A file, and how a person says that it is written."""

    path: Path
    separator: Separator = "guess"
    decimal: Decimal = "guess"
    header: Header = "guess"


def is_table(path: Path) -> bool:
    """Whether the name is that of a table, and a file is there."""
    return path.name.lower().endswith((*TEXTS, *PARQUETS)) and path.is_file()


def read(asked: Asked) -> Read:
    """The table in a file; the last one is remembered as long as the file stays as it is. Raises DataError."""
    try:
        state = asked.path.stat()
    except (OSError, ValueError) as error:  # the latter of a name that no file can have
        said = getattr(error, "strerror", None) or str(error)
        raise DataError(
            f"The file {asked.path} cannot be read: {said}. Put it back, or choose another."
        ) from error
    if not asked.path.is_file():
        raise DataError(f"{asked.path} is a folder; a table is a single file. Choose a file.")
    return _remembered(asked, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=1)
def _remembered(asked: Asked, _changed: int, size: int) -> Read:
    parquet = asked.path.suffix.lower() in PARQUETS
    found = _parquet(asked.path, size) if parquet else _text(asked, size)
    if not found.table.num_rows:
        raise DataError(
            f"{asked.path.name} has no rows below its names: there is nothing to learn."
        )
    return found


class Watched:
    """A file that says how far it has been read, also to who waits in another thread than that which reads it."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file, self._size, self._context = file, size, copy_context()

    def read(self, count: int = -1) -> bytes:
        found = self._file.read(count)
        self._context.run(told, self._file.tell(), self._size, "Reading the table")
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def _parquet(path: Path, size: int) -> Read:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with path.open("rb") as file:
            watched = pa.PythonFile(Watched(file, size), "r")
            table = pq.read_table(watched)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise DataError(
            f"{path.name} cannot be read as Parquet: it is damaged or of another kind. Choose another file."
        ) from error
    names, notes = unlike(table.column_names)
    return Read(table.rename_columns(list(names)), ".", notes)


def _text(asked: Asked, size: int) -> Read:
    import pyarrow as pa

    dialect = dialect_of(asked.path, asked.separator, asked.decimal, asked.header)
    left = _Left(asked.path)
    try:
        table = _parsed(asked.path, dialect, size, left)
    except pa.ArrowInvalid as error:
        if "UTF8" in str(error) and dialect.encoding == "utf-8":  # further down than the sample
            old = Dialect("cp1252", *[getattr(dialect, n) for n in Dialect.__slots__[1:]])
            left = _Left(asked.path)
            table, dialect = _parsed(asked.path, old, size, left), old
        else:
            raise _unreadable(asked.path, str(error)) from error
    except (OSError, UnicodeError) as error:
        raise _unreadable(asked.path, str(error)) from error
    notes = [*dialect.notes, *left.notes(table.num_rows)]
    if dialect.encoding == "cp1252":
        notes.append("The file is not in UTF-8; it was read as Western European text.")
    if dialect.decimal == ",":
        notes.append("Numbers are written with a decimal comma.")
    return Read(table, dialect.decimal, tuple(notes))


def _unreadable(path: Path, said: str) -> DataError:
    return DataError(
        f"{path.name} cannot be read as a table ({said.splitlines()[0][:200]}). Save it anew as CSV, or say how its "
        "columns are separated."
    )


class _Left:
    """Rows that do not fit the columns, counted."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.count = 0
        self.first = ""

    def __call__(self, row: Any) -> str:
        self.count += 1
        if self.count == 1:
            line = line_of(self._path, str(row.text))
            where = f"line {line:,}" if line else "one"
            self.first = f"{where} has {row.actual_columns} cells, but there are {row.expected_columns} columns"
        return "skip"

    def notes(self, kept: int) -> list[str]:
        """What was left out in words. Raises DataError if that is nearly all."""
        if self.count > kept:
            raise DataError(
                f"Most rows of {self._path.name} do not fit its columns: {self.first}. Say how its columns are "
                "separated, or mend the file."
            )
        rows = "row was" if self.count == 1 else "rows were"
        return [f"{self.count:,} {rows} left out: {self.first}."] if self.count else []


def line_of(path: Path, text: str) -> int:
    """The line of a file that begins so, from 1; 0 where the file is packed or written in another encoding."""
    if not text or path.suffix.lower() == ".gz" or not path.stat().st_size:
        return 0
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as whole:
        sought = text.encode("utf-8", "surrogateescape")
        place = whole.find(b"\n" + sought) + 1
        return whole[:place].count(b"\n") + 1 if place else 0


def _parsed(path: Path, dialect: Dialect, size: int, left: Callable[[Any], str]) -> "pyarrow.Table":
    import pyarrow as pa
    import pyarrow.csv as pc

    with path.open("rb") as file:
        source: Any = pa.PythonFile(Watched(file, size), "r")
        if path.suffix.lower() == ".gz":
            source = pa.CompressedInputStream(source, "gzip")
        encoding = "utf8" if dialect.encoding.startswith("utf-8") else dialect.encoding
        return pc.read_csv(
            source,
            pc.ReadOptions(
                column_names=list(dialect.names), skip_rows=dialect.skipped, encoding=encoding
            ),
            pc.ParseOptions(
                delimiter=dialect.separator,
                newlines_in_values=_has_quotes(path),
                invalid_row_handler=left,
            ),
            pc.ConvertOptions(
                decimal_point=dialect.decimal,
                null_values=MISSING,
                strings_can_be_null=True,
                auto_dict_encode=True,
                auto_dict_max_cardinality=DISTINCT,
            ),
        )


def _has_quotes(path: Path) -> bool:
    """Whether a cell may hold a line's end; reading is quicker where none can."""
    if path.suffix.lower() == ".gz" or not path.stat().st_size:
        return True
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as whole:
        return whole.find(b'"') >= 0
