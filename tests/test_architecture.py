"""The house keeps its shape: floors, sizes, names, one declaration a thing, and an engine without a screen."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted(
    path for room in ("app", "engine", "resources") for path in (ROOT / room).rglob("*.py")
)
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "constants"}
LONGEST_FILE, LONGEST_FUNCTION = 300, 40
TOP = {
    "app",
    "engine",
    "resources",
    "tests",
    "pyproject.toml",
    "README.md",
    "LICENSE",
    "CONTRIBUTING.md",
}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (
        node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_room_is_small_and_says_what_it_owns(path: Path) -> None:
    text = path.read_text()
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "the module docstring says what it owns"
    assert path.stem not in FORBIDDEN_NAMES
    assert len(text.splitlines()) <= LONGEST_FILE
    for function in functions(tree):
        first = function.body[0].lineno
        length = (function.end_lineno or first) - first + 1
        assert length <= LONGEST_FUNCTION, f"{function.name} has {length} lines"


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_nothing_read_is_ever_run(path: Path) -> None:
    """No pickle, eval, exec; torch.load only with weights_only=True."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            assert not {"pickle", "marshal", "shelve", "dill"} & {name.name for name in node.names}
        if isinstance(node, ast.ImportFrom):
            assert node.module not in {"pickle", "marshal", "shelve", "dill"}
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if (
                path.stem != "snippet"
            ):  # the one place, for the code of Code layers that are trusted
                assert called not in {"eval", "exec", "compile"}
            if called in {"torch.load", "np.load", "numpy.load"}:
                safe = {"weights_only=True", "allow_pickle=False"}
                assert safe & {ast.unparse(word) for word in node.keywords}


def test_threads_are_known_to_two_rooms() -> None:
    """One trains, one reads ahead of it; the window's room only hears of faults in them."""
    marks = ("import threading", "from threading", "concurrent.futures")
    users = [name_of(path) for path in SOURCES if any(m in path.read_text() for m in marks)]
    assert users == ["app/launch/faults.py", "engine/ahead.py", "engine/runner.py"]


def test_every_engine_room_imports_where_qt_cannot() -> None:
    rooms = [
        name_of(path).removesuffix(".py").replace("/", ".")
        for path in SOURCES
        if path.parts[len(ROOT.parts)] == "engine" and path.name != "__main__.py"
    ]
    program = (
        "import sys, importlib\n"
        "for name in ('PySide6', 'pyqtgraph', 'shiboken6'): sys.modules[name] = None\n"
        f"for room in {rooms!r}: importlib.import_module(room.removesuffix('.__init__'))\n"
        "assert not any(n.startswith(('PySide6.', 'pyqtgraph.')) for n in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_declarations_do_not_load_torch() -> None:
    """The catalogue, data sets and settings are at hand before torch is: the window need not wait."""
    program = (
        "import sys, engine.layers, engine.datasets, engine.settings, engine.graph\n"
        "assert 'torch' not in sys.modules and 'sklearn' not in sys.modules\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_top_level_holds_what_was_agreed() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout
    if not listed:
        pytest.fail("the tests run in a git checkout")
    top = {line.split("/")[0] for line in listed.splitlines()}
    assert {name for name in top if not name.startswith(".")} <= TOP


def test_tests_are_no_package() -> None:
    assert not list((ROOT / "tests").rglob("__init__.py"))
