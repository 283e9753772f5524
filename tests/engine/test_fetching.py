"""Data by name: fetched once, whole or not at all, with progress, and a sentence where there is no network."""

import hashlib
import io
import tarfile
from pathlib import Path

import numpy as np
import pytest
from test_idx_and_cifar import cifar, digits

from engine import fetching
from engine.dataset import DataError, Recipe
from engine.datasets import known_pictures
from engine.datasets.known_pictures import FILES, KnownPictures
from engine.fetching import fetched, kept
from engine.waiting import GivenUp, heard_by


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CHAINRULE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(fetching, "AGAIN", 0.0)
    return tmp_path / "cache"


def md5(path: Path) -> str:
    return hashlib.md5(path.read_bytes()).hexdigest()


@pytest.fixture
def far(tmp_path: Path) -> Path:
    """A file that lies elsewhere."""
    path = tmp_path / "far" / "numbers.bin"
    path.parent.mkdir()
    path.write_bytes(np.random.default_rng(0).bytes(300_000))
    return path


def test_what_is_fetched_is_kept_and_not_fetched_again(far: Path) -> None:
    to = kept("set", "numbers.bin")
    heard: list[tuple[float, str]] = []
    with heard_by(lambda share, what: heard.append((share, what)) or True):
        assert fetched(["file:///nowhere/x", far.as_uri()], to, md5(far)) == to
    assert to.read_bytes() == far.read_bytes()
    assert heard[-1] == (1.0, "Fetching numbers.bin, 0.3 MB")
    assert [share for share, _ in heard] == sorted(share for share, _ in heard)
    far.unlink()
    assert fetched([far.as_uri()], to, "0") == to
    assert [path.name for path in to.parent.iterdir()] == ["numbers.bin"]


def test_nobody_who_waits_ends_it_and_nothing_is_left(far: Path) -> None:
    to = kept("numbers.bin")
    with heard_by(lambda share, _: share < 0.5), pytest.raises(GivenUp):
        fetched([far.as_uri()], to, md5(far))
    assert not list(to.parent.iterdir())


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://127.0.0.1:9/x", "127.0.0.1: Connection refused"),
        ("http://no-such-host.invalid/x", "no-such-host.invalid: "),
        ("file:///nowhere/x", "No such file"),
        ("nonsense", "unknown url type"),
    ],
)
def test_where_there_is_no_network_a_sentence_says_so(url: str, said: str) -> None:
    with pytest.raises(
        DataError, match=f"x.gz could not be fetched .*{said}.*Is there a network"
    ) as caught:
        fetched([url], kept("x.gz"), "0")
    assert str(kept()) in str(caught.value)


def test_what_is_not_what_was_expected_is_not_kept(far: Path, monkeypatch) -> None:
    to = kept("numbers.bin")
    with pytest.raises(DataError, match="is not what was expected, by its checksum"):
        fetched([far.as_uri()], to, "0" * 32)
    monkeypatch.setattr(fetching, "MOST", 1000)
    with pytest.raises(DataError, match="it is far too long"):
        fetched([far.as_uri()], to, md5(far))
    assert not list(to.parent.iterdir())


def test_a_known_set_is_fetched_and_read_by_our_own_readers(tmp_path: Path, monkeypatch) -> None:
    far = digits(tmp_path / "far", "{}-{}-idx{}-ubyte.gz")
    sums = [md5(far / name) for name in FILES]
    monkeypatch.setitem(known_pictures.IDX, "MNIST", ((f"{far.as_uri()}/",), sums))
    data = Recipe(dataset=KnownPictures(which="MNIST")).prepare()
    assert (data.train.count + data.dev.count, data.sealed.count) == (40, 10)
    assert {path.name for path in kept("MNIST").iterdir()} == set(FILES)
    monkeypatch.setitem(known_pictures.IDX, "KMNIST", (("file:///nowhere/",), sums))
    with pytest.raises(DataError, match="Is there a network"):
        KnownPictures(which="KMNIST").load()


def test_archives_are_unpacked_without_leaving_their_folder(tmp_path: Path, monkeypatch) -> None:
    folder, rows = cifar(tmp_path / "cifar-10-batches-bin")
    archive = tmp_path / "far" / "cifar-10-binary.tar.gz"
    archive.parent.mkdir()
    with tarfile.open(archive, "w:gz") as packed:
        packed.add(folder, folder.name)
        evil = tarfile.TarInfo("../../evil.bin")
        evil.size = 4
        packed.addfile(evil, io.BytesIO(b"evil"))
        link = tarfile.TarInfo("test_link.bin")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        packed.addfile(link)
    monkeypatch.setattr(known_pictures, "TORONTO", f"{archive.parent.as_uri()}/")
    monkeypatch.setitem(known_pictures.PACKED, "CIFAR-10", (archive.name, md5(archive)))
    samples = KnownPictures(which="CIFAR-10").load()
    assert samples.targets.tolist() == rows[:, 0].tolist()
    assert not list(tmp_path.rglob("test_link.bin"))
    assert [path.parent.name for path in tmp_path.rglob("evil.bin")] == ["unpacked"]
    archive.unlink()
    assert len(KnownPictures(which="CIFAR-10").load().targets) == len(rows)


def test_names_of_classes_are_words(tmp_path: Path) -> None:
    assert all(len(set(names)) == 10 for names in known_pictures.CLASSES.values())


def test_what_just_failed_is_not_waited_for_again(far: Path, monkeypatch) -> None:
    monkeypatch.setattr(fetching, "AGAIN", 1000.0)
    to = kept("numbers.bin")
    with pytest.raises(DataError, match="Is there a network") as first:
        fetched(["file:///nowhere/x"], to, md5(far))
    with pytest.raises(DataError) as second:
        fetched([far.as_uri()], to, md5(far))
    assert str(first.value) == str(second.value)
    monkeypatch.setattr(fetching, "AGAIN", 0.0)
    assert fetched([far.as_uri()], to, md5(far)) == to
