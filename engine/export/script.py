"""The whole script of a project: what it says of itself, imports, classes, losses, and the training loop."""

from collections.abc import Iterator, Mapping

from torch import fx

from engine.axes import StepLabels
from engine.export.classes import Classes
from engine.export.forward import spoken
from engine.export.generating import author_in, generating, take_sources
from engine.export.layout import member_lines
from engine.export.optimising import own_rates
from engine.export.sources import Sources
from engine.export.striding import striding
from engine.export.subject import Subject
from engine.export.training import constants, counting, functions
from engine.export.words import INDENT, called, indented, literal, wrapped
from engine.layer import Loss

USED = (
    ("argparse",), ("collections.abc", "Iterator"), ("pathlib", "Path"), ("numpy as np",), ("torch",),
    ("safetensors.torch", "load_file", "save_file"), ("torch", "Tensor", "nn"),
)  # fmt: skip
"""What every script imports."""
NAMES = frozenset(
    "Loss Network build load batches train hits evaluate said main WEIGHTS DATA TRAINED EPOCHS BATCH_SIZE "
    "LEARNING_RATE MOMENTUM BETAS ALPHA WEIGHT_DECAY ACCUMULATE L1 CLIP_AT SCHEDULE_EPOCHS SCHEDULE_FACTOR WARM_UP "
    "PATIENCE OWN groups layers stretches rate Any math SEED THREADS DEVICE EVALUATION_BATCH INPUTS argparse Iterator "
    "Path np torch load_file save_file Tensor nn".split()
)
"""What they mean in every script; no class of a group or of a person's takes their place."""


def script(subject: Subject, name: str) -> str:
    """The script, to be stored as `name.py`. Raises Refused or NoLiteral."""
    sources = Sources(taken=set(NAMES))
    for module, *words in USED:
        sources.imports.take(module, *words)
    job, settings = subject.job, subject.project.settings
    author = author_in(subject)
    take_sources(author, sources)
    classes = Classes(job.graph, job.shapes, subject.plan, sources)
    losses = _loss_class(subject, classes)
    network = ["\n".join(lines) for lines in classes.text()]
    strides = striding(subject.network, settings, sources)
    several = len(classes.root.gives) > 1
    writes = generating(author, subject, _places(subject), several=several)
    definitions = [
        *sources.definitions(), *network, "\n".join(losses), *map(str.rstrip, writes.definitions)
    ]  # fmt: skip
    first = next((judge.threshold for judge in subject.network.judges), None)
    counted = counting(job.data.target, classes.axes.get(classes.root.gives[0]), first)
    stepwise = isinstance(job.data.target, StepLabels)
    own = own_rates(subject.network, job.graph)
    if own:
        sources.imports.take("typing", "Any")
    if settings.schedule in ("cosine", "one-cycle"):
        sources.imports.take("math")
    inputs = tuple(feed.name for feed in subject.plan.feeds)
    head = [*_header(subject, name, writes.usage), "", *sources.imports.lines(), ""]
    body = "\n\n\n".join(definitions)
    return (
        "\n".join(head)
        + f"\n{constants(name, settings, inputs, own)}{writes.constants}\n\n{body}\n\n\n"
        + functions(settings, several, counted, bool(own), stepwise, strides, writes)
    )


def _header(subject: Subject, name: str, writes: str) -> Iterator[str]:
    title = _prose(subject.project.title) or "A network"
    first, *rest = wrapped(f"{title}: a network drawn in Chainrule, as plain PyTorch.", 96)
    yield from (f'"""{first}', *rest, "")
    yield f"    python {name}.py             train it, then evaluate it"
    yield f"    python {name}.py --evaluate  evaluate it only"
    if writes:
        yield f"    python {name}.py --write TEXT  {writes}"
    text = (
        f"It begins with the weights in {name}.safetensors ({subject.origin}) and writes what it learns to "
        f"{name}_trained.safetensors. {name}_data.npz holds the train and the dev part of the data, prepared as the "
        "program does. The test part is sealed: it is neither here nor was it read for this. Needs torch, numpy and "
        "safetensors."
    )
    yield from ("", *wrapped(text, 100), '"""')


def _prose(text: str) -> str:
    """A person's words as they can stand in a docstring."""
    return " ".join(text.replace("\\", "/").replace('"', "”").split()).rstrip(".")


# -- losses --------------------------------------------------------------------------------------


def _loss_class(subject: Subject, classes: Classes) -> list[str]:
    flat, shapes, plan = subject.job.graph, subject.job.shapes, subject.plan
    names, place = result_names(classes), _places(subject)
    read: set[str] = set()
    terms: list[str] = []
    lines = ["class Loss(nn.Module):", f'{INDENT}"""What training makes small."""', ""]
    lines += [f"{INDENT}def __init__(self) -> None:", f"{INDENT * 2}super().__init__()"]
    for name in plan.losses:
        layer, local = flat.nodes[name].layer, name.replace(".", "_").replace("#", "_")
        head, arguments = classes.sources.constructor(shapes.sized[name].call, local)
        lines += indented(member_lines(local, head, arguments, flat.nodes[name].note), INDENT * 2)
        ports = [names[place[name, "prediction"]]]
        ports.append(names[place[name, "target"]] if (name, "target") in place else "target")
        ports += [names[place[name, "lengths"]]] if (name, "lengths") in place else []
        read.update(ports)
        factor = layer.factor if isinstance(layer, Loss) else 1.0
        before = "" if factor == 1 else f"{literal(factor)} * "
        terms.append(f"{before}self.{local}({', '.join(ports)})")
    arguments = [f"{n if n in read else f'_{n}'}: Tensor" for n in (*names, "target")]
    lines += ["", *called("def forward", ["self", *arguments], " -> Tensor:", INDENT)]
    return lines + _total(terms)


def _total(terms: list[str]) -> list[str]:
    if len(terms) == 1:
        return [f"{INDENT * 2}return {terms[0]}"]
    lines = [
        f"{INDENT * 2}terms = (",
        *(f"{INDENT * 3}{term}," for term in terms),
        f"{INDENT * 2})",
    ]
    return [*lines, f"{INDENT * 2}return torch.stack(terms).sum()"]


def _places(subject: Subject) -> dict[tuple[str, str], int]:
    """Where among the results of the class each loss finds what it reads."""
    plan = subject.plan
    (output,) = (node for node in plan.graph.nodes if node.op == "output")
    given = list(output.args[0])
    unique = list(dict.fromkeys(given))
    return {key: unique.index(given[place]) for key, place in plan.results.items()}


def result_names(classes: Classes) -> list[str]:
    """What the results of the network are called by those who read them."""
    local = {node: line.name for line in classes.root.lines() for node in line.values}
    found: list[str] = []
    for node in classes.root.gives:
        wanted = spoken(_name(node, local))
        name, number = wanted, 1
        while name in found:
            number += 1
            name = f"{wanted}_{number}"
        found.append(name)
    return found


def _name(node: fx.Node, local: Mapping[fx.Node, str]) -> str:
    if node in local:
        return local[node].split(".")[-1]
    return str(node.target) if node.op == "placeholder" else "lengths"
