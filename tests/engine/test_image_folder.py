"""Folders of pictures: what is listed, how pictures become numbers, and what is said of those that cannot be read."""

from pathlib import Path

import numpy as np
import pytest
from picture_files import picture, pictures
from PIL import Image as Pillow

from engine.dataset import DataError, Recipe, datasets_at
from engine.datasets.image_folder import ImageFolder
from engine.waiting import GivenUp, heard_by


def rows(dataset: ImageFolder) -> np.ndarray:
    return np.asarray(dataset.load().inputs)


def test_it_lists_files_in_the_order_of_their_paths(tmp_path: Path) -> None:
    root = pictures(tmp_path / "mine", {"b 2": 3, "a": 2, "ü": 4})
    picture(root / "a" / "deeper" / "one.PNG", 9)
    (root / "a" / "Thumbs.db").write_bytes(b"no picture")
    (root / ".git").mkdir()
    samples = ImageFolder(folder=str(root), size=(8, 8)).load()
    (root / ".git").rmdir()
    reference = sorted(path for path in root.glob("*/**/*") if path.suffix.lower() == ".png")
    assert samples.target.names == ("a", "b 2", "ü")
    assert [root / title for title in samples.titles or ()] == reference
    names = [samples.target.names[label] for label in samples.targets]
    assert names == [path.relative_to(root).parts[0] for path in reference]
    for row, path in zip(samples.inputs, reference, strict=True):
        with Pillow.open(path) as opened:
            wanted = np.asarray(opened.convert("RGB"), np.float32).transpose(2, 0, 1) / 255
        np.testing.assert_array_equal(row, wanted)


@pytest.mark.parametrize(
    "names", [("train", "test", None), ("Training", "testing", "val"), ("train", "test", "valid")]
)
def test_given_parts_stay_as_they_are(tmp_path: Path, names: tuple[str, str, str | None]) -> None:
    train, test, dev = names
    pictures(tmp_path / train, {"a": 6, "b": 6})
    pictures(tmp_path / test, {"a": 2, "b": 3})
    if dev:
        pictures(tmp_path / dev, {"a": 1, "b": 1})
    data = Recipe(dataset=ImageFolder(folder=str(tmp_path), size=(8, 8))).prepare()
    assert data.sealed.count == 5
    assert {title.split("/")[0] for title in data.sealed.open().titles or ()} == {test}
    assert {title.split("/")[0] for title in data.train.titles or ()} == {train}
    assert not dev or {title.split("/")[0] for title in data.dev.titles or ()} == {dev}
    assert data.target.names == ("a", "b")


def test_it_is_known_with_the_size_and_the_colours_of_its_pictures(tmp_path: Path) -> None:
    grey, large = tmp_path / "grey", tmp_path / "large"
    for name in "ab":
        picture(grey / name / "1.png", 1, (12, 20), "L")
        picture(large / name / "1.png", 1, (500, 400))
    assert ImageFolder(folder=str(grey), size=(12, 20), coloured=False) in datasets_at(grey)
    assert ImageFolder(folder=str(large), size=(64, 64)) in datasets_at(large)
    assert not any(isinstance(found, ImageFolder) for found in datasets_at(tmp_path / "nothing"))
    assert not any(isinstance(found, ImageFolder) for found in datasets_at(tmp_path))


