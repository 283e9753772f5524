"""The lines of a script that decide how weights are updated: what `engine.updating` and `engine.schedules` do.

Only what the settings ask for is written, so that the script of a plain run stays plain.
"""

from collections.abc import Iterator, Mapping

from engine.export.words import INDENT, called, laid_out
from engine.graph import Graph
from engine.network import Network
from engine.optimizers import OPTIMIZERS
from engine.schedules import BETTER, END, RISE, START
from engine.settings import Settings
from engine.updating import grouped

ARGUMENTS = {
    "lr": "LEARNING_RATE",
    "momentum": "MOMENTUM",
    "betas": "BETAS",
    "alpha": "ALPHA",
    "weight_decay": "WEIGHT_DECAY",
}
"""What an optimiser is given, and the constant that holds it."""

FACTORS = {
    "constant": "1.0",
    "step": "SCHEDULE_FACTOR ** (epochs_done // SCHEDULE_EPOCHS)",
    "cosine": "(1 + math.cos(math.pi * share)) / 2",
    "plateau": "reduced",
}
ONE_CYCLE = f"""\
    if share < {RISE}:
        factor = 1 - {1 - START} * (1 + math.cos(math.pi * share / {RISE})) / 2
    else:
        factor = {END} + {1 - END} * (1 + math.cos(math.pi * (share - {RISE}) / {1 - RISE})) / 2
"""


def own_rates(network: Network, graph: Graph) -> dict[str, dict[str, float]]:
    """The weights whose layers have a rate or a weight decay of their own: `conv_1.weight` → what differs."""
    found: dict[str, dict[str, float]] = {}
    for name, (rate, decay) in grouped(network, graph).items():
        own = {} if rate == 1 else {"rate": rate}
        own |= {} if decay is None else {"decay": decay}
        if own:
            found[name] = own
    return found


