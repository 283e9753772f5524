"""Options and arguments that several verbs have in common."""

from pathlib import Path
from typing import Annotated

import typer

AsJson = Annotated[
    bool, typer.Option("--json", help="Print one JSON object a line, and nothing else.")
]
Trust = Annotated[
    bool,
    typer.Option(
        "--trust", help="Run the code of Code layers in FILE. Read it first if FILE is not yours."
    ),
]
File = Annotated[Path, typer.Argument(help="A project file.", metavar="FILE", show_default=False)]
