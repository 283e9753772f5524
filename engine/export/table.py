"""The page of help on export: each format, what it carries, and what it refuses; written from the declarations."""

from collections.abc import Iterator

from engine.export.formats import FORMATS

ROWS = (
    ("carries", "It carries"),
    ("sequences", "Sequences"),
    ("leaves", "It leaves out"),
)
"""What the table says of each format, and under which heading."""


def page() -> str:
    """The page as Markdown, as it is kept in `resources/help/export.md`."""
    lines = ["# Code out", "", INTRODUCTION, ""]
    heads = ["Format", *(title for _, title in ROWS)]
    lines += [f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}"]
    for kind in FORMATS.values():
        cells = [f"`--to {kind.name}`", *(str(getattr(kind, field)) for field, _ in ROWS)]
        lines.append(f"| {' | '.join(cells)} |")
    for kind in FORMATS.values():
        lines += ["", f"## {kind.title}", "", kind.help(), *_more(kind.name)]
    return "\n".join(lines) + "\n"


def _more(name: str) -> Iterator[str]:
    kind = FORMATS[name]
    if kind.needs:
        yield from ("", f'It needs {", ".join(kind.needs)}: `pip install "chainrule[export]"`.')
    if kind.refuses:
        yield from ("", "Refused by name, before anything is written:", "")
        for layer, reason in kind.refuses.items():
            yield f"- **{layer}**: {reason}"


INTRODUCTION = (
    "`chainrule export FILE --to FORMAT [--out PLACE]` hands a project on. The weights are those of its last run that "
    "fit the drawing, or fresh ones drawn with its seed. What a format cannot carry is refused, with the names of the "
    "layers that are in the way, before a file is written. Files that are there already stay as they are, unless "
    "`--force` is given."
)
