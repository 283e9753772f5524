"""Each rule: what it says of which drawing, and that its way out mends it, in the open and inside a group."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from engine.axes import (
    Axes,
    Image,
    Labels,
    Row,
    Sequence,
    Signal,
    Target,
    Tokens,
    Transcript,
    Values,
)
from engine.graph import Graph, NodeId, grouped
from engine.layer import Layer
from engine.layers.data import Input, Output
from engine.problems import RULES, Problem, find_problems
from engine.records import graph_from, record_of_graph
from engine.settings import Settings
from engine.shapes import infer
from engine.template import template, template_names
from tests.engine.famous import (
    TEN,
    behind,
    box,
    conv,
    linear,
    made,
    net,
    pool,
    wire,
)
from tests.engine.problems.test_steps import CASES as OF_LENGTHS

STIFF = re.compile(r"\b(tensor|dim|torch|None|null|nan|inf|\w*Error)\b|Traceback")
PICTURE = Image(3, 16, 16)
TWO = Values(("height", "weight"))
N = NodeId


@dataclass(frozen=True)
class Case:
    """A drawing that one rule complains of."""

    rule: str
    draw: Callable[[], Graph]
    words: str
    node: str | None
    source: Axes = Row(8)
    target: Target = TEN
    more: tuple[tuple[str, Axes], ...] = ()  # further parts of the data
    settings: Settings | None = None
    fix: str | None = None
    severity: str = "advice"


def deep(count: int, **parameters: object) -> Graph:
    layers = [layer for _ in range(count) for layer in (linear(16, **parameters), made("ReLU"))]
    return net(*layers, linear(10))


def dead_end() -> Graph:
    return behind(net(("a", linear(10))), [("dead", made("ReLU")), ("deader", linear(3))], "a")


def unused_input() -> Graph:
    return net(linear(10)).add(Input(), name="other")


def no_input() -> Graph:
    return net(linear(10)).remove(N("data"))


def off(name: str) -> Graph:
    return net(linear(10)).change(N(name), enabled=False)


def side_output() -> Graph:
    return behind(net(("a", linear(10))), [("side", linear(3)), ("result", Output())], "a")


def all_frozen() -> Graph:
    graph = net(("a", linear(8)), made("ReLU"), ("b", linear(10)))
    return graph.change(N("a"), N("b"), frozen=True)


def lost() -> Graph:
    graph = net(("a", linear(8)), made("ReLU"), ("b", linear(10)))
    nodes = {**graph.nodes, N("a"): replace(graph.nodes[N("a")], shares=N("^^far"))}
    return graph_from(record_of_graph(replace(graph, nodes=nodes)))


def lent(first: int, second: int) -> Graph:
    graph = net(
        ("a", linear(first)), made("ReLU"), ("b", linear(second)), made("Sigmoid"), linear(10)
    )
    return graph.share(N("b"), N("a"))


ONE = Settings(batch_size=1)
TWO_CLASSES = Labels(("no", "yes"))
WORDS = Sequence("time", 8)
HUGE = 10**9

CASES = [
    Case("missing_ends", no_input, "no Input", None, severity="error"),
    Case("missing_ends", lambda: net(linear(10)).remove(N("loss")), "no loss", None, severity="error"),
    Case("loose_ends", lambda: net(linear(10)).add(made("ReLU"), name="loose"), "Nothing flows into loose",
         "loose", fix="Remove loose", severity="error"),
    Case("switched_off", lambda: off("data"), "data is switched off", "data", fix="Switch data on", severity="error"),
    Case("switched_off", lambda: off("loss"), "loss is switched off", "loss", fix="Switch loss on", severity="error"),
    Case("dead_branches", dead_end, "dead leads to no loss", "dead", fix="Remove dead"),
    Case("nothing_of_the_data_arrives", lambda: deaf(), "Nothing that an Input brings in reaches loss", "loss",
         severity="error"),
    Case("dead_branches", unused_input, "Nothing that other brings in", "other", fix="Remove other"),
    Case("unread_parts", lambda: net(linear(10)), "“french” too (tokens of 90), but nothing reads it", "data",
         more=(("french", Tokens("time", 90)),)),
    Case("unread_parts", lambda: net(made("Select"), linear(10)).put(N("data"), Input(part="x")), "the first part too",
         "data", more=(("x", WORDS),)),
    Case("run_but_never_trained", side_output, "side leads to an Output but to no loss", "side"),
    Case("nothing_to_train", lambda: net(made("Dropout")), "no layer that leads to the loss has weights", None,
         Row(10), severity="error"),
    Case("nothing_to_train", all_frozen, "all weights are frozen", "a", fix="Thaw all layers", severity="error"),
    Case("misfits", lambda: net(linear(10)), "wants a row of numbers or a sequence", "dense_1", PICTURE,
         fix="Insert Flatten", severity="error"),
    Case("misfits", lambda: net(conv(4, 31), made("Flatten"), linear(10)), "an image of at least 31×31", "conv_1",
         PICTURE, fix="Use a window of 16×16", severity="error"),
    Case("misfits", lambda: net(conv(4, 3), made("BatchNorm1d"), made("Flatten"), linear(10)),
         "wants a row of numbers", "norm_1", PICTURE, fix="Use Batch norm 2d", severity="error"),
    Case("misfits", lambda: net(linear(2)), "wants classes", "loss", Row(8), TWO,
         fix="Use Mean squared error", severity="error"),
    Case("misfits", lambda: net(linear(7)), "wants 10 scores", "loss", fix="Give dense_1 10 units", severity="error"),
    Case("misfits", lambda: net(linear(7), made("Dropout")), "wants 10 scores", "loss",
         fix="Insert Dense with 10 units", severity="error"),
    Case("misfits", lambda: net(conv(4, 3, groups=4), made("Flatten"), linear(10)), "groups divide", "conv_1",
         PICTURE, fix="Set Groups to 1", severity="error"),
    Case("misfits", lambda: uneven(), "inputs of one shape, like 8, but gets 5", "sum",
         fix="Insert Dense with 8 units", severity="error"),
    Case("misfits", lambda: net(("block", box(linear(5), made("ReLU"), repeat=2, shared=True)), linear(10)),
         "use the same weights at each turn", "block", fix="Give each turn", severity="error"),
    Case("misfits", lambda: net(("block", box(conv(4, 9), made("ReLU"), repeat=3)), made("Flatten"), linear(10)),
         "block is repeated 3 times", "block", PICTURE, fix="Run block once", severity="error"),
    Case("misfits", lambda: net(linear(10)).put(N("data"), Input(part="french")), "one of the parts", "data",
         fix="Bring the first part", severity="error"),
    Case("misfits", lambda: arms(made("Add"), conv(8, 3, 2, 1)), "like 16×16×8, but gets 8×8×8", "join", PICTURE,
         fix="1×1 with 8 filters and a stride of 2×2", severity="error"),
    Case("misfits", lambda: arms(made("Add"), conv(9, 3, 1, 1)), "like 16×16×8, but gets 16×16×9", "join", PICTURE,
         fix="Insert Conv 2d of 1×1 with", severity="error"),
    Case("misfits", lambda: arms(made("Concat"), conv(8, 3)), "like 16×16×8, but gets 14×14×8", "join", PICTURE,
         fix="Insert Pad to 16×16", severity="error"),
    Case("linear_after_linear", lambda: net(("block", box(linear(8), repeat=3)), made("ReLU"), linear(10)),
         "1 in block at one turn and at the next follow each other", "block", fix="Insert ReLU"),
    Case("two_activations", lambda: net(linear(9), ("block", box(made("ReLU"), repeat=2)), linear(10)),
         "1 in block at one turn and at the next are two activations in a row", "block"),
    Case("linear_after_linear", lambda: net(linear(9), made("Dropout"), linear(10)), "together they are one linear",
         "dense_2", fix="Insert ReLU"),
    Case("linear_after_linear", lambda: net(conv(4, 3), made("Flatten"), linear(10)), "conv_1 and dense_1",
         "dense_1", PICTURE, fix="Insert ReLU"),
    Case("linear_after_linear", lambda: net(conv(4, 3), conv(4, 3), made("ReLU"), made("Flatten"), linear(10)),
         "conv_1 and conv_2", "conv_2", PICTURE, fix="Insert ReLU"),
    Case("linear_after_linear", lambda: net(linear(9, bias=False), made("BatchNorm1d"), linear(10)),
         "dense_1 and dense_2", "dense_2", fix="Insert ReLU"),
    Case("linear_after_linear", lambda: net(conv(4, 3), pool(2, 2, kind="AvgPool2d"),
         made("GlobalAvgPool"), linear(10)),
         "conv_1 and dense_1", "dense_1", PICTURE, fix="Insert ReLU"),
    Case("two_activations", lambda: net(linear(9), made("ReLU"), made("Dropout"), made("Tanh"), linear(10)),
         "two activations in a row", "tanh_1", fix="Remove tanh_1"),
    Case("applied_twice", lambda: net(linear(10), made("Softmax")), "applies softmax itself", "softmax_1",
         fix="Remove softmax_1"),
    Case("applied_twice", lambda: net(linear(10), made("Softmax"), made("Select")), "applies softmax itself",
         "softmax_1", Sequence("time", 4), fix="Remove softmax_1"),
    Case("scores_cut_short", lambda: net(linear(10), made("ReLU")), "cuts off all below 0", "relu_1",
         fix="Remove relu_1"),
    Case("scores_cut_short", lambda: net(linear(10), made("Tanh")), "keeps within bounds", "tanh_1",
         fix="Remove tanh_1"),
    Case("bias_before_batch_norm", lambda: net(conv(4, 3), pool(2, 2), made("BatchNorm2d"), made("ReLU"),
                                               made("Flatten"), linear(10)), "takes the mean away", "conv_1", PICTURE,
         fix="Leave the bias out"),
    Case("bias_before_batch_norm", lambda: net(conv(4, 3), made("InstanceNorm2d"), made("ReLU"), made("Flatten"),
                                               linear(10)), "takes the mean away", "conv_1", PICTURE,
         fix="Leave the bias out"),
    Case("bias_before_batch_norm", lambda: net(linear(9), made("BatchNorm1d"), made("ReLU"), linear(10)),
         "The bias of dense_1 does nothing", "dense_1", fix="Leave the bias out"),
    Case("too_few_to_normalise", lambda: net(linear(9, bias=False), made("BatchNorm1d"), made("ReLU"), linear(10)),
         "at least two examples", "norm_1", settings=ONE, fix="Use Layer norm", severity="error"),
    Case("vanishes_at_first", lambda: deep(10), "about 10⁻⁴ of it reaches dense_1", "dense_1",
         fix="Draw the weights of 10 layers by He"),
    Case("vanishes_at_first", lambda: deep(24, initial_weights="xavier"), "about 0.71 of the error signal each",
         "dense_1", fix="Draw the weights of 24 layers by He"),
    Case("shared_weights_that_do_not_fit", lambda: lent(9, 9), "made for 8, but gets 9", "b",
         fix="Give b weights of its own", severity="error"),
    Case("shared_weights_that_do_not_fit", lambda: lent(8, 5), "their parameters differ", "b",
         fix="Give b weights of its own", severity="error"),
    Case("shared_weights_that_lead_nowhere", lambda: lost(), "there is no such layer", "a",
         fix="Give a weights of its own"),
    Case("applied_twice", lambda: net(linear(1), made("Dropout"), made("Sigmoid"), loss="BCEWithLogitsLoss"),
         "applies sigmoid itself", "sigmoid_1", target=TWO_CLASSES, fix="Remove sigmoid_1"),
    Case("applied_twice", lambda: net(linear(10), made("LogSoftmax"), loss="CTCLoss"), "applies softmax itself",
         "log_softmax_1", Sequence("time", 4), Transcript(tuple("0123456789")), fix="Remove log_softmax_1"),
    Case("wants_probabilities", lambda: net(linear(10), loss="NLLLoss"), "wants logarithms of probabilities", "loss",
         fix="Use Cross-entropy"),
    Case("wants_probabilities", lambda: net(linear(10), made("Softmax"), loss="NLLLoss"), "gives plain probabilities",
         "loss", fix="Use Log softmax"),
    Case("wants_probabilities", lambda: net(linear(1), loss="BCELoss"), "wants probabilities from 0 to 1", "loss",
         target=TWO_CLASSES, fix="Use Binary cross-entropy", severity="error"),
    Case("wants_probabilities", lambda: net(linear(1), made("Tanh"), loss="BCELoss"), "gives numbers of any size",
         "loss", target=TWO_CLASSES, fix="Insert Sigmoid", severity="error"),
    Case("dropout_between_no_layers", lambda: net(("rnn", made("LSTM", dropout=0.3)), made("Select"), linear(10)),
         "dropout of rnn does nothing", "rnn", WORDS, fix="Leave the dropout out"),
    Case("misfits", lambda: net(("rnn", made("LSTM", hidden_size=10))), "wants", "loss", WORDS, fix="Insert Select",
         severity="error"),
    Case("misfits", lambda: net(("filters", made("Conv1d")), made("Permute"), made("Select"), linear(10)),
         "wants a signal", "filters", WORDS, fix="Insert Permute", severity="error"),
    Case("misfits", lambda: net(("rnn", made("LSTM")), made("Select"), linear(10)), "wants a sequence", "rnn",
         Signal(4, 9), fix="Insert Permute", severity="error"),
    Case("misfits", lambda: net(("rnn", made("LSTM")), made("Select"), linear(10)), "wants a sequence", "rnn",
         Tokens("time", 50), fix="Insert Embedding", severity="error"),
    Case("misfits", lambda: net(("words", made("Embedding")), made("ReLU"), linear(10)), "wants", "words", Row(8),
         fix="Use Dense", severity="error"),
    Case("misfits", lambda: net(linear(10)), "classes", "loss", WORDS, Transcript(tuple("0123456789")),
         fix="Use CTC", severity="error"),
    Case("misfits", lambda: net(linear(10), loss="CTCLoss"), "wants a sequence", "loss", fix="Use Cross-entropy",
         severity="error"),
    Case("misfits", lambda: net(linear(10)).put(N("loss"), made("CrossEntropyLoss", weight=(1.0, 2.0))),
         "10 class weights", "loss", fix="Set Class weights", severity="error"),
    Case("misfits", lambda: net(conv(10, 3)), "wants", "loss", PICTURE, fix="Insert Global average", severity="error"),
    Case("misfits", lambda: net(("attend", made("TransformerEncoderLayer", nhead=5)), made("Select"), linear(10)),
         "wants", "attend", Sequence(7, 12), fix="Set Heads to 1", severity="error"),
    Case("misfits", lambda: wire(net(linear(10), loss="MultiMarginLoss"), "data", "loss", "target"),
         "its target from the data", "loss", fix="Cut the wire", severity="error"),
    Case("too_few_to_normalise", lambda: net(conv(4, 16, bias=False), made("BatchNorm2d"), made("ReLU"),
                                             made("Flatten"), linear(10)),
         "at least two examples", "norm_1", PICTURE, settings=ONE, fix="Use Layer norm", severity="error"),
    Case("misfits", lambda: net(made("Conv1d", out_channels=2, kernel_size=9), loss="MSELoss"),
         "wants a row of numbers", "loss", Signal(2, 9), TWO, fix="Insert Flatten", severity="error"),
    Case("too_few_to_normalise", lambda: net(linear(4), ("groups", made("GroupNorm", num_groups=4)), made("ReLU"),
                                             linear(10)),
         "at least two examples", "groups", settings=ONE, fix="Use Layer norm", severity="error"),
    Case("too_few_to_normalise", lambda: net(made("BatchNorm1d"), made("Select"), linear(10)), "at least two examples",
         "norm_1", Sequence(1, 4), settings=ONE, fix="Use Layer norm", severity="error"),
    Case("too_large_for_this_machine", lambda: net(linear(HUGE), made("ReLU"), linear(10)), "memory", "dense_2",
         severity="error"),
]  # fmt: skip


def deaf() -> Graph:
    graph = (
        Graph()
        .add(Input(), name="data")
        .add(made("Constant", shape=(10,), learnable=True), name="own")
    )
    return behind(graph, [("loss", made("CrossEntropyLoss"))], "own")


def uneven() -> Graph:
    graph = Graph().add(Input(), name="data").add(made("Add"), name="sum")
    graph = behind(graph, [("arm", linear(5)), ("bend", made("ReLU"))], "data")
    graph = wire(wire(graph, "data", "sum"), "bend", "sum")
    return behind(graph, [linear(10), ("loss", made("CrossEntropyLoss"))], "sum")


def arms(join: Layer, way: Layer) -> Graph:
    """An image of 16×16×8 and what a layer makes of it, joined."""
    graph = Graph().add(Input(), name="data")
    graph = behind(graph, [("first", conv(8, 3, 1, 1)), ("bend", made("ReLU"))], "data")
    graph = behind(graph, [("way", way), ("way_bend", made("ReLU")), ("join", join)], "bend")
    graph = wire(graph.disconnect(*graph.incoming[N("join")]), "bend", "join")
    graph = wire(graph, "way_bend", "join")
    return behind(
        graph, [made("GlobalAvgPool"), linear(10), ("loss", made("CrossEntropyLoss"))], "join"
    )


def problems(case: Case, graph: Graph) -> tuple[Problem, ...]:
    shapes = infer(graph, {"": case.source, **dict(case.more)}, case.target)
    return find_problems(graph, shapes, case.target, case.settings)


def named(case: Case) -> str:
    return f"{case.rule}: {case.words}"


@pytest.mark.parametrize("case", CASES, ids=named)
def test_a_rule_says_what_and_where_and_its_way_out_mends_it(case: Case) -> None:
    graph, words, node = case.draw(), case.words, case.node
    found = [p for p in problems(case, graph) if words in p.message]
    assert found, problems(case, graph)
    problem = found[0]
    assert (problem.severity, problem.node) == (case.severity, node)
    assert not STIFF.search(problem.message), problem.message
    assert problem.message.endswith(".")
    if problem.node is not None:
        assert problem.node in problem.message
    if case.fix is None:
        return
    assert problem.fix is not None, problem
    assert case.fix in problem.fix.text
    before = (dict(graph.nodes), graph.edges)
    mended = problem.fix.edit(graph)
    assert (dict(graph.nodes), graph.edges) == before, "a way out is a pure edit"
    after = problems(case, mended)
    assert not [p for p in after if words in p.message], after
    assert not [p for p in after if p.severity == "error"], "a way out leads to no other error"


def test_every_rule_has_a_case() -> None:
    assert {case.rule for case in (*CASES, *OF_LENGTHS)} | {"out_of_reach"} == set(RULES)


# -- through groups --------------------------------------------------------------------------------------------------

INSIDE = [
    case
    for case in CASES
    if case.rule not in {"missing_ends", "nothing_to_train"}
    and case.node
    and case.node not in {"data", "other", "loss"}  # these stand outside of a group
]


@pytest.mark.parametrize("case", INSIDE, ids=named)
def test_a_rule_looks_into_groups_and_its_way_out_mends_them(case: Case) -> None:
    graph, words = case.draw(), case.words
    chosen = [n.id for n in graph.nodes.values() if not isinstance(n.layer, Input | Output)]
    chosen = [name for name in chosen if name != "loss"]
    boxed = grouped(graph, chosen, "box")
    found = [
        p for p in problems(case, boxed) if words.split(" ")[0] in p.message or words in p.message
    ]
    assert found, problems(case, boxed)
    problem = found[0]
    assert problem.node == "box"
    assert "box" in problem.message
    assert problem.within.startswith("box.")
    assert not STIFF.search(problem.message)
    if problem.fix is not None:
        mended = problem.fix.edit(boxed)
        assert problem not in problems(case, mended)
        assert not [p for p in problems(case, mended) if p.severity == "error"]


# -- no false alarms -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", template_names())
def test_templates_are_not_complained_of(name: str) -> None:
    project = template(name)
    data = project.recipe.prepare()
    shapes = infer(project.graph, data.parts, data.target)
    assert find_problems(project.graph, shapes, data.target, project.settings) == ()


def transformer() -> Graph:
    layer = made("TransformerEncoderLayer", nhead=4)
    first = [made("Embedding", embedding_dim=32), made("PositionalEncoding")]
    return net(*first, ("encoder", box(layer, repeat=6)), made("Select", which="mean"), linear(10))


def autoencoder() -> Graph:
    graph = net(
        linear(32),
        made("ReLU"),
        linear(2),
        made("Tanh"),
        linear(32),
        made("ReLU"),
        linear(8),
        loss="MSELoss",
    )
    return wire(graph, "data", "loss", "target")


SOUND: dict[str, tuple[Callable[[], Graph], Axes]] = {
    "LSTM": (lambda: net(made("Embedding"), made("LSTM", num_layers=2, dropout=0.2), made("Select"), linear(10)),
             Tokens("time", 500)),
    "GRU": (lambda: net(made("GRU", bidirectional=True), made("Select"), made("Dropout"), linear(10)), WORDS),
    "Transformer": (transformer, Tokens("time", 500)),
    "autoencoder": (autoencoder, Row(8)),
    "deep, drawn by He": (lambda: deep(40, initial_weights="he"), Row(8)),
    "deep sigmoid": (lambda: net(*[x for _ in range(10) for x in (linear(9), made("Sigmoid"))], linear(10)), Row(8)),
    "deep, normed": (lambda: net(*[x for _ in range(20) for x in
                                   (linear(9, bias=False), made("BatchNorm1d"), made("ReLU"))], linear(10)), Row(8)),
    "all convolutions": (lambda: net(conv(8, 3, bias=False), made("BatchNorm2d"), made("ReLU"), conv(10, 3),
                                     made("GlobalAvgPool")), PICTURE),
    "separable": (lambda: net(made("DepthwiseConv2d"), conv(8, 1), made("ReLU"), made("GlobalAvgPool"), linear(10)),
                  PICTURE),
}  # fmt: skip


@pytest.mark.parametrize("name", SOUND)
def test_sound_networks_are_not_complained_of(name: str) -> None:
    draw, source = SOUND[name]
    graph = draw()
    assert find_problems(graph, infer(graph, source, TEN), TEN, Settings(batch_size=8)) == ()


def test_a_step_to_another_misfit_of_the_same_layer_is_no_way_out() -> None:
    graph = net(
        conv(8, 16, bias=False), ("norm", made("InstanceNorm2d")), made("Flatten"), linear(10)
    )
    (found,) = find_problems(graph, infer(graph, PICTURE, TEN), TEN)
    assert found.node == "norm"
    assert found.fix is None


def test_a_repeated_group_is_complained_of_once() -> None:
    graph = net(("block", box(linear(8), linear(8), repeat=5)), made("ReLU"), linear(10))
    shapes = infer(graph, Row(8), TEN)
    messages = [p.message for p in find_problems(graph, shapes, TEN)]
    assert (
        len(messages) == len(set(messages)) == 2
    )  # the second on the first, the next turn's first on the second
