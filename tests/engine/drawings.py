"""Random drawings for property tests: any layers with any parameters that they allow, wired anyhow.

Parameters are drawn from what the declarations themselves say, by their JSON schema, so a new layer joins unasked.
"""

from typing import Any

from hypothesis import strategies as st
from pydantic import ValidationError

from engine.axes import (
    Axes,
    General,
    Image,
    Indices,
    Labels,
    Row,
    Sequence,
    Signal,
    Size,
    StepLabels,
    Target,
    Tokens,
    Transcript,
    Values,
    Volume,
)
from engine.graph import Edge, Graph, GraphError, Group, NodeId, grouped
from engine.layer import Layer, Loss
from engine.layers import CATALOGUE
from engine.layers.data import Input, Output

KINDS = tuple(CATALOGUE.values())
LOSSES = tuple(kind for kind in KINDS if issubclass(kind, Loss))

small = st.integers(1, 6)
steps: st.SearchStrategy[Size] = st.one_of(st.integers(1, 12), st.just("time"))
sources: st.SearchStrategy[Axes] = st.one_of(
    st.builds(Row, st.integers(1, 12)),
    st.builds(Sequence, steps, small),
    st.builds(Image, small, st.integers(1, 16), st.integers(1, 16)),
    st.builds(Signal, small, steps),
    st.builds(Volume, small, small, small, small),
    st.builds(Tokens, steps, st.integers(1, 20)),
    st.builds(General, st.just(("mass",)), st.tuples(small)),
    st.just(General((), ())),
    st.builds(Indices, st.just(("axis 1", "axis 2")), st.tuples(small, small)),
)
names = st.integers(1, 5).map(lambda count: tuple("abcde"[:count]))
targets: st.SearchStrategy[Target] = st.one_of(
    st.builds(Labels, names),
    st.builds(Values, names),
    st.builds(StepLabels, names),
    st.builds(Transcript, names),
)


def values(schema: dict[str, Any], within: dict[str, Any]) -> st.SearchStrategy[Any]:
    """What a field's JSON schema allows, mostly small, sometimes at its bounds."""
    if "$ref" in schema:
        return values(within["$defs"][schema["$ref"].rpartition("/")[2]], within)
    if "enum" in schema or "const" in schema:
        return st.sampled_from(schema.get("enum", [schema.get("const")]))
    if "anyOf" in schema:
        return st.one_of([values(one, within) for one in schema["anyOf"]])
    match schema.get("type"):
        case "boolean":
            return st.booleans()
        case "integer":
            low, high = _bounds(schema, 1)
            near = st.integers(int(low), int(min(high, low + 8)))
            return st.one_of(near, near, near, st.sampled_from([int(low), int(high)]))
        case "number":
            low, high = _bounds(schema, 1e-6)
            return st.floats(low, min(high, max(low, 1.0))) | st.sampled_from([low, high])
        case "array":
            if "prefixItems" in schema:
                return st.tuples(*(values(one, within) for one in schema["prefixItems"]))
            inner = values(schema.get("items", {"type": "integer"}), within)
            least = schema.get("minItems", 0)
            return st.lists(inner, min_size=least, max_size=schema.get("maxItems", least + 3)).map(
                tuple
            )
        case "null":
            return st.none()
    return st.sampled_from(["", "second", "x"])


def _bounds(schema: dict[str, Any], little: float) -> tuple[float, float]:
    low = schema.get("minimum", schema.get("exclusiveMinimum", -100.0 - little) + little)
    high = schema.get("maximum", schema.get("exclusiveMaximum", low + 100.0 + little) - little)
    return low, max(low, high)


@st.composite
def layers(draw: st.DrawFn, kinds: tuple[type[Layer], ...] = KINDS) -> Layer:
    """Any layer with any parameters; as it is dropped if those do not go together."""
    kind = draw(st.sampled_from(kinds))
    schema = kind.model_json_schema()
    given: dict[str, Any] = {}
    for name, field in schema.get("properties", {}).items():
        if not field.get("hidden") and draw(st.integers(0, 2)) == 0:
            given[name] = draw(values(field, schema))
    try:
        return kind.model_validate(given)
    except ValidationError:
        return kind()


@st.composite
def drawings(draw: st.DrawFn, most: int = 7, depth: int = 1) -> Graph:
    """Any drawing: layers wired to earlier ones, a loss most often, marks, shared weights, groups."""
    graph = Graph().add(Input(), name="data")
    if draw(st.integers(0, 4)) == 0:
        graph = graph.add(Input(part="second"), name="other")
    for _ in range(draw(st.integers(0, most))):
        graph = _joined(draw, graph, _layer(draw, depth))
    if draw(st.integers(0, 9)):
        graph = _joined(draw, graph, draw(layers(LOSSES)))
    for _ in range(draw(st.integers(0, 2))):
        graph = _marked(draw, graph)
    return graph


def _layer(draw: st.DrawFn, depth: int) -> Layer:
    if depth and draw(st.integers(0, 7)) == 0:
        inside = draw(drawings(3, depth - 1)).add(Output(), name="go")
        ends = [name for name, node in inside.nodes.items() if node.layer.outputs]
        source = draw(st.sampled_from(ends))
        inside = inside.connect(_edge(inside, source, NodeId("go")))
        return Group(graph=inside, repeat=draw(st.integers(1, 3)), shared=draw(st.booleans()))
    return draw(layers())


def _edge(graph: Graph, source: NodeId, target: NodeId, port: str | None = None) -> Edge:
    out = graph.nodes[source].layer.outputs[0].name
    return Edge(source, target, out, port or graph.nodes[target].layer.inputs[0].name)


def _joined(draw: st.DrawFn, graph: Graph, layer: Layer) -> Graph:
    """The drawing with a layer, most of whose inputs hear from one that was there, most often the last."""
    ends = [name for name, node in graph.nodes.items() if node.layer.outputs]
    graph = graph.add(layer)
    name = list(graph.nodes)[-1]
    for port in layer.inputs:
        for _ in range(draw(st.integers(1, 2)) if port.many else 1):
            chance = draw(st.integers(0, 9))
            if not ends or chance == 0:
                continue
            source = ends[-1] if chance < 7 else draw(st.sampled_from(ends))
            outputs = graph.nodes[source].layer.outputs
            out = draw(st.sampled_from(outputs)).name
            edge = Edge(source, name, out, port.name)
            if graph.refusal(edge) is None:
                graph = graph.connect(edge)
    return graph


def _marked(draw: st.DrawFn, graph: Graph) -> Graph:
    """Some edit of the marks, of sharing or of grouping, where it can be made."""
    known = st.sampled_from(list(graph.nodes))
    one, other = draw(known), draw(known)
    some = draw(st.lists(known, min_size=1, max_size=4))
    edits = [
        lambda: graph.change(one, enabled=False),
        lambda: graph.change(one, frozen=True),
        lambda: graph.share(one, other),
        lambda: grouped(graph, some),
        lambda: graph.add(graph.nodes[one].layer),
    ]
    try:
        return draw(st.sampled_from(edits))()
    except GraphError:
        return graph
