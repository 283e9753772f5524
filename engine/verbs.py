"""The words that the command line knows. It imports nothing: a program looks here before it loads anything."""

VERBS = (
    "new",
    "check",
    "runs",
    "schema",
    "train",
    "generate",
    "resume",
    "predict",
    "export",
    "report",
    "test",
    "import",
    "layers",
    "settings",
    "datasets",
    "templates",
    "help",
    "manual",
    "completion",
    "desktop",
)
