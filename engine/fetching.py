"""Files fetched from the network once and kept in the cache: with progress, left in the middle when nobody waits.

What was fetched is whole or not there: it is written beside, compared with its checksum, and renamed.
"""

import hashlib
import os
import time
from collections.abc import Callable, Sequence
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

from platformdirs import user_cache_path

from engine.samples import DataError
from engine.waiting import GivenUp, told

PATIENCE = 20.0  # s without an answer
PIECE = 1 << 16  # bytes between two looks whether somebody still waits
MOST = 2 << 30  # bytes of a file
AGAIN = 10.0  # s until a file that could not be fetched is asked for again: nobody waits for the same twice
_FAILED: dict[Path, tuple[float, str]] = {}


def kept(*parts: str) -> Path:
    """Where data from the network are kept; `CHAINRULE_CACHE` names another place for all that is cached."""
    given = os.environ.get("CHAINRULE_CACHE")
    return Path(given or user_cache_path("chainrule"), "data", *parts)


def fetched(urls: Sequence[str], to: Path, md5: str) -> Path:
    """The file, fetched from the first of these places that has it, unless it is there. Raises DataError, GivenUp."""
    if to.is_file():
        return to
    if (late := _FAILED.get(to)) is not None and time.monotonic() - late[0] < AGAIN:
        raise DataError(late[1])
    reasons = []
    for url in urls:
        try:
            _fetch(url, to, md5)
        except (OSError, HTTPException, ValueError) as error:
            reasons.append(f"{urlsplit(url).hostname or url}: {_reason(error)}")
        else:
            return to
    said = (
        f"{to.name} could not be fetched ({'; '.join(reasons)}). Is there a network? Try again later, or put the file "
        f"into {to.parent} yourself."
    )
    _FAILED[to] = time.monotonic(), said
    raise DataError(said)


def once(to: Path, work: Callable[[], None], name: str) -> Path:
    """A file that somebody else's library fetches and makes, unless it is there. Raises DataError, GivenUp."""
    if to.is_file():
        return to
    if (late := _FAILED.get(to)) is not None and time.monotonic() - late[0] < AGAIN:
        raise DataError(late[1])
    to.parent.mkdir(parents=True, exist_ok=True)
    try:
        work()
    except (DataError, GivenUp):
        raise
    except Exception as error:  # whatever a library of others makes of an answer, or of none
        said = f"{name} could not be fetched ({_reason(error)}). Is there a network, and is the name right?"
        _FAILED[to] = time.monotonic(), said
        raise DataError(said) from error
    return to


def _fetch(url: str, to: Path, md5: str) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    part = to.with_name(f"{to.name}.{os.getpid()}.part")
    digest, done = hashlib.md5(usedforsecurity=False), 0
    told(0, 0, f"Fetching {to.name}")
    try:
        with urlopen(url, timeout=PATIENCE) as answer, part.open("wb") as file:  # noqa: S310 (declared addresses)
            whole = int(answer.headers.get("Content-Length") or 0)
            while piece := answer.read(PIECE):
                done += len(piece)
                if done > MOST:
                    raise ValueError("it is far too long")
                digest.update(piece)
                file.write(piece)
                told(done, whole, f"Fetching {to.name}, {done / 1e6:,.1f} MB")
            file.flush()
            os.fsync(file.fileno())
        if digest.hexdigest() != md5:
            raise ValueError("what came is not what was expected, by its checksum")
        part.replace(to)
    finally:
        part.unlink(missing_ok=True)


def _reason(error: Exception) -> str:
    if isinstance(error, HTTPError):
        return f"it answered with {error.code}"
    if isinstance(error, TimeoutError) or isinstance(getattr(error, "reason", None), TimeoutError):
        return "no answer"
    if isinstance(error, URLError):
        inner = error.reason
        return getattr(inner, "strerror", None) or str(inner)
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
