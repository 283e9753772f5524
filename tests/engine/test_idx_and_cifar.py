"""The files of MNIST and of CIFAR, with all that can be wrong about them."""

import gzip
import pickle
import struct
from pathlib import Path

import numpy as np
import pytest

from engine.axes import Image, Row
from engine.dataset import DataError, Recipe, datasets_at
from engine.datasets.cifar_binary import CifarBinary
from engine.datasets.idx_files import KINDS, IdxFiles, read_idx

KINDS_OF_STRUCT = {"u1": "B", "i1": "b", "i2": "h", "i4": "i", "f4": "f", "f8": "d"}
CODES = {np.dtype(kind): code for code, kind in KINDS.items()}


def written(path: Path, array: np.ndarray) -> Path:
    stored = array.astype(array.dtype.newbyteorder(">"))
    head = struct.pack(f">HBB{array.ndim}I", 0, CODES[stored.dtype], array.ndim, *array.shape)
    packed = gzip.compress if path.suffix == ".gz" else bytes
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(packed(head + stored.tobytes()))
    return path


def digits(
    folder: Path, names: str = "{}-{}-idx{}-ubyte", test: str = "t10k", first: int = 0
) -> Path:
    chance = np.random.default_rng(0)
    for part, count in (("train", 40), (test, 10)):
        images = chance.integers(0, 256, (count, 6, 5), np.uint8)
        written(folder / names.format(part, "images", 3), images)
        labels = (np.arange(count) % 4 + first).astype(np.uint8)
        written(folder / names.format(part, "labels", 1), labels)
    return folder


NAMES = [
    "{}-{}-idx{}-ubyte",
    "{}-{}-idx{}-ubyte.gz",
    "{}-{}.idx{}-ubyte",
    "emnist-letters-{}-{}-idx{}-ubyte.gz",
]


@pytest.mark.parametrize("names", NAMES)
@pytest.mark.parametrize("test", ["t10k", "test"])
def test_four_files_are_one_data_set_with_its_test_part(
    tmp_path: Path, names: str, test: str
) -> None:
    folder = digits(tmp_path / "set", names, test, first=1)
    (folder / "readme.txt").write_text("about letters")
    images = folder / names.format("train", "images", 3)
    for found in (folder, images):
        assert IdxFiles(file=str(found)) in datasets_at(found)
        data = Recipe(dataset=IdxFiles(file=str(found))).prepare()
        assert (data.train.count + data.dev.count, data.sealed.count) == (40, 10)
        assert data.axes == Image(1, 6, 5)
        assert data.target.names == ("1", "2", "3", "4")
        assert (data.sealed.open().indices >= 40).all()


def test_two_files_are_shared_out(tmp_path: Path) -> None:
    folder = digits(tmp_path)
    for name in ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"):
        (folder / name).unlink()
    data = Recipe(dataset=IdxFiles(file=str(folder))).prepare()
    assert data.train.count + data.dev.count + data.sealed.count == 40


@pytest.mark.parametrize("dtype", ["u1", "i1", "i2", "i4", "f4", "f8"])
def test_numbers_of_all_kinds_are_read(tmp_path: Path, dtype: str) -> None:
    array = (np.arange(-12, 12).reshape(2, 3, 4) * 3).astype(dtype)
    path = written(tmp_path / "x-images-idx3", array)
    np.testing.assert_array_equal(read_idx(path), array)
    assert read_idx(path).dtype.itemsize == array.dtype.itemsize
    last = struct.unpack(">" + KINDS_OF_STRUCT[dtype], path.read_bytes()[-array.itemsize :])[0]
    assert read_idx(path)[1, 2, 3] == last


@pytest.mark.parametrize(
    ("shape", "axes"),
    [
        ((6, 5, 3), Image(3, 6, 5)),
        ((3, 6, 5), Image(3, 6, 5)),
        ((7,), Row(7)),
        ((6, 5), Image(1, 6, 5)),
    ],
)
def test_pictures_of_any_order_and_rows(
    tmp_path: Path, shape: tuple[int, ...], axes: object
) -> None:
    array = np.random.default_rng(0).integers(0, 256, (12, *shape), np.uint8)
    written(tmp_path / "train-images-idx4", array)
    written(tmp_path / "train-labels-idx1", (np.arange(12) % 2).astype(np.uint8))
    samples = IdxFiles(file=str(tmp_path)).load()
    assert samples.axes == axes
    wanted = (
        array.transpose(0, 3, 1, 2)
        if shape == (6, 5, 3)
        else array.reshape(12, *samples.axes.sizes)
    )
    np.testing.assert_array_equal(samples.inputs, wanted.astype(np.float32) / np.float32(255))


def head(*sizes: int, code: int = 8, zeros: int = 0) -> bytes:
    return struct.pack(f">HBB{len(sizes)}I", zeros, code, len(sizes), *sizes)


@pytest.mark.parametrize("ending", ["", ".gz"])
@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "is no IDX file"),
        (b"\0\0", "is no IDX file"),
        (head(2, 3, 4, zeros=1) + bytes(24), "is no IDX file"),
        (head(2, 3, 4, code=7) + bytes(24), "is no IDX file"),
        (head(2, 3, 4)[:9], "says that it holds|cut off"),
        (head(2, 3, 4) + bytes(23), "says that it holds 24 bytes of numbers, but there are 23"),
        (head(2, 3, 4) + bytes(25), "says that it holds 24 bytes of numbers, but there are more"),
        (head(2**32 - 1, 2**32 - 1, 2**32 - 1) + bytes(99), "but there are 99"),
        (head(0, 28, 28), "says that it holds 0 bytes"),
        (head(*[2] * 9) + bytes(512), "is no IDX file"),
    ],
)
def test_sizes_that_lie_take_no_memory(tmp_path: Path, raw: bytes, said: str, ending: str) -> None:
    path = digits(tmp_path, "{}-{}-idx{}-ubyte" + ending) / f"train-images-idx3-ubyte{ending}"
    path.write_bytes(gzip.compress(raw) if ending else raw)
    with pytest.raises(DataError, match=f"train-images-idx3-ubyte{ending} .*({said})"):
        IdxFiles(file=str(tmp_path)).load()


