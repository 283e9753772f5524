"""What a node shows of the project: one frozen value, compared to know whether to draw again."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.canvas.ports import Side
from app.canvas.sides import TwoSides
from app.marking import called
from app.placing import home_of, is_card, is_open, own_name, second_line, size_of, width_of
from app.wording import memory, short
from engine.graph import Composite, Graph, Node
from engine.layer import Layer, Loss
from engine.layers.data import Input, Output
from engine.problems import Problem
from engine.shapes import Shapes, Sized

ERROR_WIDTH = 160.0  # px, at least: there must be room for a sentence


@dataclass(frozen=True, slots=True)
class Face:
    """A node's words, ports and complaint."""

    name: str
    layer: Layer
    joined: frozenset[tuple[Side, str]]
    left: str  # in the footer
    right: str
    problem: Problem | None
    frozen: bool = False
    enabled: bool = True
    shares: str = ""  # whose weights it uses
    note: str = ""
    costs: tuple[str, ...] = ()  # what one example costs, in words
    shows_costs: bool = False  # below the node, not in the tooltip alone
    side: TwoSides = ""  # of a translator: its colour never mixes with the other's
    frame: tuple[float, float] | None = None  # of a group that is open in place: its size

    @property
    def title(self) -> str:
        """What it is called where it stands."""
        return own_name(self.name)

    @property
    def is_door(self) -> bool:
        """Whether it is where something flows into a group that is open in place, or out of it."""
        return bool(home_of(self.name)) and isinstance(self.layer, Input | Output)

    @property
    def is_card(self) -> bool:
        """Whether it has a body and a footer, or is its header alone."""
        return is_card(self.layer) and not self.is_door

    @property
    def misfit(self) -> Problem | None:
        """The complaint that what comes is not what is wanted, if there is one."""
        return self.problem if self.problem and self.problem.wanted else None

    @property
    def width(self) -> float:
        """How wide the node is, in pixels at 100 %."""
        if self.frame is not None:
            return self.frame[0]
        wide = width_of(self.name, self.layer)
        return max(wide, ERROR_WIDTH) if self.misfit else wide

    @property
    def kind(self) -> str:
        """The second line: whose weights it uses, or its kind and the parameters that matter."""
        return self.shares or second_line(self.layer)

    @property
    def spoken(self) -> str:
        """The node in words, for screen readers and tooltips."""
        words = [self.name, second_line(self.layer)]
        if self.right and self.is_card and not isinstance(self.layer, Loss | Input | Output):
            words.append(f"{self.right} parameters")
        words += ["open in place"] if self.frame else []
        words += self.costs
        words += self._marks
        if self.problem:
            words.append(self.problem.message)
        return ", ".join(words)

    @property
    def _marks(self) -> Iterator[str]:
        """What a person has marked it with, in words."""
        if not self.enabled:
            yield "switched off: what comes in is passed on"
        if self.side:
            yield "of the encoder" if self.side == "reads" else "of the decoder"
        if self.frozen:
            yield "frozen: its weights stay as they are"
        if self.shares:
            yield f"uses the weights of {self.shares}"
        if self.note:
            yield f"“{self.note}”"


def face_of(
    node: Node,
    graph: Graph,
    shapes: Shapes,
    problem: Problem | None,
    data_title: str,
    *,
    shows_costs: bool = False,
    side: TwoSides = "",
) -> Face:
    """The face of a node in a project."""
    joined: set[tuple[Side, str]] = {
        ("in", edge.target_port) for edge in graph.incoming.get(node.id, ())
    }
    joined |= {("out", edge.source_port) for edge in graph.outgoing.get(node.id, ())}
    sized = shapes.sized.get(node.id)
    left = "" if home_of(node.id) else _left(node, data_title)
    right = "shared" if node.shares else _figure(node.layer, sized)
    shares = called(node.shares) if node.shares else ""
    marks = (node.frozen, node.enabled, shares, node.note)
    costs = _costs(node.layer, sized)
    wires = frozenset(joined)
    said = (wires, left, right, problem, *marks, costs, shows_costs, side)
    return Face(node.id, node.layer, *said, size_of(node) if is_open(node) else None)


def _costs(layer: Layer, sized: Sized | None) -> tuple[str, ...]:
    """Multiply-adds of one example, if there are any, and the memory that its output takes."""
    if sized is None or isinstance(layer, Loss | Output):
        return ()
    adds, held = sized.cost.multiply_adds, memory(sized.cost.activation_bytes)
    return (*([f"{short(adds)} multiply-adds"] if adds else []), f"{held} of activations")


def _left(node: Node, data_title: str) -> str:
    """What stands at the left of the footer."""
    if not node.enabled:
        return "passed through"
    if isinstance(node.layer, Input):
        return data_title
    if isinstance(node.layer, Composite) and node.layer.repeat > 1 and node.layer.shared:
        return "same weights"
    return ""


def _figure(layer: Layer, sized: Sized | None) -> str:
    """What stands at the right of the footer: parameters, numbers of an example, or the loss's unit."""
    if isinstance(layer, Loss):
        return layer.unit
    if sized is None:
        return ""
    if isinstance(layer, Output):
        given = sized.inputs[0] if sized.inputs else None
        return f"{given.count:,}" if given is not None and given.count else ""
    count = sized.cost.activations if isinstance(layer, Input) else sized.cost.parameters
    return f"{count:,}"