KINDS = {
    "grey": ("L", ".png"), "bits": ("1", ".png"), "palette": ("P", ".gif"), "clear": ("RGBA", ".png"),
    "print": ("CMYK", ".jpg"), "scan": ("I;16", ".png"), "video": ("YCbCr", ".jpg"), "lab": ("LAB", ".tif"),
    "both": ("LA", ".png"), "floats": ("F", ".tif"), "web": ("RGB", ".webp"),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("colour", [True, False])
def test_any_kind_of_picture_is_read(tmp_path: Path, kind: str, colour: bool) -> None:
    mode, ending = KINDS[kind]
    grey = np.full((10, 10), 128, np.uint8)
    made = Pillow.fromarray(grey).convert("RGB")
    if mode == "I;16":
        made = Pillow.fromarray(np.full((10, 10), 128 * 257, np.uint16))
    elif mode == "F":
        made = Pillow.fromarray(np.linspace(0, 1, 100, dtype=np.float32).reshape(10, 10))
    elif mode != "LAB":
        made = made.convert(mode)
    else:
        from PIL import ImageCms

        lab = ImageCms.createProfile("LAB")
        made = ImageCms.profileToProfile(
            made, ImageCms.createProfile("sRGB"), lab, outputMode="LAB"
        )
    for name in "ab":
        (tmp_path / name).mkdir()
        made.save(tmp_path / name / f"one{ending}")
    found = ImageFolder(folder=str(tmp_path), size=(4, 4), coloured=colour)
    values = rows(found)
    assert values.shape == (2, 3 if colour else 1, 4, 4)
    if mode == "1":
        assert 0 < values.mean() < 1
    elif mode == "F":
        assert values[0].min() < 0.15 < 0.85 < values[0].max()
    else:
        dithered = 0.02 if mode == "P" else 0.01  # a palette of 256 colours has no such grey
        np.testing.assert_allclose(values, 128 / 255, atol=dithered)


def test_of_a_film_the_first_picture_counts(tmp_path: Path) -> None:
    white, black = Pillow.new("L", (6, 6), 255), Pillow.new("L", (6, 6), 0)
    for name in "ab":
        (tmp_path / name).mkdir()
        white.save(tmp_path / name / "film.gif", save_all=True, append_images=[black])
    np.testing.assert_array_equal(rows(ImageFolder(folder=str(tmp_path), size=(6, 6))), 1)


def test_mixed_sizes_become_one(tmp_path: Path) -> None:
    for number, size in enumerate([(8, 8), (300, 20), (1, 1), (33, 64)]):
        for name in "ab":
            picture(tmp_path / name / f"{number}.jpg", number, size)
    assert rows(ImageFolder(folder=str(tmp_path), size=(16, 24))).shape == (8, 3, 16, 24)


def damaged(path: Path) -> str:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return "7.png cannot be read as a picture"


def empty(path: Path) -> str:
    path.write_bytes(b"")
    return "7.png cannot be read as a picture"


def text(path: Path) -> str:
    path.write_text("not a picture")
    return "7.png cannot be read as a picture"


def script(path: Path) -> str:
    path.write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/tmp/x) run\n")
    return "7.png cannot be read as a picture"


def bomb(path: Path) -> str:
    Pillow.new("1", (11_000, 11_000)).save(path)
    return "7.png (says that it is 11,000×11,000|cannot be read)"


def away(path: Path) -> str:
    outside = path.parents[2] / "outside.png"
    path.rename(outside)
    path.symlink_to(outside)
    return "is a link that leads out of the folder"


def nowhere(path: Path) -> str:
    path.unlink()
    path.symlink_to(path.parent / "gone.png")
    return "is a link that leads nowhere"


def around(path: Path) -> str:
    (path.parent / "again").symlink_to(path.parent)
    return "is a link that leads out of the folder"


def without(path: Path) -> str:
    for file in path.parent.iterdir():
        file.unlink()
    return r"The folder .*/dog of a class holds no pictures"


@pytest.mark.parametrize(
    "harm", [damaged, empty, text, script, bomb, away, nowhere, around, without]
)
def test_what_is_wrong_is_said_with_the_name_of_the_file(tmp_path: Path, harm) -> None:
    root = pictures(tmp_path / "pets", {"cat": 9, "dog": 9})
    said = harm(root / "dog" / "7.png")
    with pytest.raises(DataError, match=said):
        rows(ImageFolder(folder=str(root), size=(8, 8)))


def test_a_link_within_the_folder_is_followed(tmp_path: Path) -> None:
    root = pictures(tmp_path / "pets", {"cat": 2, "dog": 2})
    (root / "dog" / "x.png").symlink_to(root / "cat" / "0.png")
    assert len(rows(ImageFolder(folder=str(root), size=(8, 8)))) == 5


def test_folders_that_are_none_of_these_are_said_to_be(tmp_path: Path) -> None:
    for folder, said in (
        (tmp_path / "gone", "is not there"),
        (picture(tmp_path / "flat" / "1.png", 0).parent, "holds no folders, but each class"),
        (picture(tmp_path / "single" / "cat" / "1.png", 0).parents[1], "holds one class only, cat"),
        (picture(tmp_path / "file.png", 0), "is a file, not a folder"),
    ):
        with pytest.raises(DataError, match=said):
            ImageFolder(folder=str(folder)).load()
    pictures(tmp_path / "parts" / "train", {"cat": 2, "dog": 2})
    pictures(tmp_path / "parts" / "test", {"cat": 2, "dodo": 2})
    with pytest.raises(DataError, match="no folder for dodo, though another part has"):
        ImageFolder(folder=str(tmp_path / "parts")).load()


def test_waiting_can_be_given_up(tmp_path: Path) -> None:
    root = pictures(tmp_path / "pets", {"cat": 300, "dog": 300})
    heard: list[float] = []

    def listener(share: float, what: str) -> bool:
        heard.append(share)
        return len(heard) < 4

    with heard_by(listener), pytest.raises(GivenUp):
        ImageFolder(folder=str(root), size=(8, 8)).load()
    assert heard[:2] == [-1, -1]  # while listing nobody knows how many there will be
    assert 0 <= heard[3] < 0.7
    assert len(rows(ImageFolder(folder=str(root), size=(8, 8)))) == 600
