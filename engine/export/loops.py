"""Turns of a group in a row, folded into a loop where each takes what the one before gave and nobody else does."""

from collections.abc import Callable
from dataclasses import replace

from torch import fx

from engine.export.body import Body, Path, family, made_in_order
from engine.export.forward import Entry, attribute

Entries = list[tuple[Entry, Body | None]]


def with_loops(entries: Entries, home: Path, alike: Callable[[list[Path]], bool]) -> Entries:
    """The entries with runs of turns folded; `alike` says whether homes are of one class."""
    folded: Entries = []
    place = 0
    while place < len(entries):
        run = _run(entries, place)
        entry = _loop(entries[place : place + run], home, alike) if run > 1 else None
        folded.append((entry, None) if entry else entries[place])
        place += run if entry else 1
    return folded


def _run(entries: Entries, place: int) -> int:
    """How many turns of one group follow each other here."""
    first = entries[place][1]
    if first is None:
        return 1
    count = 0
    for _, body in entries[place:]:
        if body is None or family(body.path) != family(first.path):
            break
        count += 1
    return count


def _loop(run: Entries, home: Path, alike: Callable[[list[Path]], bool]) -> Entry | None:
    bodies = [body for _, body in run if body is not None]
    first = bodies[0]
    homes = list(dict.fromkeys(body.home for body in bodies))
    carried = _carried(bodies)
    if carried is None or any(family(body.path) != family(body.home) for body in bodies):
        return None
    own = len(homes) == len(bodies)
    steps = first.home[len(home) :]
    name, _, turn = steps[-1].partition(".")
    entry = run[0][0]
    if own and turn == "0" and alike(homes):
        loop, head = f"for {name} in {attribute([*steps[:-1], name])}:", name
    elif len(homes) == 1:
        loop, head = f"for _ in range({len(bodies)}):", attribute(steps)
    else:
        return None
    return replace(
        entry, makes=bodies[-1].gives, names=[f"{name}_out"], head=head, loop=loop, carried=carried
    )


def _carried(bodies: list[Body]) -> fx.Node | None:
    """What goes into the first turn where the others take what the one before gave; None if it is not so simple."""
    if any(len(body.gives) != 1 for body in bodies):
        return None
    places = set()
    for before, after in zip(bodies, bodies[1:], strict=False):
        if len(before.takes) != len(after.takes):
            return None
        given = before.gives[0]
        moved = [
            k
            for k, pair in enumerate(zip(before.takes, after.takes, strict=True))
            if pair[0] is not pair[1]
        ]
        readers = set(made_in_order(after))
        if len(moved) != 1 or after.takes[moved[0]] is not given or set(given.users) - readers:
            return None
        places.add(moved[0])
    return bodies[0].takes[places.pop()] if len(places) == 1 else None
