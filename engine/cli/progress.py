"""What a run says, shown: JSON lines for programs, for people a table that grows and how it ended.

The table, and on a terminal a bar under it, are progress and go aside; how it ended is what was asked for.
"""

import math
from types import TracebackType
from typing import Protocol, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from engine.cli.say import say_record
from engine.events import Event, Failed, Finished, Started, Steps, Validated

COLUMNS = ("epoch", "step", "train loss", "dev loss", "train accuracy", "dev accuracy", "seconds")
FIGURES = ("train_loss", "dev_loss", "train_accuracy", "dev_accuracy")


class Reporter(Protocol):
    """Whoever shows the events of a run."""

    def __enter__(self) -> object: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def tell(self, event: Event) -> None:
        """Show an event."""


class JsonLines:
    """One JSON object for each event. Seconds are left out of `validated`: the same seed gives the same lines."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """There is nothing to end."""

    def tell(self, event: Event) -> None:
        """Say an event as a line; those that only programs within this one understand are left out."""
        match event:
            case Started():
                names = ("epoch", "epochs", "steps_per_epoch", "train_examples", "dev_examples")
                self._say(event, *names, "parameters", "seed", "threads", "device")
            case Steps(epoch=epoch, losses=losses):
                self._say(event, epoch=epoch, loss=float(losses[-1]), losses=losses.tolist())
            case Validated():
                self._say(event, "epoch", *FIGURES, "dev_f1", "dev_r2")
            case Finished():
                self._say(event, "reason", "epoch", *FIGURES, "seconds")
            case Failed():
                self._say(event, "node", "message")

    def _say(self, event: Event, *names: str, **more: object) -> None:
        kind = {"steps": "step"}.get(word := type(event).__name__.lower(), word)
        values = {name: getattr(event, name) for name in names}
        say_record({"event": kind, "step": event.step, **values, **more})


class Lines:
    """A table with a row for each epoch; on a terminal, a bar below it; then how it ended, on a page of its own."""

    def __init__(self, console: Console, page: Console) -> None:
        self._console, self._page = console, page
        words = TextColumn("epoch {task.fields[epoch]} of {task.fields[epochs]}")
        loss = TextColumn("step {task.completed:,}  loss {task.fields[loss]}")
        columns = (words, BarColumn(), loss, TimeRemainingColumn(compact=True))
        self._bar = Progress(
            *columns, console=console, disable=not console.is_terminal, auto_refresh=False,
            redirect_stdout=page.is_terminal,  # never what is to go into a file
        )  # fmt: skip
        self._task = self._bar.add_task(
            "", epoch=1, epochs="", loss="–", visible=False, start=False
        )

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.update(self._task, visible=False)
        self._bar.stop()

    def tell(self, event: Event) -> None:
        """Show an event."""
        match event:
            case Started():
                self._begin(event)
            case Steps(step, epoch, losses):
                loss = f"{losses.mean():.4f}"
                self._bar.update(
                    self._task, completed=step, epoch=math.ceil(epoch), loss=loss, refresh=True
                )
            case Validated():
                self._console.print(_row(event))
            case Finished():
                self._console.print()
                self.__exit__(None, None, None)  # no bar under the last words
                self._page.print(_end(event), soft_wrap=True)

    def _begin(self, event: Started) -> None:
        count = f"{event.train_examples:,} train and {event.dev_examples:,} dev examples"
        self._console.print(f"{event.parameters:,} parameters, {count}, seed {event.seed}\n")
        self._console.print(Text(_cells(*COLUMNS), style="bold"))
        total = event.epochs * event.steps_per_epoch
        self._bar.update(
            self._task, total=total, completed=event.step, epochs=event.epochs, visible=True
        )
        self._bar.start_task(self._task)


def _row(event: Validated) -> str:
    shares = ("–" if x is None else f"{x:.2%}" for x in (event.train_accuracy, event.dev_accuracy))
    losses = (f"{event.train_loss:.4f}", f"{event.dev_loss:.4f}")
    cells = (str(event.epoch), f"{event.step:,}", *losses, *shares, f"{event.seconds:.1f}")
    return _cells(*cells)


def _cells(*cells: str) -> str:
    return "".join(
        f"  {cell:>{max(5, len(head)) + 1}}" for head, cell in zip(COLUMNS, cells, strict=True)
    )


def _end(event: Finished) -> str:
    how = "Stopped" if event.reason == "stopped" else "Finished"
    epochs = "1 epoch" if event.epoch == 1 else f"{event.epoch} epochs"
    said = f"{how} after {epochs} and {event.step:,} steps in {event.seconds:.1f} s"
    found = [(name.replace("_", " "), getattr(event, name)) for name in FIGURES]
    figures = [_figure(name, value) for name, value in found if value is not None]
    return f"{said}: {', '.join(figures)}." if figures else f"{said}."


def _figure(name: str, value: float) -> str:
    return f"{name} {value:.2%}" if name.endswith("accuracy") else f"{name} {value:.4f}"
