"""How the weights of the selected layers learn, where that is not as the run has it."""

from pydantic import BaseModel, ConfigDict, Field
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app import marking
from app.form import Form
from app.studio import Studio
from engine.graph import Node
from engine.records import MOST_DECAY, MOST_RATE


class Learning(BaseModel):
    """The marks of a node that decide how it learns."""

    model_config = ConfigDict(frozen=True)

    rate: float = Field(
        1.0,
        ge=0,
        le=MOST_RATE,
        allow_inf_nan=False,
        title="Rate ×",
        description="What the learning rate of the run is multiplied by for these weights. 0 leaves them as they are.",
    )
    decay: float | None = Field(
        None,
        ge=0,
        le=MOST_DECAY,
        title="Weight decay",
        description="A weight decay of their own.",
        json_schema_extra={"labels": {"none": "as the run has it"}},
    )


class LearningForm(QWidget):
    """Shows how a node learns, or the first of several; what is set holds for all that are selected."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self.form = Form(studio.theme)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.form)
        self.form.changed.connect(self._edit)

    def show_node(self, node: Node) -> None:
        """Shows the marks of a node as it is drawn."""
        self.form.setValue(Learning(rate=node.rate, decay=node.decay))

    def _edit(self, name: str, _value: object, learning: BaseModel) -> None:
        if isinstance(learning, Learning):
            marking.let_learn(self._studio, **{name: getattr(learning, name)})
