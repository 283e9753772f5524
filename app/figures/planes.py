"""The plane of two-number data as a figure: what the network says of each point, over it the examples."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from app.chart.plane import Cloud, PlaneFigure
from app.chart.scale import Scale
from app.chart.tiles import packed, pixels, reach
from app.theme import DARK, LIGHT, Tokens, signed_table
from engine.axes import Labels
from engine.dataset import Data, Part
from engine.plane import extent

Floats = NDArray[np.floating]
STRENGTH = 0.62  # how far from the panel towards a class's colour a sure answer goes
MOST = (400, 200)  # points of train and of dev that are drawn


def plane(
    data: Data, said: Floats | None, chosen: Floats | None, step: int, tokens: Tokens
) -> PlaneFigure:
    """The figure; `said` is (side, side, classes or values) with the top row first."""
    x, y, clouds, key = _ground(data, tokens.name)
    return PlaneFigure(
        None if said is None else surface(said, data, tokens),
        x,
        y,
        clouds,
        None if chosen is None else (float(chosen[0]), float(chosen[1])),
        key,
        f"full dots: train, rings: dev{f' · step {step:,}' if said is not None else ''}",
    )


@lru_cache(maxsize=2)
def _ground(
    data: Data, theme: str
) -> tuple[Scale, Scale, tuple[Cloud, ...], tuple[tuple[str, str], ...]]:
    """What stays the same while a network learns: the axes, the points and the key."""
    tokens = LIGHT if theme == LIGHT.name else DARK
    middle, half = extent(data)
    ends = np.stack([middle - half, middle + half])
    shown = data.scale.undo(ends) if data.scale else ends
    key: tuple[tuple[str, str], ...] = ()
    if isinstance(data.target, Labels):
        key = tuple(
            (name, colour_of(place, tokens)) for place, name in enumerate(data.target.names)
        )
    clouds = (
        _cloud("train", data.train, data, MOST[0], tokens),
        _cloud("dev", data.dev, data, MOST[1], tokens),
    )
    x, y = (Scale(float(shown[0, axis]), float(shown[1, axis])) for axis in (0, 1))
    return x, y, clouds, key


def colour_of(label: int, tokens: Tokens) -> str:
    """The colour of a class."""
    return tokens.series[label % len(tokens.series)]


def surface(said: Floats, data: Data, tokens: Tokens) -> NDArray[np.uint32]:
    """(side, side) pixels: the most probable class's colour, the paler the less sure; measured values signed."""
    if not isinstance(data.target, Labels):
        first = said[..., 0]
        return pixels(first, packed(signed_table(tokens)), reach(first))
    shares = np.nan_to_num(said.astype(np.float64))
    best, count = shares.argmax(-1), shares.shape[-1]
    sure = np.clip((shares.max(-1) - 1 / count) / (1 - 1 / count), 0, 1)[..., None]
    colours = np.array([_rgb(colour_of(place, tokens)) for place in range(count)], np.float64)
    ground = np.array(_rgb(tokens.s2), np.float64)
    mixed = ground + (colours[best] - ground) * (sure * STRENGTH)
    red, green, blue = np.moveaxis(np.rint(mixed).astype(np.uint32), -1, 0)
    return np.asarray(0xFF000000 | red << 16 | green << 8 | blue, np.uint32)


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _cloud(name: str, part: Part, data: Data, most: int, tokens: Tokens) -> Cloud:
    given = part.inputs[:most]
    places = np.asarray(data.scale.undo(given) if data.scale else given, np.float64)
    targets = part.targets[:most]
    if isinstance(data.target, Labels):
        colours = tuple(colour_of(int(label), tokens) for label in targets)
    else:
        end = reach(np.asarray(part.targets[:, 0]))
        table = packed(signed_table(tokens))
        found = pixels(np.asarray(targets[:, 0]), table, end)
        colours = tuple(f"#{int(one) & 0xFFFFFF:06x}" for one in found)
    return Cloud(name, places, colours, hollow=name == "dev")
