"""The verb `check`: what flows out of each node, what it costs, and what is wrong with the drawing."""

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from engine.axes import Axes
from engine.cli.opening import opened
from engine.cli.say import FINE, PROBLEMS, say_record, screen, table
from engine.graph import Graph, GraphError, NodeId
from engine.job import Job, prepare
from engine.layer import Layer
from engine.leaks import leaks
from engine.lengths import at_full_length
from engine.memory import needed, spoken
from engine.problems import Problem, find_problems
from engine.project import Project
from engine.shapes import Shapes, Sized, infer
from engine.source import changed, named_by

COLOURS = {"error": "bold red", "advice": "yellow"}


def show(file: Path, trust: bool, as_json: bool) -> int:
    """Check a project file; the exit code. Raises ProjectError and DataError."""
    project = opened(file, trust)
    shapes, problems = examine(project)
    if said := changed(named_by(project.recipe.dataset), project.sources):
        problems = (*problems, Problem("advice", None, said))
    if as_json:
        _say_records(project, shapes, problems)
    else:
        _draw(project, shapes, problems)
    return PROBLEMS if any(problem.severity == "error" for problem in problems) else FINE


def examine(project: Project) -> tuple[Shapes, tuple[Problem, ...]]:
    """What is known of each node, and all complaints: those that training would have. Raises DataError."""
    data, job = project.recipe.prepare(), prepare(project)
    try:
        shapes = infer(project.graph, data.parts, data.target)
    except GraphError:
        shapes = Shapes({}, {})
    if isinstance(job, Job):
        return shapes, find_problems(
            project.graph, shapes, data.target, data=data
        )  # advice at most
    return shapes, job


def record_of_problem(problem: Problem) -> dict[str, Any]:
    """A complaint as what JSON can hold."""
    fix = problem.fix.text if problem.fix else None
    return {
        "severity": problem.severity,
        "node": problem.node,
        "message": problem.message,
        "fix": fix,
    }


def draw_problems(console: Console, problems: Iterable[Problem]) -> None:
    """Each complaint on a line, with what would mend it."""
    for problem in problems:
        line = Text(f"{problem.severity:<7}", style=COLOURS[problem.severity])
        line.append(problem.message, style="default not bold")
        if problem.fix:
            line.append(f" Fix: {problem.fix.text}.", style="dim not bold")
        console.print(line, soft_wrap=True)


def _order(graph: Graph) -> tuple[NodeId, ...]:
    try:
        return graph.order
    except GraphError:
        return tuple(graph.nodes)


def _output(shapes: Shapes, name: NodeId) -> Axes | None:
    sized = shapes.sized.get(name)
    return next(iter(sized.outputs.values()), None) if sized else None


def _say_records(project: Project, shapes: Shapes, problems: tuple[Problem, ...]) -> None:
    for name in _order(project.graph):
        layer, sized = project.graph.nodes[name].layer, shapes.sized.get(name)
        say_record({"event": "node", "node": name, "kind": layer.kind(), **_known(layer, sized)})
    total = shapes.total
    say_record(
        {
            "event": "total",
            "parameters": total.parameters,
            "multiply_adds": total.multiply_adds,
            "activation_bytes": total.activation_bytes,
            "step_bytes": _step_bytes(project, shapes),
        }
    )
    for problem in problems:
        say_record({"event": "problem", **record_of_problem(problem)})
    shared = leaks(project.recipe.prepare())
    say_record({"event": "shared", "shared": asdict(shared), "advice": shared.sentences})


def _step_bytes(project: Project, shapes: Shapes) -> int:
    """What a step of training takes, on examples as long as the data's longest."""
    settings = project.settings
    full = at_full_length(project.graph, shapes, project.recipe.prepare())
    return needed(full.total, settings.batch_size, settings.optimizer)


def _known(layer: Layer, sized: Sized | None) -> dict[str, Any]:
    """What is known of a node: of its first output by itself, and of all by their ports where there are several."""
    outputs = sized.outputs if sized else {}
    axes = next(iter(outputs.values()), None)
    cost = sized.cost if sized else None
    known: dict[str, Any] = {
        "shape": axes.text if axes else None,
        "sizes": axes.sizes if axes else None,  # in PyTorch's order, without the batch
        "axes": axes.names if axes else None,
        "dtype": next(iter(sized.dtypes.values()), None) if sized else None,
        "parameters": cost.parameters if cost else None,
        "multiply_adds": cost.multiply_adds if cost else None,
        "activation_bytes": cost.activation_bytes if cost else None,
    }
    if len(layer.outputs) > 1:
        known["outputs"] = {port: out.text for port, out in outputs.items()}
    return known


def _draw(project: Project, shapes: Shapes, problems: tuple[Problem, ...]) -> None:
    console, graph = screen(), project.graph
    listed = table("Node", "Layer", "Output", "Parameters", right=("Output", "Parameters"))
    for name in _order(graph):
        axes, sized = _output(shapes, name), shapes.sized.get(name)
        count = f"{sized.cost.parameters:,}" if sized and sized.cost.parameters else ""
        layer = graph.nodes[name].layer
        output = axes.text if axes else "" if sized else "?"
        listed.add_row(name, f"{layer.label} {layer.caption}".strip(), output, count)
    console.print(listed)
    total = shapes.total
    memory = spoken(_step_bytes(project, shapes))
    console.print(
        f"\n{total.parameters:,} parameters, {total.multiply_adds:,} multiply-adds for an example; "
        f"a step of training takes about {memory} of memory."
    )
    if problems:
        console.print()
    draw_problems(console, problems)
    for said in leaks(project.recipe.prepare()).sentences:
        line = Text("advice ", style=COLOURS["advice"])
        console.print(line.append(said, style="default not bold"), soft_wrap=True)
