"""`python3 -m engine` is the command line, and nothing but it."""

import sys


def main() -> int:
    """Obey the command line of this process; the exit code."""
    try:
        from engine.cli import main as obey
    except KeyboardInterrupt:
        return 130
    return obey()


if __name__ == "__main__":
    sys.exit(main())
