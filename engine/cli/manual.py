"""The manual, made of what the verbs declare: pages for people in the terminal, and pages for `man`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import fill, indent
from typing import Any, cast

from engine.cli.declared import Declared
from engine.cli.say import EXITS
from engine.logs import log_file

WIDTH = 92
NAME = "chainrule"
FILES = (
    "What a run needs is in the project file; its earlier versions lie beside it, under names that end in ~.",
    f"What was done, and what went wrong, is written down in {log_file()}, "
    "a megabyte at a time; two older files are kept.",
)


@dataclass(frozen=True, slots=True)
class Option:
    """An option or an argument: how it is written, and what it is for."""

    usage: str
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """All that is known of a verb; of the program itself, where `verb` is empty."""

    verb: str
    declared: Declared
    synopsis: str
    options: tuple[Option, ...]

    @property
    def name(self) -> str:
        """What `man` knows it by."""
        return f"{NAME}-{self.verb}" if self.verb else NAME

    @property
    def sections(self) -> Mapping[str, tuple[str | Option, ...]]:
        """Title and content of each section: paragraphs, and entries of lists."""
        first, *rest = self.declared.paragraphs
        records = tuple(
            Option(record.event, ", ".join([*record.fields, *(f"{n} (perhaps)" for n in record.optional)]))
            for record in self.declared.records
        )  # fmt: skip
        found: dict[str, tuple[str | Option, ...]] = {
            "NAME": (f"{self.name} − {first}",),
            "SYNOPSIS": (self.synopsis,),
            "DESCRIPTION": tuple(rest),
            "OPTIONS" if self.verb else "VERBS": self.options,
            "EXAMPLES": self.declared.examples,
            "JSON": ((JSON, *records) if records else ()),
            "EXIT STATUS": tuple(Option(str(code), text) for code, text in EXITS.items()),
            "FILES": FILES,
        }
        return {title: content for title, content in found.items() if content}


JSON = "With --json there is one JSON object a line on stdout and nothing else; “event” says which, with the fields"


def pages(command: Any, verbs: Mapping[str, Declared], whole: Declared) -> tuple[Page, ...]:
    """The page of the program and that of each verb, of a parser and of what is declared."""
    entries = tuple(Option(name, said.paragraphs[0]) for name, said in verbs.items())
    first = Page("", whole, f"{NAME} [FILE]  |  {NAME} VERB …", entries)
    return (first, *(_page(command.commands[name], name, said) for name, said in verbs.items()))


def _page(command: Any, name: str, said: Declared) -> Page:
    shown = [one for one in command.params if not getattr(one, "hidden", False)]
    arguments = [one for one in shown if one.param_type_name == "argument"]
    words = " ".join(_named(one) for one in arguments)
    more = " [OPTIONS]" if len(arguments) < len(shown) else ""
    entries = tuple(Option(_usage(one), str(one.help or "")) for one in shown)
    return Page(name, said, f"{NAME} {name}{more} {words}".rstrip(), entries)


def _named(argument: Any) -> str:
    name = cast(str, argument.metavar or argument.name.upper())
    more = "..." if argument.nargs == -1 and " " not in name else ""
    return f"{name}{more}" if argument.required else f"[{name}]{more}"


def _usage(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return _named(parameter)
    flags = ", ".join(sorted(parameter.opts, key=len))
    return flags if parameter.is_flag else f"{flags} {parameter.metavar or ''}".rstrip()


# -- in the terminal ------------------------------------------------------------------------------


def as_text(page: Page) -> str:
    """A page as it is read in a terminal."""
    blocks = []
    for title, content in page.sections.items():
        lines = [_as_lines(one, as_is=title in ("SYNOPSIS", "EXAMPLES")) for one in content]
        gap = "\n" if title in ("EXAMPLES", "EXIT STATUS", "JSON", "VERBS") else "\n\n"
        blocks.append(f"{title}\n{gap.join(lines)}\n")
    return "\n".join(blocks)


def _as_lines(one: str | Option, *, as_is: bool) -> str:
    match one:
        case str():
            return indent(one if as_is else fill(one, WIDTH - 4), "    ")
        case Option(usage, text):
            if len(usage) <= 10:
                return fill(
                    text, WIDTH, initial_indent=f"    {usage:<12}", subsequent_indent=" " * 16
                )
            return f"    {usage}\n{fill(text, WIDTH, initial_indent=' ' * 8, subsequent_indent=' ' * 8)}"


# -- for man --------------------------------------------------------------------------------------


def write(found: tuple[Page, ...], folder: Path) -> tuple[Path, ...]:
    """Write a page for `man` of each into folder/man1; where they are. Raises OSError."""
    place = folder / "man1"
    place.mkdir(parents=True, exist_ok=True)
    files = []
    for page in found:
        files.append(place / f"{page.name}.1")
        files[-1].write_text(as_roff(page, found), encoding="utf-8")
    return tuple(files)


def as_roff(page: Page, found: tuple[Page, ...]) -> str:
    """A page in the language of man(7)."""
    lines = [f'.TH {page.name.upper()} 1 "" "Chainrule" "Chainrule\'s manual"']
    for title, content in page.sections.items():
        lines += [f'.SH "{title}"', *_roff(content, as_is=title in ("SYNOPSIS", "EXAMPLES"))]
    others = [
        other.name for other in found if other is not page and bool(page.verb) != bool(other.verb)
    ]
    lines += ['.SH "SEE ALSO"', ", ".join(f"{_escaped(name)}(1)" for name in others)]
    return "\n".join(lines) + "\n"


def _roff(content: tuple[str | Option, ...], *, as_is: bool) -> Iterator[str]:
    for one in content:
        match one:
            case str():
                yield from (".PP", *((".nf", _escaped(one), ".fi") if as_is else (_escaped(one),)))
            case Option(usage, text):
                yield from (".TP", f"\\fB{_escaped(usage)}\\fR", _escaped(text))


def _escaped(text: str) -> str:
    """Text in which nothing is an order to the typesetter."""
    safe = text.replace("\\", "\\e").replace("-", "\\-").replace("−", "\\-")
    return f"\\&{safe}" if safe.startswith((".", "'")) else safe
