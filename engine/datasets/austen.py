"""A novel."""

from importlib.resources.abc import Traversable

from engine.datasets.text import _Text
from resources import resource


class Austen(_Text, title="Pride and Prejudice"):
    """Jane Austen's novel of 1813, 0.7 million characters: a text for language models.

    The last tenth is the dev part, the twentieth before it the test part. In the public domain; from the package
    janeaustenr.
    """

    def source(self) -> Traversable:
        return resource("data", "pride_and_prejudice.txt")
