"""Sets of pictures that everybody knows, by name: fetched once, then read by the same code as one's own files."""

import tarfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from pydantic import Field

from engine.axes import Labels
from engine.dataset import Dataset
from engine.datasets.cifar_binary import CifarBinary
from engine.datasets.digits import Digits28
from engine.datasets.idx_files import IdxFiles
from engine.fetching import fetched, kept
from engine.samples import DataError, Samples
from engine.waiting import told

Which = Literal["", "MNIST", "Fashion-MNIST", "KMNIST", "CIFAR-10", "CIFAR-100"]
FILES = ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz",
         "t10k-labels-idx1-ubyte.gz")  # fmt: skip
IDX: Mapping[str, tuple[Sequence[str], Sequence[str]]] = {  # mirrors, checksums: as torchvision has them
    "MNIST": (
        ("https://ossci-datasets.s3.amazonaws.com/mnist/", "http://yann.lecun.com/exdb/mnist/"),
        ("f68b3c2dcbeaaa9fbdd348bbdeb94873", "d53e105ee54ea40749a09fcbcd1e9432", "9fb629c4189551a2d022fa330f9573f3",
         "ec29112dd5afa0611ce80d1b7f02629c"),
    ),
    "Fashion-MNIST": (
        ("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",),
        ("8d4fb7e6c68d591d4c3dfef9ec88bf0d", "25c81989df183df01b3e8a0aad5dffbe", "bef4ecab320f06d8554ea6380940ec79",
         "bb300cfdad3c16e7a12a480ee83cd310"),
    ),
    "KMNIST": (
        ("http://codh.rois.ac.jp/kmnist/dataset/kmnist/",),
        ("bdb82020997e1d708af4cf47b453dcf7", "e144d726b3acfaa3e44228e80efcd344", "5c965bf0a639b31b8f53240b1b52f4d7",
         "7320c461ea6c1c855c0b718fb2a4b134"),
    ),
}  # fmt: skip
TORONTO = "https://www.cs.toronto.edu/~kriz/"
PACKED: Mapping[str, tuple[str, str]] = {  # checksums from that page
    "CIFAR-10": ("cifar-10-binary.tar.gz", "c32a1d4ab5d03f1284b67883e8d87530"),
    "CIFAR-100": ("cifar-100-binary.tar.gz", "03b5dce01913d631647c71ecec9e9cb8"),
}
CLASSES = {
    "Fashion-MNIST": ("T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot"),
    "KMNIST": ("お o", "き ki", "す su", "つ tsu", "な na", "は ha", "ま ma", "や ya", "れ re", "を wo"),
}  # fmt: skip
LARGEST = 1 << 27  # bytes of a file in an archive


class KnownPictures(Dataset, title="Known pictures, by name"):
    """MNIST, Fashion-MNIST, KMNIST, CIFAR-10 or CIFAR-100: 60,000 small pictures each, with their own test part.

    They are fetched from the network the first time (12 to 170 MB) and then kept. As long as none is chosen they are
    the digits, 28×28, which come with the program.
    """

    which: Which = Field(
        "",
        title="Which",
        description="What is fetched, if it was not before.",
        json_schema_extra={"labels": {"": "None yet"}},
    )

    def load(self) -> Samples:
        if not self.which:
            return Digits28().load()
        home = kept(self.which)
        if self.which in IDX:
            mirrors, sums = IDX[self.which]
            for name, md5 in zip(FILES, sums, strict=True):
                fetched([mirror + name for mirror in mirrors], home / name, md5)
            return _named(IdxFiles(file=str(home)).load(), CLASSES.get(self.which))
        name, md5 = PACKED[self.which]
        unpacked = home / "unpacked"
        if not (unpacked / "whole").is_file():
            archive = fetched([TORONTO + name], home / name, md5)
            _unpack(archive, unpacked)
        return CifarBinary(folder=str(unpacked)).load()


def _named(samples: Samples, names: tuple[str, ...] | None) -> Samples:
    """The samples with words for their classes."""
    if names is None or samples.target.count != len(names):
        return samples
    return Samples(
        samples.inputs, samples.targets, samples.axes, Labels(names), held_out=samples.held_out
    )


def _unpack(archive: Path, to: Path) -> None:
    """The numbers and names of an archive, each under its own name alone. Raises DataError, GivenUp."""
    try:
        to.mkdir(parents=True, exist_ok=True)
        with tarfile.open(archive) as packed:
            for number, member in enumerate(packed):
                name = Path(member.name).name
                if not member.isfile() or Path(name).suffix not in (".bin", ".txt"):
                    continue
                told(number, 10, f"Unpacking {name}")
                stream = packed.extractfile(member)
                if stream is not None and member.size <= LARGEST:
                    (to / name).write_bytes(stream.read())
        (to / "whole").touch()
    except (OSError, EOFError, tarfile.TarError, zlib.error) as error:
        raise DataError(
            f"{archive} cannot be unpacked. Delete it, so that it is fetched again."
        ) from error
