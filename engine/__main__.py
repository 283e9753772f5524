"""`python3 -m engine` is the command line, and nothing but it."""

import sys

from engine.cli import main

if __name__ == "__main__":
    sys.exit(main())
