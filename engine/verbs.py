"""The words that the command line knows. It imports nothing, so that a program can look here before it loads anything."""

VERBS = ("new", "check", "train", "layers", "datasets", "templates")
