"""Files that travel with the program: icons, fonts, templates, data. Found alike in a clone, a wheel and a bundle."""

from importlib.resources import files
from importlib.resources.abc import Traversable


def resource(*parts: str) -> Traversable:
    """The file or folder at `parts` below this package, e.g. `resource("icons", "play.svg")`."""
    return files(__name__).joinpath(*parts)
