"""What is asked and told of files: work not saved, a foreign file, work left by a crash."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from app.frame.recovery import offer
from app.keeping import Keeping
from app.portrait import Portrait, Sitting
from engine.recovery import Keeper


class Papers(Sitting):
    """What is asked and told of files: work not saved, a foreign file, work left by a crash."""

    order = 20

    def pictures(self) -> Iterator[Portrait]:
        yield Portrait("dialogue-save-first", self.asked(self.window.papers.may_leave))
        session, document = self.studio.session, self.studio.document
        session.stop()
        self.wait(lambda: session.state == "idle")
        with TemporaryDirectory() as folder:
            document.save(Path(folder, "mine.chainrule"))  # so that no question comes first
            foreign = Path(folder, "holiday.chainrule")
            foreign.write_bytes(b"Dear all, the weather is fine.")
            self.window.papers.open(foreign)
            self.wait(lambda: not self.window.papers.reading.busy)
            yield Portrait("dialogue-cannot-be-opened", self.front())
        seeking = self.window.papers.seeking
        gone = "/home/ada/flowers/petals.csv"
        yield Portrait("dialogue-data-moved", self.asked(lambda: seeking.ask(gone)))
        with TemporaryDirectory() as folder:
            place = Path(folder)
            Keeper(place / "left").keep(document.project, document.path)
            offer(self.studio, Keeping(document, session, place), self.window, place)
            yield Portrait("dialogue-recovery", self.front())
