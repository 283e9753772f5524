"""Compiled steps on disk: each under a key of all that it depends on, the least used thrown away.

A package holds machine code that this program had compiled, for this user; it is never part of a project file.
"""

import hashlib
import json
import os
import platform
from pathlib import Path

import torch
from platformdirs import user_cache_path

from engine.fast.whole import Size
from engine.job import Job
from engine.records import record_of_graph

VERSION = 1  # of the function in `engine.fast.whole`; another one makes what is kept useless
MOST = 48  # packages, of about 2 MB each
TUNED = frozenset(
    {"learning_rate", "momentum", "weight_decay", "beta_1", "beta_2", "alpha", "clip_at", "l1"}
)
"""Settings that a compiled step takes as numbers; all it has to know is whether they are 0."""
OF_THE_STEP = frozenset({"optimizer", "clipping", "precision", "threads"})


def folder() -> Path:
    """Where packages are kept; `CHAINRULE_CACHE` names another place."""
    given = os.environ.get("CHAINRULE_CACHE")
    return (Path(given) if given else user_cache_path("chainrule", False)) / "steps"


def key(job: Job, size: Size) -> str:
    """The name of the package of these steps: equal for what is computed alike, and on this machine alone."""
    given = job.settings.model_dump(mode="json")
    train = job.data.train
    depends = {
        "graph": _bare(record_of_graph(job.graph)),
        "settings": {name: given[name] for name in sorted(OF_THE_STEP & given.keys())},
        "nonzero": {name: bool(given[name]) for name in sorted(TUNED & given.keys())},
        "data": [str(train.inputs.dtype), train.inputs.shape, str(train.targets.dtype), train.targets.shape],
        "others": {name: [str(p.inputs.dtype), p.inputs.shape] for name, p in train.others.items()},
        "lengths": train.lengths is not None,
        "size": [size.batch, size.count],
        "versions": [VERSION, torch.__version__, platform.machine(), torch.backends.cpu.get_cpu_capability()],
    }  # fmt: skip
    text = json.dumps(depends, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _bare(record: object) -> object:
    """A record without what is only seen: where nodes lie, titles and notes."""
    seen = {"x", "y", "position", "note", "title", "colour", "collapsed"}
    if isinstance(record, dict):
        return {name: _bare(value) for name, value in record.items() if name not in seen}
    return [_bare(value) for value in record] if isinstance(record, list | tuple) else record


def found(name: str) -> Path | None:
    """The package of this name, if there is one; it counts as used."""
    place = folder() / f"{name}.so"
    try:
        os.utime(place)
    except OSError:
        return None
    return place


def keep(made: Path, name: str) -> Path:
    """Move a package that has just been compiled to where it is kept, whole or not at all. Raises OSError."""
    home = folder()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    place = home / f"{name}.so"
    made.replace(place)
    packages = sorted(home.glob("*.so"), key=lambda path: path.stat().st_mtime)
    for old in packages[:-MOST]:
        old.unlink(missing_ok=True)
    return place
