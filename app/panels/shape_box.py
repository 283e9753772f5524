"""The shape rule of a node: what comes in, what goes out, and the arithmetic between them."""

from html import escape

from PySide6.QtCore import Qt

from app.controls.text import label
from app.panels.section import Box, say, sentence
from app.studio import Studio
from engine.axes import Axes
from engine.graph import Node
from engine.layer import LayerError


class ShapeBox(Box):
    """Shows one node of the drawing."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio.theme)
        self._studio = studio
        self.rule = label("", "mono")
        self.rule.setTextFormat(Qt.TextFormat.RichText)
        self.rule.setWordWrap(True)
        self.arithmetic = sentence("note")
        for line in (self.rule, self.arithmetic):
            self.column.addWidget(line)

    def show_node(self, node: Node) -> None:
        """Shows what is known of its shapes."""
        shapes = self._studio.shapes
        sized, misfit = shapes.sized.get(node.id), shapes.misfits.get(node.id)
        if sized is not None:
            self._rule(sized.inputs, tuple(sized.outputs.values()), end="loss")
            say(self.arithmetic, _arithmetic(node, sized.inputs))
        elif misfit is not None:
            self._rule(misfit.inputs, (), end="?")
            say(self.arithmetic, "")
        else:
            self.rule.setText("?")
            say(self.arithmetic, "Not known before something flows in.")

    def _rule(self, inputs: tuple[Axes | None, ...], outputs: tuple[Axes, ...], end: str) -> None:
        arrow = f'&nbsp;<span style="color:{self._studio.theme.tokens.t3}">→</span>&nbsp;'
        left = ", ".join(axes.text for axes in inputs if axes) or "data"
        right = ", ".join(axes.text for axes in outputs) or end
        self.rule.setText(f"{escape(left)}{arrow}{escape(right)}")


def _arithmetic(node: Node, inputs: tuple[Axes | None, ...]) -> str:
    try:
        return node.layer.arithmetic(*inputs)
    except LayerError:
        return ""
