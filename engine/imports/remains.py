"""Which nodes of steps there are: what is left over, parted where layers or several others read it."""

from engine.imports.draft import Bench
from engine.imports.leftover import Leftover
from engine.imports.refusal import ImportRefused
from engine.imports.steps import Writer
from engine.imports.tape import Operation, refs


def written(bench: Bench, leftover: Leftover, wanted: list[int]) -> None:
    """Take in all operations without a layer that lead to what layers read, or to the results `wanted`."""
    todo = [*wanted, *(number for draft in bench.drafts for _, number in draft.inputs)]
    anchors = _anchors(bench, leftover, todo)
    made: set[int] = set()
    queue = [bench.root(number) for number in todo]
    while queue:
        number = queue.pop()
        entry = leftover.makers.get(number)
        if number in made or entry is None:
            continue
        together = _given_by(bench, leftover, entry, anchors | {number})
        made.update(together)
        writer = Writer(bench, leftover, anchors)
        draft = writer.draft(together)
        if not bench.try_out(draft):
            where = entry.level.path or "the module itself"
            word = entry.name.rpartition(".")[2]
            raise ImportRefused(
                f"What {where} does with “{word}” could not be drawn so that it gives the same.",
                where=where,
                detail=bench.why,
            )
        queue += writer.wires


def _given_by(bench: Bench, leftover: Leftover, entry: Operation, wanted: set[int]) -> list[int]:
    """The values of an operation that its node gives: those that are wanted; of one with weights all that can flow.

    So a cell that is called at each step is the same node each time, also where its last state is not read.
    """
    tape, numbers = bench.runs.tapes[0], list(dict.fromkeys(refs(entry.results)))
    weighted = any(tape.values[n].learnt for n in refs((entry.given, entry.named)))
    if weighted and any(n in leftover.makers for n in numbers):
        flowing = (number for number in numbers if bench.flows(number))
        return [number for number in flowing if bench.contents(number)[0].is_floating_point()]
    return [number for number in numbers if number in wanted]


def _anchors(bench: Bench, leftover: Leftover, todo: list[int]) -> set[int]:
    """The values that leave the node which makes them: those that others read, if they can flow along a wire."""
    found = {bench.root(number) for number in todo} | set(bench.same.values())
    for number, entry in leftover.makers.items():
        readers = leftover.readers.get(number, ())
        if bench.flows(number) and (
            len(readers) > 1 or any(one.level is not entry.level for one in readers)
        ):
            found.add(number)
    return {number for number in found if number in leftover.makers}
