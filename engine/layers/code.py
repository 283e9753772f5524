"""A layer that a person writes: a few lines of PyTorch, which a file from elsewhere can bring but not run."""

import keyword
from typing import ClassVar, Self

from pydantic import Field, field_validator

from engine.axes import Axes, Indices, Tokens
from engine.layer import Call, Layer, LayerError, Port, call


class Code(Layer, group="Code"):
    """A few lines of PyTorch of your own; the last one is the result.

    Write an expression of the inputs, such as `torch.sin(x)`, or a whole class that is an nn.Module. What you type
    here is run; code in a file that came from elsewhere is not, until you say that you trust it.
    """

    slow: ClassVar[bool] = False
    source: str = Field(
        "x * torch.sigmoid(x)",
        max_length=100_000,
        title="Code",
        description="PyTorch; torch, nn, F and math are there without an import.",
        json_schema_extra={"lines": True},
    )
    names: str = Field(
        "x",
        max_length=400,
        title="Inputs",
        description="What the inputs are called in the code, with commas between them.",
    )
    trusted: bool = Field(
        False,
        exclude=True,
        repr=False,
        title="Trusted",
        description="Whether it may be run. No file can say so.",
        json_schema_extra={"hidden": True},
    )

    @field_validator("names")
    @classmethod
    def _are_names(cls, text: str) -> str:
        names = [name.strip() for name in text.split(",")]
        for name in names:
            if not name.isidentifier() or keyword.iskeyword(name):
                raise ValueError(f"Inputs must be names such as “x, y”, but one is “{name[:40]}”.")
        if len(set(names)) < len(names):
            raise ValueError("Inputs must have different names.")
        return ", ".join(names)

    @property
    def inputs(self) -> tuple[Port, ...]:  # type: ignore[override]  # each has its own
        """One port for each name."""
        return tuple(Port(name) for name in self.names.split(", "))

    def but(self, **changes: object) -> Self:
        return super().but(**{"trusted": self.trusted, **changes})

    def as_own(self) -> Self:
        return self.but(trusted=True)

    def as_stranger(self) -> Self:
        return self.but(trusted=False)

    def call(self, *inputs: Axes | Tokens | Indices) -> Call:  # noqa: ARG002 (whatever comes is handed over)
        from engine.snippet import faults  # with torch, which declarations do without

        if not self.trusted:
            raise LayerError(
                "your word that its code may be run",
                "none: it came from a file",
                self.inputs[0].name,
            )
        names = tuple(port.name for port in self.inputs)
        if fault := faults(self.source, names):
            raise LayerError("Python that can be read", fault, self.inputs[0].name)
        return call("engine.snippet.snippet", self.source, names)

    @property
    def caption(self) -> str:
        line = self.source.strip().splitlines()[-1].strip() if self.source.strip() else ""
        return line if len(line) <= 16 else line[:15] + "…"
