"""The part of a script that is much the same for every network: data, the loop of `engine.train`, evaluation.

The shuffle of an epoch, the rule for the last batch and the order in which chance is drawn are those of
`engine.course`, so that the losses are those of the program.
"""

from collections.abc import Iterator, Mapping

from engine.axes import Axes, Labels, StepLabels, Target, Transcript
from engine.export.generating import Generating
from engine.export.optimising import (
    after_epoch,
    before_epochs,
    before_step,
    constants_of,
    functions_of,
    looks_at_time,
    optimizer,
    step,
)
from engine.export.striding import Striding
from engine.export.words import INDENT, laid_out
from engine.settings import Settings

CONSTANTS = """\
WEIGHTS = Path(__file__).with_name("{name}.safetensors")
DATA = Path(__file__).with_name("{name}_data.npz")
TRAINED = Path(__file__).with_name("{name}_trained.safetensors")

EPOCHS = {epochs}
BATCH_SIZE = {batch_size}
LEARNING_RATE = {learning_rate}
WEIGHT_DECAY = {weight_decay}
{more}SEED = {seed}
THREADS = {threads}  # the last digits depend on it
DEVICE = "{device}"
EVALUATION_BATCH = 512
{inputs}
"""

FUNCTIONS = '''\
def build(weights: Path = WEIGHTS) -> Network:
    """The network with stored weights."""
    network = Network()
    network.load_state_dict(load_file(weights))
    return network.to(DEVICE{cast})


def load(part: str) -> tuple[list[Tensor], Tensor]:
    """The inputs and the targets of a part of the data, "train" or "dev"."""
    with np.load(DATA) as stored:
        arrays = [stored[f"{{part}}_{{name}}"] for name in (*INPUTS, "targets")]
    *inputs, targets = (torch.from_numpy(array).to(DEVICE) for array in arrays)
{doubled}    return inputs, targets


{batches}

{train}{hits}@torch.no_grad()
def evaluate(network: Network, part: str = "dev") -> {evaluated}:
    """{measured} over a part of the data."""
    inputs, targets = load(part)
    judge = Loss().to(DEVICE)
    network.eval()
    {sums} = {zeros}
    for start in range(0, len(targets), EVALUATION_BATCH):
        chosen = slice(start, start + EVALUATION_BATCH)
        results = network(*(values[chosen] for values in inputs))
{added}{counted}    return {means}


def said(network: Network) -> str:
    """How the network does on the dev part, in words."""
    {read} = evaluate(network)
    return f"{words}"


def main() -> None:
    """Train, unless only an evaluation is asked for; then evaluate."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--evaluate", action="store_true", help="do not train")
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="where to begin")
{options}    wishes = parser.parse_args()
    torch.set_num_threads(THREADS)
    torch.manual_seed(SEED)
    network = build(wishes.weights)
{action}    if not wishes.evaluate:
        train(network)
        save_file(network.state_dict(), TRAINED)
    print(f"{{wishes.weights.name if wishes.evaluate else TRAINED.name}}: {{said(network)}}")


if __name__ == "__main__":
    main()
'''

HITS = {
    "class": '''\
def hits(scores: Tensor, target: Tensor) -> Tensor:
    """How many examples of a batch are classified right."""
    return (scores.argmax(-1) == target).sum()


''',
    "step": '''\
def hits(scores: Tensor, target: Tensor) -> Tensor:
    """How many examples of a batch are classified right; of each, the share of its steps."""
    right, asked = scores.argmax(-1) == target, target >= 0
    return ((right & asked).sum(1) / asked.sum(1).clamp(min=1)).sum()


''',
    "yes": '''\
def hits(scores: Tensor, target: Tensor) -> Tensor:
    """How many examples of a batch are classified right: a score above {threshold:g} means the second class."""
    return ((scores[:, 0] > {threshold!r}) == target.bool()).sum()


''',
}


def counting(target: Target, scores: Axes | None, threshold: float | None) -> str:
    """The function that counts what is classified right, as `engine.network.hits` does; empty if nothing is."""
    if not isinstance(target, Labels) or isinstance(target, Transcript) or scores is None:
        return ""
    if threshold is not None and target.count == 2 and scores.sizes == (1,):
        return HITS["yes"].format(threshold=threshold)
    stepwise = isinstance(target, StepLabels)
    if scores.sizes[-1] != target.count or len(scores.sizes) != 1 + stepwise:
        return ""
    return HITS["step" if stepwise else "class"]


