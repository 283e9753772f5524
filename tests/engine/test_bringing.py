"""What a person drops: pictures of any size and kind, rows of numbers, and files that are neither."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from engine.bringing import CannotBring, bring, inverted_of
from engine.dataset import Data, Recipe
from engine.datasets import DATASETS


def data(name: str, scaling: str = "none", **options: object) -> Data:
    recipe = Recipe.usual(DATASETS[name](**options))
    return recipe.model_copy(update={"scaling": scaling}).prepare()


def saved(path: Path, array: np.ndarray, **options: object) -> Path:
    Pillow.fromarray(array).save(path, **options)
    return path


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """80 × 40: the middle square is red, what lies beside it is blue."""
    array = np.zeros((40, 80, 3), np.uint8)
    array[:, :, 2] = 255
    array[:, 20:60] = (255, 0, 0)
    return saved(tmp_path / "photo.png", array)


def test_the_middle_is_cut_out_and_resized(photo: Path) -> None:
    own, done = bring(photo, data("Icons32"))
    values = own.arrays[""]
    assert values.shape == (3, 32, 32)
    assert values.dtype == np.float32
    np.testing.assert_allclose(values[0], 1, atol=0.01)
    np.testing.assert_allclose(values[1:], 0, atol=0.01)
    assert own.title == "photo.png"
    assert done == "photo.png: its middle, resized to 32×32, as colour."


def test_one_channel_is_lightness(photo: Path) -> None:
    values = bring(photo, data("Digits28"))[0].arrays[""]
    assert values.shape == (1, 28, 28)
    np.testing.assert_allclose(values, 0.299, atol=0.01)


@pytest.mark.parametrize("channels", [2, 4, 5])
def test_any_number_of_channels_is_filled(tmp_path: Path, channels: int) -> None:
    array = np.full((6, 6, 4), 128, np.uint8)
    path = saved(tmp_path / "half.png", array)
    values = bring(path, data("Placeholder", sample=f"{channels},5,7"))[0].arrays[""]
    assert values.shape == (channels, 5, 7)
    on_white = 1 - 128 / 255 + (128 / 255) ** 2
    np.testing.assert_allclose(values[:3], on_white, atol=0.01)
    if channels == 4:
        np.testing.assert_allclose(values[3], 128 / 255, atol=0.01)


def test_resizing_agrees_with_an_average_over_whole_blocks(tmp_path: Path) -> None:
    array = np.random.default_rng(0).integers(0, 256, (64, 64, 3)).astype(np.uint8)
    values = bring(saved(tmp_path / "noise.png", array), data("Icons32"))[0].arrays[""]
    blocks = array.reshape(32, 2, 32, 2, 3).mean((1, 3)).transpose(2, 0, 1) / 255
    np.testing.assert_allclose(values, blocks, atol=2 / 255)


def test_a_picture_of_the_very_size_is_taken_as_it_is(tmp_path: Path) -> None:
    array = np.random.default_rng(1).integers(0, 256, (32, 32, 3)).astype(np.uint8)
    values = bring(saved(tmp_path / "same.png", array), data("Icons32"))[0].arrays[""]
    np.testing.assert_allclose(values, array.transpose(2, 0, 1) / 255, atol=1e-6)


def test_a_photograph_is_turned_the_right_way_up(tmp_path: Path) -> None:
    array = np.zeros((32, 32, 3), np.uint8)
    array[:16] = 255  # light above
    exif = Pillow.Exif()
    exif[0x0112] = 3  # taken upside down
    path = saved(tmp_path / "turned.jpg", array, exif=exif, quality=95)
    values = bring(path, data("Icons32"))[0].arrays[""]
    assert values[:, :12].max() < 0.1
    assert values[:, 20:].min() > 0.9


def test_a_wrong_suffix_is_forgiven(photo: Path, tmp_path: Path) -> None:
    other = tmp_path / "photo.jpeg"
    other.write_bytes(photo.read_bytes())
    np.testing.assert_array_equal(
        bring(other, data("Icons32"))[0].arrays[""], bring(photo, data("Icons32"))[0].arrays[""]
    )


def test_it_is_scaled_as_the_data_are(photo: Path) -> None:
    icons = data("Icons32", "standardise")
    plain = bring(photo, data("Icons32"))[0].arrays[""]
    assert icons.scale is not None
    np.testing.assert_allclose(
        bring(photo, icons)[0].arrays[""],
        (plain - icons.scale.mean) / icons.scale.deviation,
        rtol=1e-5,
    )


def test_inverted_is_dark_for_light_but_not_for_opacity(photo: Path) -> None:
    own, done = bring(photo, data("Digits28"), inverted=True)
    np.testing.assert_allclose(own.arrays[""], 1 - 0.299, atol=0.01)
    assert done.endswith("as grey, inverted.")
    four = np.full((4, 2, 2), 0.25, np.float32)
    np.testing.assert_array_equal(inverted_of(four)[:, 0, 0], [0.75, 0.75, 0.75, 0.25])


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 1), (3, 2)])
def test_pictures_of_odd_sizes_are_taken(tmp_path: Path, size: tuple[int, int]) -> None:
    path = saved(tmp_path / "odd.png", np.full((*size, 3), 77, np.uint8))
    np.testing.assert_allclose(bring(path, data("Icons32"))[0].arrays[""], 77 / 255, atol=0.01)


def test_of_several_parts_the_picture_is_replaced(photo: Path) -> None:
    several = data("Placeholder", sample="4", others=(("scan", "1,6,6"),))
    own, _ = bring(photo, several)
    assert list(own.arrays) == ["scan"]
    assert own.arrays["scan"].shape == (1, 6, 6)


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"", "empty.png"), (b"not a picture at all", "words.png"), (b"\x89PNG\r\n\x1a\n", "cut.png")],
)
def test_a_bad_file_gets_a_sentence(tmp_path: Path, content: bytes, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(CannotBring, match=f"{name} cannot be read as a picture"):
        bring(path, data("Icons32"))


@pytest.mark.qt_log_ignore("JPEG")
def test_half_a_file_and_a_folder_get_one_too(photo: Path, tmp_path: Path) -> None:
    half = tmp_path / "half.jpg"
    noise = np.random.default_rng(0).integers(0, 256, (90, 90, 3)).astype(np.uint8)
    whole = saved(tmp_path / "whole.jpg", noise).read_bytes()
    half.write_bytes(whole[:300])
    for path in (half, tmp_path, tmp_path / "gone.png"):
        with pytest.raises(CannotBring):
            bring(path, data("Icons32"))


def test_a_network_on_rows_wants_numbers(photo: Path, tmp_path: Path) -> None:
    with pytest.raises(CannotBring, match="reads 4 numbers, not pictures"):
        bring(photo, data("Iris"))
    path = tmp_path / "flower.csv"
    path.write_text("5.1, 3.5; 1.4\n0.2")
    iris = data("Iris", "standardise")
    own, _ = bring(path, iris)
    assert iris.scale is not None
    np.testing.assert_allclose(iris.scale.undo(own.arrays[""]), [5.1, 3.5, 1.4, 0.2], rtol=1e-5)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1 2 3", "holds 3"),
        ("a b c d", "not a list of numbers"),
        ("", "holds 0"),
        ("1 2 3 nan", "4"),
    ],
)
def test_other_text_gets_a_sentence(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "flower.txt"
    path.write_text(text)
    with pytest.raises(CannotBring, match=says):
        bring(path, data("Iris"))


def test_networks_on_pictures_do_not_take_text(tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_text("1 2 3")
    with pytest.raises(CannotBring, match=r"note.txt is text, which it cannot take"):
        bring(path, data("Icons32"))
    with pytest.raises(CannotBring, match=r"note.txt, line 1: This network reads 9 steps"):
        bring(path, data("Placeholder", sample="tokens:9:20"))
