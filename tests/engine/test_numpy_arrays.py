"""NumPy's files: which array is what, how its axes are read, and what is said of those that cannot be."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest

from engine import array_files
from engine.array_roles import role
from engine.axes import Image, Labels, Row, Sequence, Signal, Values, Volume
from engine.dataset import DataError, Recipe, datasets_at
from engine.datasets.numpy_arrays import NumpyArrays
from engine.streamed import Streamed
from engine.waiting import GivenUp, heard_by

CHANCE = np.random.default_rng(0)
LABELS = np.arange(30) % 3


def saved(path: Path, packed: bool = False, **arrays: np.ndarray) -> NumpyArrays:
    (np.savez_compressed if packed else np.savez)(path, **arrays)
    return NumpyArrays(file=str(path))


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("x", ("x", "")), ("X", ("x", "")), ("y", ("y", "")), ("x_train", ("x", "train")), ("trainX", ("x", "train")),
        ("XTest", ("x", "test")), ("xtest", ("x", "test")), ("y-val", ("y", "dev")), ("train_images", ("x", "train")),
        ("val_labels", ("y", "dev")), ("image_labels", ("y", "")), ("Features", ("x", "")), ("arr_0", ("x", "")),
        ("arr_1", ("y", "")), ("arr_2", None), ("weights", None), ("testing targets", ("y", "test")), ("", None),
        ("ytrain", ("y", "train")), ("y_valid", ("y", "dev")),
    ],
)  # fmt: skip
def test_names_say_what_arrays_are(name: str, wanted: object) -> None:
    assert role(name) == wanted


@pytest.mark.parametrize("packed", [False, True])
def test_the_parts_of_an_npz_stay_as_they_are(tmp_path: Path, packed: bool) -> None:
    images = CHANCE.integers(0, 256, (42, 6, 5), np.uint8)
    labels = np.arange(42) % 3
    found = saved(
        tmp_path / "mnist.npz", packed,
        x_train=images[:30], y_train=labels[:30], x_test=images[30:36], y_test=labels[30:36],
        x_val=images[36:], y_val=labels[36:],
    )  # fmt: skip
    assert found in datasets_at(tmp_path / "mnist.npz")
    data = Recipe.usual(found).prepare()
    assert (data.train.count, data.dev.count, data.sealed.count) == (30, 6, 6)
    for part, wanted in ((data.train, slice(30)), (data.dev, slice(36, 42))):
        order = part.indices
        np.testing.assert_array_equal(
            part.inputs[np.argsort(order)], images[wanted][:, None] / np.float32(255)
        )
        np.testing.assert_array_equal(part.targets[np.argsort(order)], labels[wanted])
    assert data.axes == Image(1, 6, 5)
    assert data.scale is None


@pytest.mark.parametrize(
    ("shape", "kind", "form", "axes"),
    [
        ((7,), "f8", "guessed", Row(7)),
        ((), "f4", "guessed", Row(1)),
        ((9, 9), "f4", "guessed", Image(1, 9, 9)),
        ((9, 4), "f4", "guessed", Sequence(9, 4)),
        ((9, 4), "u1", "guessed", Image(1, 9, 4)),
        ((9, 4), "f4", "signals", Signal(9, 4)),
        ((9, 4), ">i2", "rows", Row(36)),
        ((8, 6, 3), "u1", "guessed", Image(3, 8, 6)),
        ((3, 8, 6), "f2", "guessed", Image(3, 8, 6)),
        ((8, 6, 5), "f4", "guessed", Image(8, 6, 5)),
        ((2, 4, 5, 6), "f4", "guessed", Volume(2, 4, 5, 6)),
        ((4, 5, 6, 1), "f4", "guessed", Volume(1, 4, 5, 6)),
        ((5,), "?", "guessed", Row(5)),
    ],
)
@pytest.mark.parametrize("order", ["C", "F"])
def test_axes_are_what_they_look_like_or_what_is_said(
    tmp_path: Path, shape: tuple[int, ...], kind: str, form: str, axes: object, order: str
) -> None:
    array = (CHANCE.random((30, *shape)) * 9).astype(kind, order=order)
    found = saved(tmp_path / "own.npz", x=array, y=LABELS).model_copy(update={"form": form})
    samples = found.load()
    assert samples.axes == axes
    moved = (
        np.moveaxis(array, -1, 1)
        if isinstance(axes, Image | Volume) and shape[-1] in (1, 3)
        else array
    )
    wanted = moved.reshape(30, *axes.sizes).astype(np.float32)
    if kind == "u1":
        wanted /= np.float32(255)
    np.testing.assert_array_equal(samples.inputs, wanted)


def test_bytes_of_a_table_are_no_shades(tmp_path: Path) -> None:
    table = CHANCE.integers(0, 200, (30, 4), np.uint8)
    np.testing.assert_array_equal(saved(tmp_path / "t.npz", x=table, y=LABELS).load().inputs, table)
    assert Recipe.usual(NumpyArrays(file=str(tmp_path / "t.npz"))).scaling == "standardise"


TARGETS = {
    "whole": (LABELS, Labels(("0", "1", "2"))),
    "column": (LABELS[:, None].astype(np.uint8), Labels(("0", "1", "2"))),
    "from two on": (LABELS + 2, Labels(("2", "3", "4"))),
    "words": (np.array(["cat", "dog", "eel"])[LABELS], Labels(("cat", "dog", "eel"))),
    "bytes": (np.array([b"cat", b"dog", b"eel"])[LABELS], Labels(("cat", "dog", "eel"))),
    "yes or no": (LABELS == 1, Labels(("False", "True"))),
    "decimals that are whole": (LABELS.astype(float), Labels(("0", "1", "2"))),
    "one of each": (np.eye(3)[LABELS], Labels(("0", "1", "2"))),
    "negative": (np.where(LABELS == 1, 1, -1), Labels(("-1", "1"))),
    "decimals": (LABELS + 0.5, Values(("value",))),
    "many whole": (np.arange(30), Values(("value",))),
    "rows": (CHANCE.random((30, 2)), Values(("value 1", "value 2"))),
}


@pytest.mark.parametrize("kind", TARGETS)
def test_targets_are_classes_or_values(tmp_path: Path, kind: str) -> None:
    written, target = TARGETS[kind]
    samples = saved(tmp_path / "own.npz", x=np.ones((30, 2)), y=written).load()
    assert samples.target == target
    if isinstance(target, Values):
        np.testing.assert_array_equal(samples.targets, written.reshape(30, -1).astype(np.float32))
    else:
        wanted = written.argmax(1) if kind == "one of each" else written.reshape(30)
        assert [target.names[n] for n in samples.targets] == [
            str(
                int(w) if kind.startswith("decimals") else w.decode() if isinstance(w, bytes) else w
            )
            for w in wanted
        ]


def test_what_is_guessed_can_be_said_instead(tmp_path: Path) -> None:
    found = saved(
        tmp_path / "own.npz", apples=np.ones((30, 2)), pears=LABELS, x=np.ones(3), y=np.ones(3)
    )
    chosen = found.model_copy(update={"samples": "apples", "targets": "pears", "target": "values"})
    samples = chosen.load()
    assert samples.target == Values(("value",))
    np.testing.assert_array_equal(samples.targets[:, 0], LABELS)
    with pytest.raises(DataError, match="no array called appels. Did you mean apples"):
        found.model_copy(update={"samples": "appels"}).load()


def test_classes_have_the_names_that_an_array_gives_them(tmp_path: Path) -> None:
    names = np.array(["T-shirt", "Trouser", "Pullover", "never seen"])
    found = saved(tmp_path / "f.npz", images=np.ones((30, 4, 4)), labels=LABELS, class_names=names)
    assert found.load().target.names == ("T-shirt", "Trouser", "Pullover")


def test_files_side_by_side_and_a_table_alone(tmp_path: Path) -> None:
    x = CHANCE.random((30, 4)).astype(np.float32)
    np.save(tmp_path / "X.npy", x)
    np.save(tmp_path / "y.npy", LABELS)
    for place in (tmp_path, tmp_path / "X.npy"):
        found = NumpyArrays(file=str(place))
        assert found in datasets_at(place)
        np.testing.assert_array_equal(found.load().inputs, x)
    (tmp_path / "alone").mkdir()
    table = tmp_path / "alone" / "table.npy"
    np.save(table, np.column_stack([x, LABELS]))
    samples = NumpyArrays(file=str(table)).load()
    np.testing.assert_array_equal(samples.inputs, x)
    assert samples.targets.tolist() == LABELS.tolist()


@pytest.mark.parametrize("packed", [False, True])
def test_what_is_large_stays_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packed: bool
) -> None:
    monkeypatch.setattr("engine.streamed.IN_MEMORY", 0)
    x = CHANCE.random((30, 4)).astype(np.float32)
    found = saved(tmp_path / "large.npz", packed, x=x, y=LABELS)
    head = array_files.heads(tmp_path / "large.npz")["x"]
    assert isinstance(array_files.array_of(head), np.memmap) != packed
    samples = found.load()
    assert isinstance(samples.inputs, Streamed)
    np.testing.assert_array_equal(samples.inputs, x)
    scaled = Recipe(dataset=found, scaling="standardise").prepare()
    np.testing.assert_allclose(np.asarray(scaled.train.inputs).mean(0), 0, atol=1e-5)


def bad(**arrays: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    return stream.getvalue()


X = np.ones((30, 4))
LIES = (
    b"\x93NUMPY\x01\x00v\x00"
    + b"{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999, 9), }".ljust(117)
    + b"\n"
)
BAD = {
    "objects": (bad(x=np.array([[1, 2], [3]], object), y=LABELS), "x in own.npz holds Python objects: a pickle"),
    "nothing": (b"", "own.npz is no file of NumPy's"),
    "text": (b"x,y\n1,2\n", "own.npz is no file of NumPy's"),
    "cut off": (bad(x=X, y=LABELS)[:-300], "own.npz is no file of NumPy's"),
    "no arrays": (bad(), "holds no arrays"),
    "no targets": (bad(x=X, z=LABELS), r"holds x \(30×4\), z \(30\), of which no names say targets"),
    "no samples": (bad(a=X, y=LABELS), "of which no names say samples"),
    "samples alone": (bad(x=np.ones((30, 4, 4))), "is alone, so there is nothing to learn"),
    "other counts": (bad(x=X, y=LABELS[:29]), "holds 30 examples, but there are 29 targets"),
    "no examples": (bad(x=X[:0], y=LABELS[:0]), "holds no examples"),
    "a number": (bad(x=np.float64(3), y=LABELS), "is a single number|of sizes"),
    "words": (bad(x=np.array(["a"] * 30), y=LABELS), "samples are of the kind <U1, but a network reads numbers"),
    "complex": (bad(x=X + 1j, y=LABELS), "samples are of the kind complex128"),
    "times": (bad(x=X, y=LABELS.astype("M8[s]")), "targets are of the kind datetime64"),
    "one class": (bad(x=X, y=LABELS * 0), "All examples are of one class, 0"),
    "missing": (bad(x=np.where(X == 1, np.nan, X), y=LABELS), "missing or infinite"),
    "beyond 32 bits": (bad(x=X * 1e300, y=LABELS), "missing or infinite"),
    "no value": (bad(x=X, y=np.where(LABELS == 1, np.nan, LABELS + 0.5)), "targets are missing or infinite"),
    "five axes": (bad(x=np.ones((30, 2, 2, 2, 2, 2)), y=LABELS), "has the sizes 2×2×2×2×2, which cannot be volumes"),
    "pictures of targets": (bad(x=X, y=np.ones((30, 2, 2))), "targets are of sizes 2×2 each"),
    "unlike parts": (
        bad(x_train=X, y_train=LABELS, x_test=X[:, :3], y_test=LABELS), "samples of the parts are not of one size"
    ),
    "unlike targets": (
        bad(x_train=X, y_train=LABELS, x_test=X, y_test=LABELS.astype(str)), "targets of the parts are not of one kind"
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD)
def test_what_is_wrong_is_said(tmp_path: Path, kind: str) -> None:
    raw, said = BAD[kind]
    (tmp_path / "own.npz").write_bytes(raw)
    with pytest.raises(DataError, match=said):
        NumpyArrays(file=str(tmp_path / "own.npz")).load()


def test_sizes_that_lie_take_no_memory(tmp_path: Path) -> None:
    (tmp_path / "x.npy").write_bytes(LIES + bytes(64))
    with zipfile.ZipFile(tmp_path / "own.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.npy", LIES + bytes(10_000))
    for name in ("x.npy", "own.npz"):
        with pytest.raises(
            DataError, match="says that it holds 7,199,999,999,928 bytes of numbers, but there are"
        ):
            NumpyArrays(file=str(tmp_path / name)).load()


def test_a_packed_array_that_is_too_large_is_refused(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(array_files, "MOST_UNPACKED", 500)
    with pytest.raises(
        DataError, match="x in own.npz is packed .* Write it with np.savez or np.save"
    ):
        saved(tmp_path / "own.npz", packed=True, x=X, y=LABELS).load()


def test_waiting_for_a_packed_array_can_be_given_up(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(array_files, "PIECE", 100)
    found = saved(tmp_path / "own.npz", packed=True, x=X, y=LABELS)
    heard: list[tuple[float, str]] = []

    def listener(share: float, what: str) -> bool:
        heard.append((share, what))
        return len(heard) < 3

    with heard_by(listener), pytest.raises(GivenUp):
        found.load()
    assert [share for share, _ in heard] == [100 / 960, 200 / 960, 300 / 960]
    assert heard[0][1] == "Unpacking x"


@pytest.mark.parametrize("name", ["gone.npz", "own.txt", "folder"])
def test_other_files_are_none_of_these(tmp_path: Path, name: str) -> None:
    (tmp_path / "own.txt").write_text("1 2")
    (tmp_path / "folder").mkdir()
    assert not any(isinstance(found, NumpyArrays) for found in datasets_at(tmp_path / name))
    with pytest.raises(DataError, match="is not there|is none of NumPy's|holds no .npy files"):
        NumpyArrays(file=str(tmp_path / name)).load()