def constants(
    name: str,
    settings: Settings,
    inputs: tuple[str, ...],
    own: Mapping[str, Mapping[str, float]],
) -> str:
    """Where the files lie, and the settings; `own` are the rates of `own_rates`."""
    more = "".join(f"{line}\n" for line in constants_of(settings, own))
    names = "\n".join(laid_out("INPUTS = ", inputs, "", ""))
    values = {field: getattr(settings, field) for field in type(settings).model_fields}
    return CONSTANTS.format(**{**values, "name": name, "more": more, "inputs": names})


ADDED = """\
        loss += judge({star}results, targets[chosen]).item() * len(targets[chosen])
"""
ADDED_STEPS = """\
        count = int((targets[chosen] >= 0).sum())  # steps that are asked about
        if count:
            loss += judge({star}results, targets[chosen]).item() * count
            total += count
"""


def functions(
    settings: Settings,
    several: bool,
    counted: str,
    has_own: bool,
    stepwise: bool,
    strides: Striding,
    writes: Generating,
) -> str:
    """All functions from `build` to `main`; `several` says whether the network gives a tuple."""
    scores = "results[0]" if several else "results"
    line = f"        right += hits({scores}, targets[chosen]).item()\n"
    both, star = counted != "", "*" if several else ""
    train = "\n".join(_training(settings, star, both, has_own, strides)) + "\n\n\n"
    is_double = settings.precision == "float64"
    sums, zeros = ["loss", *["right"] * both], ["0.0", *["0.0"] * both]
    if stepwise:
        sums, zeros = [*sums, "total"], [*zeros, "0"]
    mean = "loss / max(total, 1)" if stepwise else "loss / len(targets)"
    return FUNCTIONS.format(
        options=writes.options,
        action=writes.action,
        batches=strides.batches,
        train=functions_of(settings, has_own) + train,
        cast=", torch.float64" if is_double else "",
        doubled=DOUBLED if is_double else "",
        star=star,
        hits=counted,
        evaluated="tuple[float, float]" if both else "float",
        measured="The mean loss and the share that is classified right"
        if both
        else "The mean loss",
        sums=", ".join(sums),
        zeros=", ".join(zeros),
        added=(ADDED_STEPS if stepwise else ADDED).format(star=star),
        counted=line if both else "",
        means=f"{mean}, right / len(targets)" if both else mean,
        read="loss, accuracy" if both else "loss",
        words="loss {loss:.4f}, accuracy {accuracy:.1%} on dev"
        if both
        else "loss {loss:.4f} on dev",
    )


DOUBLED = """\
    inputs = [values.double() if values.is_floating_point() else values for values in inputs]
    targets = targets.double() if targets.is_floating_point() else targets
"""


def _training(
    settings: Settings, star: str, both: bool, has_own: bool, strides: Striding
) -> Iterator[str]:
    """The lines of `train`."""
    counts = looks_at_time(settings)
    uses = not has_own or settings.l1 or settings.clipping != "none"
    yield "def train(network: Network, epochs: int = EPOCHS) -> list[float]:"
    yield '    """Train the network; the loss of each step."""'
    yield '    inputs, targets = load("train")'
    if uses:
        yield "    parameters = [p for p in network.parameters() if p.requires_grad]"
    yield from optimizer(settings, has_own)
    yield "    judge = Loss().to(DEVICE)"
    yield "    losses: list[float] = []"
    yield from (INDENT + line for line in [*strides.before_epochs, *before_epochs(settings)])
    yield "    for epoch in range(epochs):"
    yield "        network.train()"
    yield from (INDENT * 2 + line for line in strides.before_epoch)
    if counts:
        yield "        seen = 0  # examples"
    yield f"        for chosen in {strides.call}:"
    yield from (INDENT * 3 + line for line in before_step(settings, has_own))
    yield from (INDENT * 3 + line for line in _loss(settings, star))
    if counts:
        yield "            seen += len(chosen)"
    yield "            losses.append(loss.item())"
    yield "            if not torch.isfinite(loss):"
    yield '                raise SystemExit(f"The loss is {losses[-1]} at step {len(losses)}: lower the rate.")'
    yield from (INDENT * 3 + line for line in step(settings, strides.ended))
    yield '        print(f"epoch {epoch + 1}: {said(network)}")'
    yield from (INDENT * 2 + line for line in after_epoch(settings, both))
    yield "    return losses"


def _loss(settings: Settings, star: str) -> Iterator[str]:
    line = f"loss = judge({star}network(*(values[chosen] for values in inputs)), targets[chosen])"
    if settings.precision != "mixed":
        yield line
        return
    yield "with torch.autocast(DEVICE, dtype=torch.bfloat16):"
    yield INDENT + line
