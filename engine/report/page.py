"""A run as one page of HTML that needs nothing else: no script, no picture and no style sheet from anywhere."""

from collections.abc import Iterable
from html import escape
from importlib.resources import files

from engine.events import Failed, Finished
from engine.report import pictures
from engine.report.drawing import network
from engine.report.subject import Told

SHEET = "report.css"
NOT_MEASURED = "Not measured: this run keeps no weights, or its data are not here."
NOT_JUDGED = (
    "Not known: no epoch of this run has ended, or it was trained before outcomes were kept."
)


def style() -> str:
    """The style sheet of reports: colours for light and dark, and of the curves."""
    return files("resources").joinpath(SHEET).read_text("utf-8")


def page(told: Told) -> str:
    """The whole page."""
    title = f"{told.title}: {told.run.name}"
    parts = (
        f"<h1>{escape(told.title)} <small>{escape(told.run.name)}</small></h1>",
        f"<p>{escape(_outcome(told))}</p>",
        f'<p class="notes">{escape(told.notes)}</p>' if told.notes else "",
        _section("Network", network(told.run.graph), _pairs(_facts(told))),
        _section("Settings", _pairs(told.settings)),
        _section("Loss", pictures.losses(told)),
        _section(_share_title(told), pictures.shares(told)),
        _section("What happened", _moments(told)),
        _section("Gradients", *_gradients(told)),
        _section("Outcomes on dev", *_outcomes(told)),
        "<footer>Written by Chainrule. The test part was not looked at.</footer>",
    )
    body = "\n".join(part for part in parts if part)
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8"><title>{escape(title)}</title>\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<style>{style()}</style></head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _section(title: str, *parts: str) -> str:
    inside = "\n".join(part for part in parts if part)
    return f"<section><h2>{title}</h2>\n{inside}\n</section>" if inside else ""


def _pairs(entries: Iterable[tuple[str, str]]) -> str:
    rows = "".join(f"<div><dt>{escape(a)}</dt><dd>{escape(b)}</dd></div>" for a, b in entries)
    return f"<dl>{rows}</dl>" if rows else ""


def _outcome(told: Told) -> str:
    """How the run ended, in one sentence."""
    history = told.run.history
    far = f"{history.epoch:.4g} epochs, {history.step:,} steps, {history.seconds:,.1f} seconds"
    match history.ended:
        case Failed(message=message):
            return f"Failed after {far}. {message}"
        case Finished(reason=reason):
            how = {"done": "Done", "early": "Stopped early, for dev got no better"}
            return f"{how.get(reason, 'Stopped')}: {far}."
    return f"Not ended: {far} so far."


def _facts(told: Told) -> list[tuple[str, str]]:
    started, recipe, best = told.run.history.started, told.run.recipe, told.run.best
    facts = [("Data", recipe.dataset.title), ("Scaling", recipe.scaling)]
    if started is not None:
        facts += [
            ("Parameters", f"{started.parameters:,}"),
            ("Train examples", f"{started.train_examples:,}"),
            ("Dev examples", f"{started.dev_examples:,}"),
        ]
    if best is not None:
        facts.append(("Best dev loss", f"{best.dev_loss:.4g} after epoch {best.epoch}"))
    return facts


def _share_title(told: Told) -> str:
    return "R²" if any(series.name == "r2/dev" for series in told.series) else "Accuracy"


def _moments(told: Told) -> str:
    rows = "".join(
        f"<tr><td>{step:,}</td><td>{escape(text)}</td></tr>" for step, text in told.moments
    )
    return f"<table><tr><th>Step</th><th></th></tr>{rows}</table>" if rows else ""


def _gradients(told: Told) -> tuple[str, ...]:
    shown = pictures.signals(told)
    return (shown or f"<p>{NOT_MEASURED}</p>", pictures.signals_over_time(told))


def _outcomes(told: Told) -> tuple[str, ...]:
    if told.confusion is not None:
        return (_confusion(told),)
    shown = pictures.residuals(told)
    if not shown:
        return (f"<p>{NOT_JUDGED}</p>",)
    last = told.run.history.validated[-1]
    known = f"<p>R² {last.dev_r2:.4f} over all dev examples.</p>" if last.dev_r2 is not None else ""
    return (known, shown)


def _confusion(told: Told) -> str:
    """Counts by true class and outcome, with precision, recall and F1 of each class."""
    if told.confusion is None:
        return ""
    counts, found, names = told.confusion
    whole = counts.sum(1)
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    rows = []
    for row, name in enumerate(names):
        cells = "".join(
            _cell(int(count), int(whole[row]), right=row == column)
            for column, count in enumerate(counts[row])
        )
        figures = "".join(
            f"<td>{100 * float(values[row]):.1f} %</td>"
            for values in (found.precision, found.recall, found.f1)
        )
        rows.append(f"<tr><th>{escape(name)}</th>{cells}{figures}</tr>")
    said = (
        f"<p>{100 * counts.trace() / max(int(counts.sum()), 1):.1f} % right, "
        f"macro F1 {100 * found.macro_f1:.1f} %. Rows are true classes, columns what they were taken for.</p>"
    )
    titles = "<th>Precision</th><th>Recall</th><th>F1</th>"
    table = f"<tr><th></th>{head}{titles}</tr>{''.join(rows)}"
    return f'{said}<div class="wide"><table class="confusion">{table}</table></div>'


def _cell(count: int, whole: int, *, right: bool) -> str:
    share = count / whole if whole else 0.0
    colour = "right" if right else "wrong"
    strength = f"{0.1 + 0.6 * share**0.5:.2f}" if count else "0"
    return f'<td class="{colour}" style="--share:{strength}">{count or ""}</td>'
