"""Texts: what a network writes and translates, with sentences typed, good and bad, and beside an earlier run."""

from collections.abc import Iterator

from app.plots.language import Language
from app.plots.translation import Translation
from app.portrait import Portrait, Sitting

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
            self.settle()
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
            self.settle()
            yield Portrait(f"language-{name}", plot.grab())
        for way in ("cell", "hangs", "then", "surprise"):
            plot.colours.setValue(way)
            plot.colours.changed.emit(way)
            plot.flow.picked.emit(5)
            self.settle()
            yield Portrait(f"language-{way}", plot.grab())
        plot.text.clear()
        plot.text.returnPressed.emit()