def test_a_packed_file_that_is_cut_off_is_said_to_be(tmp_path: Path) -> None:
    path = digits(tmp_path, NAMES[1]) / "train-images-idx3-ubyte.gz"
    for raw in (path.read_bytes()[:-20], b"no gzip", path.read_bytes()[:5]):
        path.write_bytes(raw)
        with pytest.raises(DataError, match="cannot be read: it is missing, cut off or damaged"):
            IdxFiles(file=str(tmp_path)).load()


def test_files_that_do_not_belong_together(tmp_path: Path) -> None:
    folder = digits(tmp_path / "set")
    labels = folder / "train-labels-idx1-ubyte"
    written(labels, np.zeros(39, np.uint8))
    with pytest.raises(DataError, match="holds 40 pictures, but there are 39 labels"):
        IdxFiles(file=str(folder)).load()
    labels.unlink()
    with pytest.raises(DataError, match="should be in train-labels-idx1-ubyte beside it"):
        IdxFiles(file=str(folder)).load()
    digits(folder, NAMES[3])
    with pytest.raises(DataError, match="holds 2 files with pictures .* Name the very file"):
        IdxFiles(file=str(folder)).load()
    with pytest.raises(DataError, match="is not there"):
        IdxFiles(file=str(tmp_path / "gone")).load()
    with pytest.raises(DataError, match="holds no file with pictures"):
        IdxFiles(file=str(tmp_path)).load()


def cifar(folder: Path, hundred: bool = False) -> tuple[Path, np.ndarray]:
    folder.mkdir(exist_ok=True)
    heads, chance = 2 if hundred else 1, np.random.default_rng(1)
    rows = chance.integers(0, 256, (30, heads + 3072), np.uint8)
    rows[:, 0] = np.arange(30) % (20 if hundred else 10)
    rows[:, heads - 1] = np.arange(30) % (100 if hundred else 10)
    names = (
        ["train.bin", "test.bin"]
        if hundred
        else ["data_batch_1.bin", "data_batch_2.bin", "test_batch.bin"]
    )
    for name, part in zip(names, np.array_split(rows, len(names)), strict=True):
        (folder / name).write_bytes(part.tobytes())
    return folder, rows


def test_cifar_10_with_its_names(tmp_path: Path) -> None:
    folder, rows = cifar(tmp_path / "cifar-10-batches-bin")
    names = "airplane automobile bird cat deer dog frog horse ship truck".split()
    (folder / "batches.meta.txt").write_text("\n".join(names) + "\n\n")
    assert CifarBinary(folder=str(folder)) in datasets_at(folder)
    samples = CifarBinary(folder=str(folder)).load()
    assert samples.target.names == tuple(names)
    assert samples.targets.tolist() == rows[:, 0].tolist()
    np.testing.assert_array_equal(
        samples.inputs, rows[:, 1:].reshape(-1, 3, 32, 32) / np.float32(255)
    )
    assert (samples.held_out == np.arange(20, 30)).all()


@pytest.mark.parametrize("coarse", [False, True])
def test_cifar_100_with_either_label(tmp_path: Path, coarse: bool) -> None:
    folder, rows = cifar(tmp_path / "bin", hundred=True)
    samples = CifarBinary(folder=str(folder), coarse=coarse).load()
    assert samples.targets.tolist() == rows[:, 0 if coarse else 1].tolist()
    assert samples.target.count == (20 if coarse else 100)
    assert samples.target.names[3] == "class 3"


def test_the_version_of_pickles_is_refused_unopened(tmp_path: Path) -> None:
    for name in ("data_batch_1", "data_batch_2", "test_batch", "batches.meta"):
        (tmp_path / name).write_bytes(pickle.dumps({"labels": [1]}))
    (found,) = datasets_at(tmp_path)
    with pytest.raises(
        DataError, match="Python version, which are pickles.*Fetch the binary version"
    ):
        found.load()


def test_bad_files_of_cifar(tmp_path: Path) -> None:
    folder, _ = cifar(tmp_path / "bin")
    with (folder / "data_batch_2.bin").open("ab") as stream:
        stream.write(b"more")
    with pytest.raises(DataError, match="data_batch_2.bin should be pictures of 3,073 bytes each"):
        CifarBinary(folder=str(folder)).load()
    (folder / "data_batch_2.bin").write_bytes(b"")
    with pytest.raises(DataError, match="data_batch_2.bin .* 0 bytes long"):
        CifarBinary(folder=str(folder)).load()
    (folder / "data_batch_2.bin").write_bytes(b"\xff" * 3073)
    with pytest.raises(DataError, match="A label in .* is 255, but there are 10 classes"):
        CifarBinary(folder=str(folder)).load()
    with pytest.raises(DataError, match="should hold data_batch_1.bin"):
        CifarBinary(folder=str(tmp_path)).load()
    (folder / "train.bin").write_bytes(bytes(3074))
    with pytest.raises(DataError, match="files of CIFAR-10 and of CIFAR-100"):
        CifarBinary(folder=str(folder)).load()
