"""Names of nodes: as in the module where that is a name, else words that are."""

import re
from collections.abc import Container

from engine.names import name_refusal


def proper(text: str, otherwise: str) -> str:
    """A text as a name that a node may bear; `otherwise` where nothing is left of it."""
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text).lower()
    name = re.sub(r"[^a-z0-9_]+", "_", name).strip("_")
    name = re.sub(r"^[^a-z]+", "", name)[:34] or otherwise
    return name if not name or name_refusal(name) is None else f"{name}_1"


def free(stem: str, taken: Container[str]) -> str:
    """The name itself if it is free, else with the first free number."""
    name, count = stem, 1
    while name in taken or name_refusal(name):
        count += 1
        name = f"{stem[:34]}_{count}"
    return name


def numbered(stem: str, taken: Container[str]) -> str:
    """The first free name of a kind, such as `relu_2`."""
    count = 1
    while f"{stem}_{count}" in taken:
        count += 1
    return f"{stem}_{count}"
