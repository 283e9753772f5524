"""What a script that writes has of its own, as text: how its network is run step by step, and what is asked of it."""

CONSTANTS = """\
UNIT = "{unit}"
FIRST = {first}  # the number of the symbol that stands before a text
STOP = {end}  # and of the one that ends it
NEVER = {never}  # and of the one that is never written
# The layers whose states go on from step to step; without any, all that was written is read anew.
{carries}
WINDOW = {window}  # symbols that are read at most
LONGEST = {longest}  # symbols of a text, unless that is said
"""

STANDING = '''\
@dataclass(frozen=True, slots=True)
class Standing:
    """Where some texts stand: all that was written, and the states that are carried."""

    written: Tensor  # (texts, symbols)
    carried: Mapping[str, tuple[Tensor, ...]]

    def choose(self, places: Tensor) -> "Standing":
        """The texts at these places."""
        carried = {name: tuple(row[places] for row in rows) for name, rows in self.carried.items()}
        return Standing(self.written[places], carried)
'''

STEP = '''\
def step(
    network: Network, READstate: Standing, symbols: Tensor
) -> tuple[Tensor, Standing]:
    """Write a symbol each: log p (texts, symbols) of all that could be next, and the state after it."""
    carried: dict[str, tuple[Tensor, ...]] = {}
    hooks = []
    for name in CARRIES:
        layer = network.get_submodule(name)
        if rows := state.carried.get(name):
            hooks.append(
                layer.register_forward_pre_hook(
                    lambda _layer, given, _named, rows=rows: ((given[0], *rows), {}),
                    with_kwargs=True,
                )
            )
        hooks.append(
            layer.register_forward_hook(
                lambda _layer, _given, made, name=name: carried.update({name: made[1:]})
            )
        )
    written = torch.cat([state.written, symbols[:, None]], 1)
    if WINDOW is not None:
        written = written[:, -WINDOW:]
    seen = written[:, -1:] if CARRIES else written
    try:
        results = network(
INPUTS
        )
    finally:
        for hook in hooks:
            hook.remove()
    scores = SCORES[:, seen.shape[1] - 1].double()
    return LOGS, Standing(written, carried)
'''

BEGUN = '''\
def begun(
    network: Network, READnumbers: Sequence[int]
) -> tuple[Callable[[Standing, Tensor], tuple[Tensor, Standing]], Standing, Tensor]:
    """A text that begins with these symbols: how it goes on, where it stands, log p of what is next."""
    network.eval()
    go_on = partial(step, networkTOO)
    state = Standing(torch.empty(1, 0, dtype=torch.int64, device=DEVICE), {})
    for number in numbers:
        logs, state = go_on(state, torch.tensor([number], device=DEVICE))
    return go_on, state, logs
'''

VOCABULARY_OF = '''\
def vocabulary(name: str = "symbols") -> Vocabulary:
    """The symbols of what is written, or of what is read."""
    with np.load(DATA) as stored:
        return Vocabulary(tuple(json.loads(bytes(stored[name]))), UNIT)
'''

WRITE = '''\
@torch.no_grad()
def write(
    network: Network,
    text: str,
    temperature: float = 1.0,
    width: int = 1,
    steps: int = LONGEST,
    seed: int = 0,
) -> str:
    """What follows a text: by chance (at temperature 0 the likeliest symbol), or by a beam of some width."""
    words = vocabulary()
    numbers = [FIRST, *words.numbers(words.typed(text)).tolist()]
    go_on, state, logs = begun(network, numbers)
    if width > 1:
        found = beam(go_on, state, logs, steps, width, STOP, NEVER)[0]
    else:
        chance = torch.Generator().manual_seed(seed)
        found = sample(go_on, state, logs, steps, chance, temperature, None, STOP, NEVER)[0]
    return words.decode(found.symbols)
'''

TRANSLATE = '''\
@torch.no_grad()
def translate(network: Network, text: str, width: int = 1) -> str:
    """The translation of a sentence: the likeliest word each time, or by a beam of some width."""
    source = vocabulary("symbols_read")
    numbers = source.numbers(source.typed(text)).tolist()
    if not numbers:
        raise SystemExit("There is nothing to translate. Write a sentence behind --write.")
    read = torch.tensor([numbers], device=DEVICE)
    go_on, state, logs = begun(network, read, [FIRST])
    steps = max(LONGEST, 2 * len(numbers) + 4)
    if width > 1:
        found = beam(go_on, state, logs, steps, width, STOP, NEVER)[0]
    else:
        found = greedy(go_on, state, logs, steps, STOP, NEVER)[0]
    return vocabulary().decode(found.symbols)
'''

OPTIONS = """\
    parser.add_argument("--write", metavar="TEXT", help="{help}, instead of training")
    parser.add_argument("--beam", type=int, default=1, help="how many texts a beam keeps")
"""
BY_CHANCE = """\
    parser.add_argument("--temperature", type=float, default=1.0, help="0: the likeliest")
    parser.add_argument("--steps", type=int, default=LONGEST, help="how many symbols are written")
    parser.add_argument("--seed", type=int, default=0, help="of chance")
"""
WRITES = """\
    if wishes.write is not None:
        wished = (wishes.temperature, wishes.beam, wishes.steps, wishes.seed)
        print(wishes.write + write(network, wishes.write, *wished))
        return
"""
TRANSLATES = """\
    if wishes.write is not None:
        print(translate(network, wishes.write, wishes.beam))
        return
"""
