"""How pictures are varied while they are learnt from, so that a network sees each a little otherwise every time.

The train part alone is varied; dev and test parts are what they are. `engine.varied` does it.
"""

from pydantic import BaseModel, Field


class Variation(BaseModel, frozen=True, extra="forbid"):
    """By how much, at most. What is drawn follows from the run's seed, the epoch and the place in it."""

    sideways: bool = Field(
        False,
        title="Mirror",
        description="Half of the pictures are mirrored, left for right. Not for letters and digits.",
    )
    upright: bool = Field(
        False,
        title="Upside down",
        description="Half of the pictures stand on their heads. For what has no up, such as cells or stars.",
    )
    crop: int = Field(
        0,
        ge=0,
        le=512,
        title="Move",
        description="Each is cut out up to so many pixels away, in both directions; its edge is repeated.",
    )
    zoom: float = Field(
        0.0,
        ge=0,
        le=0.9,
        allow_inf_nan=False,
        title="Zoom",
        description="Each is larger or smaller by up to this share: 0.2 is 0.8 to 1.2 times its size.",
    )
    rotate: float = Field(
        0.0,
        ge=0,
        le=180,
        allow_inf_nan=False,
        title="Turn",
        description="Each is turned by up to so many degrees, to either side; its edge is repeated.",
    )
    brightness: float = Field(
        0.0,
        ge=0,
        le=0.9,
        allow_inf_nan=False,
        title="Brightness",
        description="Each is brighter or darker by up to this share: 0.2 is 0.8 to 1.2 times its values.",
    )
    noise: float = Field(
        0.0,
        ge=0,
        le=1,
        allow_inf_nan=False,
        title="Noise",
        description="Deviation of the noise that is added to each value; white is 1.",
    )

    def __bool__(self) -> bool:
        """Whether anything is varied at all."""
        return self != NONE


NONE = Variation()
