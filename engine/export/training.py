"""The part of a script that is much the same for every network: data, the loop of `engine.train`, evaluation.

The shuffle of an epoch, the rule for the last batch and the order in which chance is drawn are those of
`engine.course`, so that the losses are those of the program.
"""

from engine.axes import Axes, Labels, StepLabels, Target, Transcript
from engine.export.words import laid_out
from engine.settings import Settings

MOMENTUM = """\
torch.optim.SGD(
        parameters, lr=LEARNING_RATE, momentum=MOMENTUM, weight_decay=WEIGHT_DECAY
    )"""
OPTIMIZERS = {"Momentum": MOMENTUM}
"""How an optimiser is made, where it is not simply PyTorch's of that name."""

CONSTANTS = """\
WEIGHTS = Path(__file__).with_name("{name}.safetensors")
DATA = Path(__file__).with_name("{name}_data.npz")
TRAINED = Path(__file__).with_name("{name}_trained.safetensors")

EPOCHS = {epochs}
BATCH_SIZE = {batch_size}
LEARNING_RATE = {learning_rate}
{momentum}WEIGHT_DECAY = {weight_decay}
SEED = {seed}
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
    return network.to(DEVICE)


def load(part: str) -> tuple[list[Tensor], Tensor]:
    """The inputs and the targets of a part of the data, "train" or "dev"."""
    with np.load(DATA) as stored:
        arrays = [stored[f"{{part}}_{{name}}"] for name in (*INPUTS, "targets")]
    *inputs, targets = (torch.from_numpy(array).to(DEVICE) for array in arrays)
    return inputs, targets


def batches(count: int, epoch: int) -> Iterator[Tensor]:
    """Which examples each step of an epoch looks at; a single one left over joins the last."""
    order = torch.from_numpy(np.random.default_rng([SEED, epoch]).permutation(count)).to(DEVICE)
    start = 0
    while start < count:
        end = min(start + BATCH_SIZE, count)
        if end == count - 1 and BATCH_SIZE > 1:
            end = count
        yield order[start:end]
        start = end


def train(network: Network, epochs: int = EPOCHS) -> list[float]:
    """Train the network; the loss of each step."""
    inputs, targets = load("train")
    parameters = [p for p in network.parameters() if p.requires_grad]
    optimizer = {optimizer}
    judge = Loss().to(DEVICE)
    losses: list[float] = []
    for epoch in range(epochs):
        network.train()
        for chosen in batches(len(targets), epoch):
            loss = judge({star}network(*(values[chosen] for values in inputs)), targets[chosen])
            losses.append(loss.item())
            if not torch.isfinite(loss):
                raise SystemExit(f"The loss is {{losses[-1]}} at step {{len(losses)}}: lower the rate.")
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print(f"epoch {{epoch + 1}}: {{said(network)}}")
    return losses


{hits}@torch.no_grad()
def evaluate(network: Network, part: str = "dev") -> {evaluated}:
    """{measured} over a part of the data."""
    inputs, targets = load(part)
    judge = Loss().to(DEVICE)
    network.eval()
    {sums} = {zeros}
    for start in range(0, len(targets), EVALUATION_BATCH):
        chosen = slice(start, start + EVALUATION_BATCH)
        results = network(*(values[chosen] for values in inputs))
        loss += judge({star}results, targets[chosen]).item() * len(targets[chosen])
{counted}    return {means}


def said(network: Network) -> str:
    """How the network does on the dev part, in words."""
    {read} = evaluate(network)
    return f"{words}"


def main() -> None:
    """Train, unless only an evaluation is asked for; then evaluate."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--evaluate", action="store_true", help="do not train")
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="where to begin")
    wishes = parser.parse_args()
    torch.set_num_threads(THREADS)
    torch.manual_seed(SEED)
    network = build(wishes.weights)
    if not wishes.evaluate:
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


def constants(name: str, settings: Settings, inputs: tuple[str, ...]) -> str:
    """Where the files lie, and the settings."""
    momentum = f"MOMENTUM = {settings.momentum!r}\n" if settings.optimizer == "Momentum" else ""
    names = "\n".join(laid_out("INPUTS = ", inputs, "", ""))
    values = {field: getattr(settings, field) for field in type(settings).model_fields}
    return CONSTANTS.format(name=name, **{**values, "momentum": momentum, "inputs": names})


def functions(settings: Settings, several: bool, counted: str) -> str:
    """All functions from `build` to `main`; `several` says whether the network gives a tuple."""
    own = (
        f"torch.optim.{settings.optimizer}(parameters, lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)"
    )
    scores = "results[0]" if several else "results"
    line = f"        right += hits({scores}, targets[chosen]).item()\n"
    both = counted != ""
    return FUNCTIONS.format(
        optimizer=OPTIMIZERS.get(settings.optimizer, own),
        star="*" if several else "",
        hits=counted,
        evaluated="tuple[float, float]" if both else "float",
        measured="The mean loss and the share that is classified right"
        if both
        else "The mean loss",
        sums="loss, right" if both else "loss",
        zeros="0.0, 0.0" if both else "0.0",
        counted=line if both else "",
        means="loss / len(targets), right / len(targets)" if both else "loss / len(targets)",
        read="loss, accuracy" if both else "loss",
        words="loss {loss:.4f}, accuracy {accuracy:.1%} on dev"
        if both
        else "loss {loss:.4f} on dev",
    )
