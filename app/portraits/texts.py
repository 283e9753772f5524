"""Texts: what a network writes and translates, with sentences typed, good and bad, and beside an earlier run."""

import time
from collections.abc import Iterator

from app.plots.language import Language
from app.plots.translation import Translation
from app.portrait import Portrait, Sitting

MOST_SECONDS = 8.0  # until an answer is no longer waited for
SENTENCES = {
    "typed": "she sings a song to the old king",
    "unknown": "The zebra sees 🐈 and кот, naturally!",
    "long": "the old king sees the young queen and " * 6,
    "from-right": "שלום the cat",
}


class Texts(Sitting):
    """Texts: what a network writes and translates, with sentences typed, good and bad, and beside an earlier run."""

    order = 20

    def pictures(self) -> Iterator[Portrait]:
        plots = self.window.arrangement.plots
        language, translation = plots["Language"].plot, plots["Translation"].plot
        data = self.studio.document.meaning.data
        if data is None or data.written is None:
            return
        if data.written and isinstance(translation, Translation):
            self.window.show_panel("Translation", shown=True)
            yield from self._translations(translation)
        elif isinstance(language, Language):
            self.window.show_panel("Language", shown=True)
            yield from self._pages(language)

    def _translations(self, plot: Translation) -> Iterator[Portrait]:
        for name, text in SENTENCES.items():
            plot.text.setText(text)
            plot.text.returnPressed.emit()
            self._answered("Translated")
            yield Portrait(f"translation-{name}", plot.grab())
        plot.page.setValue("all")
        plot.page.changed.emit("all")
        self.settle()
        yield Portrait("translation-by-length", plot.grab())
        plot.page.setValue("one")
        plot.page.changed.emit("one")
        self.studio.overlay(self.studio.document.project.runs)
        self.settle()
        yield Portrait("translation-compared", plot.grab())
        self.studio.overlay(())
        plot.text.clear()
        plot.text.returnPressed.emit()

    def _pages(self, plot: Language) -> Iterator[Portrait]:
        for name, text in SENTENCES.items():
            plot.text.setText(text)
            plot.text.returnPressed.emit()
            self._answered("Writing")
            yield Portrait(f"language-{name}", plot.grab())
        for way in ("cell", "hangs", "then", "surprise"):
            plot.colours.setValue(way)
            plot.colours.changed.emit(way)
            plot.flow.picked.emit(5)
            self.settle() if way == "then" else self._answered("Writing")
            yield Portrait(f"language-{way}", plot.grab())
        plot.text.clear()
        plot.text.returnPressed.emit()

    def _answered(self, probe: str) -> None:
        """Let what was asked be answered, which a busy machine does late, and drawn."""
        session, key = self.studio.session, (probe, "")
        latest = session.run.history.latest if session.run else {}
        before, since = latest.get(key), time.monotonic()
        self.wait(lambda: latest.get(key) is not before or time.monotonic() - since > MOST_SECONDS)
        self.settle()