def constants_of(settings: Settings, own: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    """The constants beyond epochs, batch size, rate and weight decay, as lines."""
    options = OPTIMIZERS[settings.optimizer].options(settings)
    for name in ("momentum", "betas", "alpha"):
        if name in options:
            yield f"{ARGUMENTS[name]} = {options[name]!r}"
    if settings.accumulate > 1:
        yield f"ACCUMULATE = {settings.accumulate}  # batches for one update"
    if settings.l1:
        yield f"L1 = {settings.l1!r}"
    if settings.clipping != "none":
        yield f"CLIP_AT = {settings.clip_at!r}"
    if settings.schedule in ("step", "plateau"):
        yield f"SCHEDULE_EPOCHS = {settings.schedule_epochs}"
        yield f"SCHEDULE_FACTOR = {settings.schedule_factor!r}"
    if settings.warm_up:
        yield f"WARM_UP = {settings.warm_up}  # updates"
    if settings.patience:
        yield f"PATIENCE = {settings.patience}  # epochs without a better dev loss"
    if own:
        yield from laid_out("OWN = ", {name: dict(rates) for name, rates in own.items()}, "", "")


def looks_at_time(settings: Settings) -> bool:
    """Whether a step must know how far its epoch is."""
    return settings.accumulate > 1 or settings.schedule in ("step", "cosine", "one-cycle")


def is_scheduled(settings: Settings) -> bool:
    """Whether the rate changes from step to step."""
    return settings.schedule != "constant" or settings.warm_up > 0


def functions_of(settings: Settings, has_own: bool) -> str:
    """The functions that `train` needs beside it."""
    return (_rate(settings) if is_scheduled(settings) else "") + (GROUPS if has_own else "")


GROUPS = '''\
def groups(network: Network) -> list[dict[str, Any]]:
    """The weights as an optimiser takes them; some have a rate or a weight decay of their own."""
    found: list[dict[str, Any]] = []
    for name, parameter in network.named_parameters():
        if parameter.requires_grad:
            own = OWN.get(name, {})
            factor, decay = own.get("rate", 1.0), own.get("decay", WEIGHT_DECAY)
            rates = {"lr": LEARNING_RATE * factor, "factor": factor, "weight_decay": decay}
            found.append({"params": [parameter], **rates})
    return found


'''


def _reads(settings: Settings) -> list[tuple[str, str]]:
    """What the rate depends on: names and types."""
    by_time = settings.schedule in ("step", "cosine", "one-cycle")
    found = [("updates", "int")] if settings.warm_up else []
    found += [("epochs_done", "float")] if by_time else []
    found += [("epochs", "int")] if by_time and settings.schedule != "step" else []
    return found + ([("reduced", "float")] if settings.schedule == "plateau" else [])


def _rate(settings: Settings) -> str:
    lines = [
        f"def rate({', '.join(f'{name}: {kind}' for name, kind in _reads(settings))}) -> float:",
        f'{INDENT}"""The learning rate of the next update."""',
    ]
    if settings.schedule in ("cosine", "one-cycle"):
        lines.append(f"{INDENT}share = min(epochs_done / epochs, 1.0)")
    if settings.schedule == "one-cycle":
        lines += ONE_CYCLE.rstrip("\n").split("\n")
    else:
        lines.append(f"{INDENT}factor = {FACTORS[settings.schedule]}")
    warm = " * min((updates + 1) / WARM_UP, 1.0)" if settings.warm_up else ""
    lines.append(f"{INDENT}return LEARNING_RATE * factor{warm}")
    return "\n".join(lines) + "\n\n\n"


def optimizer(settings: Settings, has_own: bool) -> list[str]:
    """The lines that make the optimiser, in a function."""
    rule = OPTIMIZERS[settings.optimizer]
    options = rule.options(settings)
    named = [
        f"{name}={ARGUMENTS[name]}" if name in ARGUMENTS else f"{name}={options[name]!r}"
        for name in (
            "lr",
            *(name for name in options if name not in ("lr", "weight_decay")),
            "weight_decay",
        )
    ]
    first = "groups(network)" if has_own else "parameters"
    return called(f"optimizer = torch.optim.{rule.kind}", [first, *named], indent=INDENT)


def before_step(settings: Settings, has_own: bool) -> list[str]:
    """The lines of a step that set its rate."""
    if not is_scheduled(settings):
        return []
    count = "len(losses)" if settings.accumulate == 1 else "len(losses) // ACCUMULATE"
    factor = ' * group["factor"]' if has_own else ""
    given = {"updates": count, "epochs_done": "epoch + seen / len(targets)"}
    return [
        f"now = rate({', '.join(given.get(name, name) for name, _ in _reads(settings))})",
        "for group in optimizer.param_groups:",
        f'{INDENT}group["lr"] = now{factor}',
    ]


def step(settings: Settings, ended: str) -> list[str]:
    """The lines of a step from its loss to the updated weights; `ended` says that an epoch is over."""
    reset, back = "optimizer.zero_grad()", "loss.backward()"
    end = [*_shaped(settings), "optimizer.step()"]
    if settings.accumulate == 1:
        return [reset, back, *end]
    return [
        "if waiting == 0:",
        INDENT + reset,
        "waiting, added = waiting + 1, added + len(chosen)",
        "(loss * (len(chosen) / (BATCH_SIZE * ACCUMULATE))).backward()",
        f"if waiting == ACCUMULATE or {ended}:",
        f"{INDENT}for parameter in parameters:  # the last of an epoch may be fewer",
        f"{INDENT * 2}if parameter.grad is not None:",
        f"{INDENT * 3}parameter.grad *= BATCH_SIZE * ACCUMULATE / added",
        *(INDENT + line for line in end),
        f"{INDENT}waiting = added = 0",
    ]


def _shaped(settings: Settings) -> Iterator[str]:
    """What happens to gradients between backward pass and update."""
    if settings.l1:
        yield "for parameter in parameters:"
        yield f"{INDENT}if parameter.grad is not None:"
        yield f"{INDENT * 2}parameter.grad += L1 * parameter.detach().sign()"
    if settings.clipping != "none":
        yield f"nn.utils.clip_grad_{settings.clipping}_(parameters, CLIP_AT)"


def before_epochs(settings: Settings) -> list[str]:
    """What is remembered from epoch to epoch."""
    lines = []
    if settings.accumulate > 1:
        lines.append("waiting = added = 0  # batches, and their examples, for the next update")
    if settings.schedule == "plateau":
        lines.append('reduced, lowest, stalled = 1.0, float("inf"), 0')
    if settings.patience:
        lines.append('best, waited, kept = float("inf"), 0, network.state_dict()')
    return lines


def after_epoch(settings: Settings, several: bool) -> list[str]:
    """What follows from the dev loss; `several` says whether `evaluate` gives more than that."""
    if settings.schedule != "plateau" and not settings.patience:
        return []
    lines = [f"dev = evaluate(network){'[0]' if several else ''}"]
    if settings.schedule == "plateau":
        lines += [
            f"if dev < lowest * (1 - {BETTER}):",
            f"{INDENT}lowest, stalled = dev, 0",
            "else:",
            f"{INDENT}stalled += 1",
            "if stalled > SCHEDULE_EPOCHS:",
            f"{INDENT}reduced, stalled = reduced * SCHEDULE_FACTOR, 0",
        ]
    if settings.patience:
        lines += [
            "waited += 1",
            "if dev < best:",
            f"{INDENT}best, waited = dev, 0",
            f"{INDENT}kept = {{name: value.clone() for name, value in network.state_dict().items()}}",
            "if waited >= PATIENCE:",
            f"{INDENT}network.load_state_dict(kept)",
            f"{INDENT}break",
        ]
    return lines
