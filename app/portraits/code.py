"""Code in and out, reports, and a layer that waits to be trusted."""

from collections.abc import Iterator
from functools import partial

from app.portrait import Portrait, Sitting
from engine.layers.code import Code


class CodeInAndOut(Sitting):
    """Code in and out, reports, and a layer that waits to be trusted."""

    order = 70

    def pictures(self) -> Iterator[Portrait]:
        studio, window = self.studio, self.window
        for name in ("import", "export", "report"):
            yield Portrait(f"dialogue-{name}", self.asked(partial(window.trigger, f"file.{name}")))
        window.papers.show_code()
        self.wait(lambda: window.papers.code is not None and bool(window.papers.code.note.text()))
        yield Portrait("dialogue-code", self.front())
        graph = studio.document.graph.add(Code(source="x * torch.sigmoid(x)"), (0.0, 400.0))
        studio.document.edit("As from a file", graph)
        yield Portrait("code-that-waits", window.grab())
        yield Portrait("dialogue-trust", self.asked(lambda: window.trigger("file.trust")))
        studio.document.undo_stack.undo()
