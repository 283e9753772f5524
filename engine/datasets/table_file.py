"""A table of one's own."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file
from pathlib import Path
from typing import ClassVar, Literal, Self

from pydantic import Field

from engine.dataset import Dataset
from engine.datasets.lines import named
from engine.encoding import Filling
from engine.parameters import labels
from engine.samples import Samples
from engine.table.dialect import Decimal, Header, Separator
from engine.table.guessing import Role
from engine.table.reading import Asked, is_table
from engine.table.sampling import Plan, sampled
from resources import resource


class TableFile(Dataset, title="Table file", scaling="standardise", rank=1):
    """A table of your own: CSV, TSV (also packed with gzip) or Parquet. One column is predicted from the others.

    Gaps, rare categories and the scale are settled by the train part alone. As long as no file is named it is
    344 penguins of three species (Gorman, Horst and others, 2020).
    """

    content: ClassVar[str] = "table"

    file: str = Field(
        "",
        max_length=4096,
        title="File",
        description="Where the table is, such as /home/me/table.csv.",
    )
    target: str = Field(
        "",
        max_length=1000,
        title="Predict",
        description="The column to be predicted. Otherwise one called target, label or class, or the last.",
    )
    task: Literal["guess", "class", "number"] = Field(
        "guess",
        title="As",
        description="Whether it is one of several classes or a number.",
        json_schema_extra=labels(**{"guess": "Guess", "class": "A class", "number": "A number"}),
    )
    divide: float = Field(
        1.0,
        gt=0,
        le=1e9,
        title="Divide it by",
        description="For a number to be predicted: in units in which it is about 1, it is learnt sooner.",
        json_schema_extra={"when": {"task": ["guess", "number"]}},
    )
    gaps: Literal["median", "mean", "drop"] = Field(
        "median",
        title="Gaps",
        description="What stands for a missing number: the median or mean of the train part, with an input that says "
        "so; or rows with gaps are left out. A missing category is a category.",
        json_schema_extra=labels(median="Median", mean="Mean", drop="Leave rows out"),
    )
    rare: int = Field(
        5,
        ge=1,
        le=1_000_000,
        title="Rare below",
        description="A category with fewer rows than this in the train part is put together with the other rare ones.",
    )
    categories: int = Field(
        100,
        ge=1,
        le=10_000,
        title="Most categories",
        description="How many categories of a column get an input of their own, the most frequent first.",
    )
    groups: str = Field(
        "",
        max_length=1000,
        title="Groups by",
        description="A column such as a patient's or a house's number, which is not read by the network: rows with the "
        "same one can be kept in one part, if the parts are of whole groups.",
    )
    separator: Separator = Field(
        "guess",
        title="Columns end at",
        description="What stands between two cells of a row.",
        json_schema_extra=labels(
            guess="Guess", comma="Comma", semicolon="Semicolon", tab="Tab", bar="Bar |"
        ),
    )
    decimal: Decimal = Field(
        "guess",
        title="Decimal sign",
        description="What stands before the decimals of a number.",
        json_schema_extra=labels(guess="Guess", point="Point", comma="Comma"),
    )
    header: Header = Field(
        "guess",
        title="Names on top",
        description="Whether the first line names the columns.",
        json_schema_extra=labels(guess="Guess", yes="Yes", no="No"),
    )
    columns: tuple[tuple[str, Role], ...] = Field(
        (),
        title="Columns",
        description="How columns are used that are not to be used as guessed.",
        json_schema_extra={"hidden": True},
    )

    @classmethod
    def found_at(cls, path: Path) -> "TableFile | None":
        return cls(file=str(path)) if is_table(path) else None

    def load(self) -> Samples:
        with self.place() as path:
            return sampled(self.plan(path))

    @contextmanager
    def place(self) -> Iterator[Path]:
        """Where the table is, for as long as it is read."""
        path = named(self.file)
        if path is not None:
            yield path
        else:
            with as_file(resource("data", "penguins.csv")) as own:
                yield own

    def using(self, column: str, role: Role | None) -> Self:
        """The same with a column used in a role; as guessed, with None."""
        others = [pair for pair in self.columns if pair[0] != column]
        said = (*others, *([(column, role)] if role else []))
        return self.model_copy(update={"columns": tuple(sorted(said))})

    def plan(self, path: Path) -> Plan:
        """What is to be made of which file."""
        filling: Filling = "mean" if self.gaps == "mean" else "median"
        return Plan(
            Asked(path, self.separator, self.decimal, self.header),
            self.target.strip(),
            self.task,
            self.divide,
            dict(self.columns),
            filling,
            self.gaps == "drop",
            self.rare,
            self.categories,
            self.groups.strip(),
        )
