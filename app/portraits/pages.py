"""Pages that are only read: the keys, what the program is, all commands."""

from collections.abc import Iterator

from app.portrait import Portrait, Sitting


class Pages(Sitting):
    """Pages that are only read: the keys, what the program is, all commands."""

    order = 10

    def pictures(self) -> Iterator[Portrait]:
        for name in ("shortcuts", "about"):
            self.window.trigger(f"app.{name}")
            yield Portrait(f"dialogue-{name}", self.front())
        self.window.trigger("app.commands")
        self.wait(lambda: self.window.commands.isVisible())
        yield Portrait("dialogue-commands", self.window.grab())
        self.window.commands.hide()
