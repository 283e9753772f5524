"""The words that the command line knows. It imports nothing: a program looks here before it loads anything."""

VERBS = (
    "new",
    "check",
    "train",
    "export",
    "report",
    "test",
    "import",
    "layers",
    "settings",
    "datasets",
    "templates",
)
