"""What the system lacks for a window, found out before Qt is asked, and said in one line each."""

import ctypes
import os
import sys
from collections.abc import Mapping

PACKAGES = (
    "libegl1 libgl1 libxkbcommon0 libdbus-1-3 libfontconfig1 libglib2.0-0 "
    "libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxkbcommon-x11-0"
)
"""Debian's and Ubuntu's names of what Qt needs on a bare system."""

X11_LIBRARIES = (
    "libxcb-cursor.so.0",
    "libxcb-icccm.so.4",
    "libxcb-keysyms.so.1",
    "libxcb-shape.so.0",
    "libxkbcommon-x11.so.0",
)
"""What Qt's X11 plugin loads; without one of them Qt aborts the process."""

WITHOUT_SCREEN = frozenset({"offscreen", "minimal", "vnc", "linuxfb", "eglfs"})


def lacking(environment: Mapping[str, str] = os.environ) -> str | None:
    """Why no window can be opened here, in one line; None if one can."""
    return _no_qt() or (_no_display(environment) if sys.platform == "linux" else None)


def _no_qt() -> str | None:
    try:
        import PySide6.QtWidgets  # noqa: F401 - the question is whether it can be loaded
    except ImportError as error:
        if "PySide6" in str(error) and "cannot open" not in str(error):
            return (
                f"Chainrule's window needs PySide6: {error}. Install it with pip install chainrule."
            )
        return _missing(str(error).split(":")[0])
    return None


def _no_display(environment: Mapping[str, str]) -> str | None:
    platform = environment.get("QT_QPA_PLATFORM", "").split(":")[0].split(";")[0]
    if platform in WITHOUT_SCREEN:
        return None
    if environment.get("WAYLAND_DISPLAY") and platform != "xcb":
        return None  # Qt tries Wayland first and brings what that needs
    if not environment.get("DISPLAY"):
        return (
            "There is no screen here: neither DISPLAY nor WAYLAND_DISPLAY is set. "
            "Start Chainrule on a desktop, or use chainrule train FILE, which needs no screen."
        )
    return next((_missing(name) for name in X11_LIBRARIES if not _loads(name)), None)


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def _missing(name: str) -> str:
    return f"The system library {name} is missing. On Debian or Ubuntu: sudo apt install {PACKAGES}"
