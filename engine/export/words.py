"""How code is laid out: values as literals, and calls in lines of at most 100 columns, as ruff would set them."""

from collections.abc import Mapping, Sequence

WIDTH = 100
INDENT = "    "
BRACKETS: Mapping[type, tuple[str, str]] = {list: ("[", "]"), tuple: ("(", ")")}


class NoLiteral(ValueError):  # noqa: N818 - says what happened, as people do
    """A value that cannot be written down as Python."""


def literal(value: object) -> str:
    """A value as Python, on one line. Raises NoLiteral."""
    match value:
        case str():
            return quoted(value)
        case float() if value != value or value in (float("inf"), float("-inf")):  # noqa: PLR0124 (NaN)
            return f'float("{value}")'
        case bool() | int() | float() | None:
            return repr(value)
        case tuple():
            inside = ", ".join(map(literal, value))
            return f"({inside},)" if len(value) == 1 else f"({inside})"
        case list():
            return f"[{', '.join(map(literal, value))}]"
        case Mapping():
            pairs = (f"{literal(name)}: {literal(inner)}" for name, inner in value.items())
            return f"{{{', '.join(pairs)}}}"
    raise NoLiteral(f"{type(value).__name__} {value!r}")


def quoted(text: str) -> str:
    """A text in double quotes, or in single ones where it holds double ones alone."""
    plain = repr(text)
    if plain[0] == "'" and '"' not in text:
        return f'"{plain[1:-1]}"'
    return plain


def laid_out(before: str, value: object, after: str, indent: str) -> list[str]:
    """`before` + value + `after` in lines: on one if it fits, otherwise an entry a line."""
    line = f"{indent}{before}{literal(value)}{after}"
    if len(line) <= WIDTH or not isinstance(value, list | tuple | Mapping) or not value:
        return [line]
    opening, closing = BRACKETS.get(type(value), ("{", "}"))
    lines = [f"{indent}{before}{opening}"]
    if isinstance(value, Mapping):
        for name, inner in value.items():
            lines += laid_out(f"{literal(name)}: ", inner, ",", indent + INDENT)
    else:
        for inner in value:
            lines += laid_out("", inner, ",", indent + INDENT)
    return [*lines, f"{indent}{closing}{after}"]


def called(
    head: str,
    arguments: Sequence[str | tuple[str, object]],
    tail: str = "",
    indent: str = "",
    comment: str = "",
) -> list[str]:
    """The lines of `head(arguments)tail  # comment`.

    An argument is a piece of code, or what stands before a value (such as `bias=`) and the value.
    """
    flat = [part if isinstance(part, str) else part[0] + literal(part[1]) for part in arguments]
    said = f"  # {comment}" if comment else ""
    line = f"{indent}{head}({', '.join(flat)}){tail}"
    if len(line) + len(said) <= WIDTH:
        return [line + said]
    if len(line) <= WIDTH:
        return [*commented(f"It gives {comment}.", indent), line]
    inner = f"{indent}{INDENT}{', '.join(flat)}"
    end = f"{indent}){tail}{said}"
    if len(inner) <= WIDTH:
        return [f"{indent}{head}(", inner, end]
    lines = [f"{indent}{head}("]
    for part in arguments:
        if isinstance(part, str):
            lines.append(f"{indent}{INDENT}{part},")
        else:
            lines += laid_out(part[0], part[1], ",", indent + INDENT)
    return [*lines, end]


def commented(text: str, indent: str = "") -> list[str]:
    """A comment on lines of its own."""
    return [f"{indent}# {line}" for line in wrapped(text, WIDTH - len(indent) - 2)] if text else []


def wrapped(text: str, width: int) -> list[str]:
    """A text in lines of at most so many letters; longer words stay whole."""
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def indented(lines: Sequence[str], by: str = INDENT) -> list[str]:
    """The lines further in; empty ones stay empty."""
    return [by + line if line else line for line in lines]
