"""What a data set is, and how it is cut into a train, a dev and a sealed test part.

The kinds of data sets are in `engine.datasets`. Nothing here reads the numbers of the test part;
only `Sealed.open` gives them.
"""

import inspect
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import (
    BaseModel,
    BeforeValidator,
    Field,
    PlainSerializer,
    SerializerFunctionWrapHandler,
    ValidationError,
    model_serializer,
)

from engine.axes import Axes, Labels, Row, Target
from engine.declare import complaints, declared, did_you_mean
from engine.encoding import Encoding
from engine.part import Part as Part
from engine.part import Sealed as Sealed
from engine.part import taken
from engine.parting import Split as Split
from engine.parting import cut
from engine.samples import DataError as DataError
from engine.samples import Samples as Samples
from engine.scale import Measure, Scale
from engine.scaling import scale_of
from engine.variation import NONE, Variation
from engine.vocabulary import Unit, Vocabulary, vocabulary

Scaling = Literal["none", "standardise"]
FAR = ("file", "folder", "which")  # the fields that say where data are


class UnknownDataset(DataError):  # noqa: N818 - says what happened, as people do
    """No data set has the name that was asked for."""


class Dataset(BaseModel, frozen=True, extra="forbid"):
    """A source of examples. Its fields are its parameters; a subclass says how to load it."""

    name: ClassVar[str] = ""  # the class's own; it is what files hold
    title: ClassVar[str] = ""  # for people: class Moons(Dataset, title="Two moons")
    content: ClassVar[str] = (
        ""  # "text", "pairs" of sentences, a "series", a "table" or points of a "plane", for whoever shows them
    )
    scaling: ClassVar[Scaling] = "none"  # what suits a network best, if nobody says otherwise
    rank: ClassVar[int] = 0  # of the ways to read a file, the one with the lowest is the likeliest

    def __init_subclass__(cls, *, scaling: Scaling = "none", rank: int = 0, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.name = cls.__name__
        cls.scaling = scaling
        cls.rank = rank

    @classmethod
    def __pydantic_init_subclass__(cls, **_: object) -> None:
        cls.title = cls.model_config.get("title") or cls.__name__  # pydantic keeps this keyword

    @classmethod
    def help(cls) -> str:
        """The docstring as text for people."""
        return inspect.cleandoc(cls.__doc__ or "")

    @classmethod
    def found_at(cls, path: Path) -> "Dataset | None":  # noqa: ARG003 - for who knows a kind of file
        """A file or folder of a person's own as a data set of this kind, or None if it is of another kind.

        It looks at names and first bytes alone and never raises; `load` says what is wrong with the rest.
        """
        return None

    @property
    def is_far(self) -> bool:
        """Whether it may take long to be read: files of one's own, or from the network."""
        return any(getattr(self, name, "") for name in FAR)

    def usual_scaling(self) -> Scaling:
        """What suits a network best, if nobody says otherwise."""
        return self.scaling

    @abstractmethod
    def load(self) -> Samples:
        """All examples, the same bytes at each call. Raises DataError if they cannot be read.

        Whatever takes longer than half a second calls `engine.waiting.told(done, of, "Reading the rows")` about every
        tenth of a second: that says how far it is to whoever waits (`heard_by(listener)`, in the thread that loads),
        and raises GivenUp where the listener says that nobody does; nothing else is needed to be left in the middle.
        Inputs that are many or slow to read are a `Streamed` made of a `Store`, by `engine.streamed.held`.
        """


@cache
def _kinds() -> Mapping[str, type[Dataset]]:
    return declared("engine.datasets", Dataset)  # type: ignore[type-abstract]  # only compared with


def dataset_from(record: object) -> Dataset:
    """The data set that a record such as {"name": "Moons", "noise": 0.2} describes.

    Raises:
        UnknownDataset: no data set has this name.
        DataError: the record is no such thing, or a parameter does not fit.
    """
    if isinstance(record, Dataset):
        return record
    if not isinstance(record, Mapping) or not isinstance(record.get("name"), str):
        raise DataError("A data set should be given by its name and parameters, but it is not.")
    name = record["name"]
    if name not in _kinds():
        guess = did_you_mean(name, _kinds()) or f" There are {', '.join(_kinds())}."
        raise UnknownDataset(f"There is no data set called {name}.{guess}")
    try:
        return _kinds()[name].model_validate({k: v for k, v in record.items() if k != "name"})
    except ValidationError as error:
        raise DataError(" ".join(complaints(error, _kinds()[name]))) from error


def datasets_at(path: Path) -> list[Dataset]:
    """Every way in which a file or folder of a person's own can be read as a data set, the likeliest first."""
    found = (kind.found_at(path) for kind in sorted(_kinds().values(), key=lambda k: k.rank))
    return [dataset for dataset in found if dataset is not None]


def record_of(dataset: Dataset) -> dict[str, Any]:
    """The data set as a record that `dataset_from` reads."""
    return {"name": dataset.name, **dataset.model_dump(mode="json")}


@dataclass(frozen=True, slots=True, eq=False)
class Data:
    """A data set ready for training."""

    axes: Axes
    target: Target
    train: Part
    dev: Part
    sealed: Sealed
    scale: Scale | None = None
    others: Mapping[str, Axes] = field(default_factory=dict)
    symbols: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What each token of a part of the samples stands for, where that is known."""
    written: str | None = None  # the part into which what a network writes is fed back
    unit: Unit = "characters"
    in_time: bool = False
    """Whether the parts follow one another in time, and so do the examples in them."""
    encoding: Encoding | None = None
    """How the cells of a table became the numbers of a sample, before they were scaled."""
    notes: tuple[str, ...] = ()
    """What a person should know about the reading."""
    measure: Measure | None = None
    """How the numbers of a series were measured, in which they are typed."""
    variation: Variation = NONE
    """How the train part is varied while it is learnt from, where its examples are pictures."""

    @property
    def words(self) -> Mapping[str, Vocabulary]:
        """The symbols of the parts that are text, by the part."""
        known = ((part, symbols) for part, symbols in self.symbols.items() if symbols)
        return {part: vocabulary(symbols, self.unit) for part, symbols in known}

    @property
    def parts(self) -> Mapping[str, Axes]:
        """What each part of a sample looks like, by its name; the first is called ""."""
        return {"": self.axes, **self.others}


@lru_cache(maxsize=4)  # a recent few: 10,000 digits are 31 MB
def load(dataset: Dataset) -> Samples:
    """All examples of a data set, remembered for the next time."""
    return dataset.load()


@lru_cache(maxsize=4)
def prepare(dataset: Dataset, split: Split, scaling: Scaling = "none") -> Data:
    """The data set in its parts: the same arguments give the same bytes.

    An encoding and a scaling are fitted to the train part alone. Raises DataError if there are too few examples.
    """
    samples = load(dataset)
    train, dev, test = cut(samples, split)
    known = samples.columns
    encoding = known.fitted(np.asarray(samples.inputs), train) if known else None
    scale = scale_of(samples, train, encoding) if scaling == "standardise" else None
    return Data(
        Row(len(encoding.features)) if encoding else samples.axes,
        samples.target,
        taken(samples, train, scale, encoding),
        taken(samples, dev, scale, encoding),
        Sealed(taken(samples, test, scale, encoding)),
        scale,
        {name: piece.axes for name, piece in samples.others.items()},
        {"": samples.symbols} | {name: piece.symbols for name, piece in samples.others.items()},
        samples.written,
        samples.unit,
        samples.gap is not None,
        encoding,
        samples.notes,
        samples.measure,
    )


def gallery(data: Data, per_class: int = 1) -> list[tuple[str, NDArray[Any], int]]:
    """Examples to show: (class, inputs unscaled, index in the train part), of that part alone."""
    if not isinstance(data.target, Labels) or data.train.targets.ndim > 1:
        return []
    return [
        (
            name,
            (data.scale.undo if data.scale else np.asarray)(np.asarray(data.train.inputs[place])),
            int(place),
        )
        for label, name in enumerate(data.target.names)
        for place in np.flatnonzero(data.train.targets == label)[:per_class]
    ]


class Recipe(BaseModel, frozen=True, extra="forbid"):
    """Which data a project uses, and how they are prepared."""

    dataset: Annotated[Dataset, BeforeValidator(dataset_from), PlainSerializer(record_of)] = Field(
        title="Data set", description="Where the examples come from."
    )
    split: Split = Field(
        Split(), title="Split", description="How the examples are shared out among the parts."
    )
    scaling: Scaling = Field(
        "none",
        title="Scaling",
        description="Standardise: each input gets mean 0 and deviation 1 over the train part.",
        json_schema_extra={"labels": {"none": "None", "standardise": "Standardise"}},
    )
    variation: Variation = Field(
        NONE,
        title="Variation",
        description="How the pictures of the train part are varied while they are learnt from.",
    )

    @model_serializer(mode="wrap")
    def _short(self, inner: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """What is not varied has no line in the file."""
        found: dict[str, Any] = inner(self)
        if not self.variation:
            found.pop("variation", None)
        return found

    @classmethod
    def read(cls, record: object) -> Self:
        """The recipe that was stored as this record. Raises DataError if it is none."""
        try:
            return cls.model_validate(record)
        except ValidationError as error:
            raise DataError(" ".join(complaints(error, cls))) from error

    @classmethod
    def usual(cls, dataset: Dataset, seed: int = 0) -> Self:
        """The preparation that suits the data set, with the usual shares."""
        return cls(dataset=dataset, split=Split(seed=seed), scaling=dataset.usual_scaling())

    def prepare(self) -> Data:
        """The data in their parts."""
        data = prepare(self.dataset, self.split, self.scaling)
        return _varied(data, self.variation) if self.variation else data


@lru_cache(maxsize=4)
def _varied(data: Data, variation: Variation) -> Data:
    return replace(data, variation=variation)
