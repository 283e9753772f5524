"""The door: `chainrule`, `chainrule FILE`, `chainrule VERB …` and `python3 -m app` are the same.

The first word decides before anything of Qt or torch is imported.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from engine.verbs import VERBS

OPTIONS = frozenset({"--help", "-h", "--version"})
ASIDE = ["-P", "-m", "engine"]
"""How a process of its own is started (`engine.aside`); in a bundle, which is its own Python, it comes back here."""
COMPLETION = "_CHAINRULE_COMPLETE"  # set by a shell that asks what could be typed next


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line or open the window; the process's exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    if getattr(sys, "frozen", False) and words[: len(ASIDE)] == ASIDE:
        from engine.__main__ import main as run_aside

        sys.argv[1:] = words[len(ASIDE) :]
        return run_aside()
    if COMPLETION in os.environ or (
        words and (words[0] in VERBS or words[0] in OPTIONS or words[0].startswith("-"))
    ):
        try:
            from engine.cli import main as run_command  # torch only where it is needed
        except KeyboardInterrupt:
            return 130
        return run_command(words)
    if len(words) > 1:
        sys.stderr.write(f"chainrule opens one FILE, or takes one of {', '.join(VERBS)} first.\n")
        return 2
    if words and _is_no_file(words[0]):
        sys.stderr.write(
            f"There is neither a verb nor a file called {words[0]}. “chainrule --help” lists the verbs.\n"
        )
        return 2
    return _open_window(Path(words[0]) if words else None)


def _is_no_file(word: str) -> bool:
    """Whether a word is a slip of the pen rather than a file that has gone, of which the window tells."""
    return not (os.path.lexists(word) or os.sep in word or "." in word)


def _open_window(path: Path | None) -> int:
    from app.launch.system import lacking  # not before the first word is known

    if (reason := lacking()) is not None:
        sys.stderr.write(f"{reason}\n")
        return 1
    from app.launch.application import run  # Qt loads from here on

    try:
        return run(path)
    except KeyboardInterrupt:  # while loading; later the window hears of it itself
        return 130


if __name__ == "__main__":
    sys.exit(main())
