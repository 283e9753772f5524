"""What a module's inputs may look like, where nobody says: read off its first layers, and tried."""

import inspect
from collections.abc import Iterator, Mapping
from itertools import islice, product
from typing import Any

import torch
from torch import nn

from engine.axes import Axes, Image, Row, Sequence, Signal, Tokens, Volume, axes_of
from engine.datasets.placeholder import LENGTHS, axes_from
from engine.imports.refusal import ImportRefused

STEPS = 16
SIDES = {1: (28, 32, 64, 224), 3: (224, 64, 32, 96, 28, 299)}
MOST_TRIES = 60


def guessed(module: nn.Module) -> dict[str, Axes]:
    """What each argument of forward may look like: the first guess with which it runs. Raises ImportRefused."""
    names = needed(module)
    entries = [found for found in (list(_taken_by(inner)) for inner in module.modules()) if found]
    others = [name for name in names if "len" not in name.lower()]
    for chosen in islice(_arrangements(entries, len(others)), MOST_TRIES):
        found = dict.fromkeys(names, axes_from(LENGTHS)) | dict(zip(others, chosen, strict=True))
        if _runs(module, found):
            return found
    raise ImportRefused(
        "What the module reads could not be guessed from its layers. Say it, such as --input 3,224,224 or --input "
        f"tokens:16:5000, once for each of its arguments ({', '.join(names) or 'none'})."
    )


def needed(module: nn.Module) -> list[str]:
    """The arguments of forward that must be given; the first at least."""
    parameters = inspect.signature(module.forward).parameters.values()
    plain = [
        one for one in parameters if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)
    ]
    must = [one.name for one in plain if one.default is one.empty]
    return must or [one.name for one in plain[:1]] or ["input"]


def _taken_by(module: Any) -> Iterator[Axes]:
    match module:
        case nn.Conv2d() | nn.ConvTranspose2d():
            for side in SIDES.get(module.in_channels, (64, 32, 16, 8)):
                yield Image(module.in_channels, side, side)
        case nn.Conv1d() | nn.ConvTranspose1d():
            yield from (Signal(module.in_channels, steps) for steps in (64, 256, STEPS))
        case nn.Conv3d():
            yield from (Volume(module.in_channels, side, side, side) for side in (16, 32))
        case nn.Embedding() | nn.EmbeddingBag():
            yield from (Tokens(steps, module.num_embeddings) for steps in (STEPS, 8, 32))
            yield axes_of(())
        case nn.RNNBase() | nn.RNNCellBase():
            yield Sequence(STEPS, module.input_size)
            yield Row(module.input_size)
        case nn.TransformerEncoderLayer() | nn.TransformerDecoderLayer():
            yield Sequence(STEPS, module.self_attn.embed_dim)
        case nn.MultiheadAttention():
            yield Sequence(STEPS, module.embed_dim)
        case nn.Linear():
            yield from _to_linear(module.in_features)
        case nn.BatchNorm1d():
            yield Row(module.num_features)
        case nn.BatchNorm2d():
            yield Image(module.num_features, 32, 32)


def _to_linear(features: int) -> Iterator[Axes]:
    yield Row(features)
    yield Sequence(STEPS, features)
    for channels in (1, 3):
        side = round((features / channels) ** 0.5)
        if side * side * channels == features and side > 1:
            yield Image(channels, side, side)


def _arrangements(entries: list[list[Axes]], count: int) -> Iterator[tuple[Axes, ...]]:
    """What may be given to so many arguments, the likeliest first."""
    if not entries:
        return
    if count == 1:
        for found in entries[:4]:
            yield from ((one,) for one in found)
        return
    if len(entries) >= count:
        yield from product(*entries[:count])
    yield from product(*[entries[0]] * count)


def _runs(module: nn.Module, chosen: Mapping[str, Axes]) -> bool:
    from engine.imports.bringing import samples  # which stands above

    training = module.training
    chance = torch.Generator().manual_seed(0)
    module.eval()
    try:
        with torch.no_grad():
            module(*samples(chosen, 2, {}, chance).values())
    except Exception:  # noqa: BLE001 (a guess that fails, whatever the module raises)
        return False
    finally:
        module.train(training)
    return True


def said(text: Mapping[str, Axes]) -> str:
    """The inputs in words."""
    return ", ".join(f"{name}: {axes.text}" for name, axes in text.items())
