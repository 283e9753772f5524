"""The lines of a script that say how it goes through sequences: what `engine.strides` does in the program."""

from dataclasses import dataclass

from engine.export.sources import Sources
from engine.network import Network
from engine.settings import Settings
from engine.strides import Strides

FILE, KINDS = "engine.modules.stretches", ("GRU", "LSTM", "RNN")

SHUFFLED = '''\
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
'''
GOING_ON = '''\
def batches(count: int) -> Iterator[Tensor]:
    """Which examples each step of an epoch looks at: each row of a batch goes on in the next; a rest is left out."""
    size = min(BATCH_SIZE, count)
    length = count // size
    for place in range(length):
        yield torch.arange(place, size * length, length, device=DEVICE)
'''


@dataclass(frozen=True, slots=True)
class Striding:
    """What of it a script needs: the kinds of layers that are run in stretches (none: it is plain), and how."""

    kinds: tuple[str, ...] = ()
    back: int = 0
    carry: bool = False

    @property
    def batches(self) -> str:
        """The function that says which examples a step looks at."""
        return GOING_ON if self.carry else SHUFFLED

    @property
    def call(self) -> str:
        """How it is called."""
        return "batches(len(targets))" if self.carry else "batches(len(targets), epoch)"

    @property
    def ended(self) -> str:
        """Whether an epoch is over, said of the examples `seen`."""
        return "seen > len(targets) - BATCH_SIZE" if self.carry else "seen == len(targets)"

    @property
    def before_epochs(self) -> list[str]:
        """The lines that put the layers' way of running in place."""
        if not self.kinds:
            return []
        kinds = self.kinds[0] if len(self.kinds) == 1 else f"({', '.join(self.kinds)})"
        return [
            f"layers = [m for m in network.modules() if isinstance(m, {kinds})]",
            f"stretches = [Stretches(layer, {self.back}, {self.carry}) for layer in layers]",
            "for layer, run in zip(layers, stretches, strict=True):",
            "    layer.forward = run",
        ]

    @property
    def before_epoch(self) -> list[str]:
        """The lines at the start of an epoch."""
        return ["for run in stretches:", "    run.forget()"] if self.carry else []


def striding(network: Network, settings: Settings, sources: Sources) -> Striding:
    """What a script needs for these settings; its sources are copied."""
    if not Strides(network, settings).acts:
        return Striding()
    sources.copy(FILE, "Stretches")
    kinds = tuple(kind for kind in KINDS if kind in sources.copied)
    return Striding(kinds, settings.back_steps, settings.carry_state)
