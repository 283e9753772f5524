"""From runs of a module to drafts of nodes: first what the catalogue knows, then the rest as steps."""

from collections.abc import Mapping, Sequence

from engine.axes import Axes, Indices
from engine.imports import calls, leaves
from engine.imports.draft import Bench, Draft
from engine.imports.leftover import Leftover
from engine.imports.refusal import ImportRefused
from engine.imports.remains import written
from engine.imports.sizes import Runs
from engine.imports.tape import Call, Operation, Ref, refs
from engine.imports.ties import tied_in
from engine.layers.operations import sensed

CHANNELWISE = ("batch_norm", "instance_norm", "group_norm")  # which take channels first
LAST_AXIS = ("linear", "layer_norm", "rms_norm")  # which take any axes and read the last
MOST_PIPED = (
    1 << 20
)  # numbers of a parameter that a wire brings: its gradient is so large for each example


def drafted(runs: Runs, axes: Mapping[int, Axes]) -> Bench:
    """Drafts for all that leads from the inputs (of these axes) to the results. Raises ImportRefused.

    Parameters that several nodes read in different ways are brought to each by a wire, so that they stay one.
    """
    bench = _drafted(runs, axes, ())
    torn = _torn(bench)
    return _drafted(runs, axes, torn) if torn else bench


def _drafted(runs: Runs, axes: Mapping[int, Axes], piped: Sequence[int]) -> Bench:
    bench = Bench(runs, senses_of(runs), piped=dict.fromkeys(piped), tied=tied_in(runs))
    bench.axes.update(axes)
    leftover = Leftover()
    root = runs.tapes[0].root
    _take_in(bench, leftover, root)
    results = list(refs(root.results))
    for number in results:
        if not bench.flows(number):
            raise ImportRefused(
                "The module gives something that is not one result for each example of a batch, which a drawing needs."
            )
    if not results:
        raise ImportRefused("The module gives back no tensor, so there is nothing to draw.")
    written(bench, leftover, results)
    bench.drafts = _living(bench, {bench.root(number) for number in results})
    return bench


def _take_in(bench: Bench, leftover: Leftover, call: Call) -> None:
    for entry in call.happened:
        if isinstance(entry, Call):
            if not leaves.draft_of(bench, entry):
                _take_in(bench, leftover, entry)
        elif not calls.draft_of(bench, entry):
            leftover.add(entry)
            _expect(bench, entry)


def _torn(bench: Bench) -> list[int]:
    """The parameters that several nodes read, none of which is the same as another."""
    holders: dict[int, list[Draft]] = {}
    for draft in bench.drafts:
        for number in draft.state.values():
            if bench.runs.tapes[0].values[number].learnt:
                holders.setdefault(number, []).append(draft)
    return [
        number
        for number, found in holders.items()
        if len({(one.layer, tuple(sorted(one.state.items()))) for one in found}) > 1
        and bench.runs.tapes[0].values[number].content.numel() <= MOST_PIPED
    ]


def _expect(bench: Bench, entry: Operation) -> None:
    """Say what flows out of an operation that has no layer, so that what comes after it can be tried."""
    for number in refs(entry.results):
        if bench.flows(number):
            sizes = bench.runs.wire_sizes(number)
            axes = sensed(sizes, bench.wanted.get(number, ""))
            whole = not bench.contents(number)[0].is_floating_point()
            bench.axes[number] = Indices(axes.names, axes.sizes) if whole else axes


def _living(bench: Bench, wanted: set[int]) -> list[Draft]:
    """The drafts that lead to what is wanted."""
    makers = {number: draft for draft in bench.drafts for number in draft.outputs.values()}
    found: set[int] = set()
    todo = list(wanted)
    while todo:
        draft = makers.get(todo.pop())
        if draft is not None and id(draft) not in found:
            found.add(id(draft))
            todo += [number for _, number in draft.inputs]
    return [draft for draft in bench.drafts if id(draft) in found]


def senses_of(runs: Runs) -> dict[int, str]:
    """Which values are read as a signal or an image, by those that take nothing else."""
    found: dict[int, str] = {}
    for entry in runs.tapes[0].root.walk():
        name = (
            type(entry.module).__name__
            if isinstance(entry, Call)
            else entry.name.rpartition(".")[2]
        )
        first = entry.given[0] if entry.given else None
        if not isinstance(first, Ref):
            continue
        form = runs.forms[first.value]
        if form is None or form.chunk != 1:
            continue
        sides = runs.tapes[0].values[first.value].content.ndim - 2
        if name.endswith(("1d", *CHANNELWISE)) and sides == 1:
            found.setdefault(first.value, "signal")
        if name.endswith("2d") and sides == 2:
            found.setdefault(first.value, "image")
        if name in LAST_AXIS and sides == 2:
            found.setdefault(first.value, "general")
    return found
