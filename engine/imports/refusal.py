"""Why a module cannot be brought in, as a sentence."""


class ImportRefused(Exception):  # noqa: N818 - says what happened, as people do
    """A module that cannot be brought in: its text says why; `detail` is what Python said, `where` the submodule."""

    def __init__(self, sentence: str, *, detail: str = "", where: str = "") -> None:
        super().__init__(sentence)
        self.detail, self.where = detail, where
