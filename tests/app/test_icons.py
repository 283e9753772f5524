"""Every icon that the code names exists, and each one draws something in both themes."""

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QIcon, QImage, QPainter

import app
from app.icons import Icons, glyph
from app.theme import DARK, GROUPS, LIGHT
from resources import resource

SHIPPED = sorted(
    path.name.removesuffix(".svg")
    for path in resource("icons").iterdir()
    if path.name.endswith(".svg")
)
NAMED = re.compile(
    r'(?:icon=|icons\.(?:icon|pixmap)\(\s*|paint\(painter, |show_icon\()"([a-z0-9-]+)"'
)


def drawn(image: QImage) -> list[QColor]:
    pixels = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    return [pixel for pixel in pixels if pixel.alpha() > 0]


def test_every_icon_named_in_the_code_is_shipped() -> None:
    sources = Path(app.__file__).parent.rglob("*.py") if app.__file__ else ()
    named = {name for path in sources for name in NAMED.findall(path.read_text("utf-8"))}
    assert {"search", "chevron-down"} <= named
    assert named <= set(SHIPPED)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_icon_draws_in_the_asked_colour(qapp: object, name: str) -> None:
    for tokens in (DARK, LIGHT):
        pixels = drawn(Icons().pixmap(name, tokens.t1).toImage())
        assert len(pixels) > 8
        if name != "chainrule":
            wanted = QColor(tokens.t1)
            solid = [p for p in pixels if p.alpha() > 150]
            assert any(abs(p.lightness() - wanted.lightness()) < 12 for p in solid)


@pytest.mark.parametrize("group", GROUPS)
def test_every_group_has_a_glyph_of_its_own(group: str) -> None:
    assert glyph(group) == f"group-{group.lower()}"
    assert glyph(group) in SHIPPED


def test_an_unknown_group_gets_the_glyph_of_code() -> None:
    assert glyph("Somebody's own") == "group-code"


def test_pixmaps_are_sharp_and_kept(qapp: object) -> None:
    icons = Icons()
    twice = icons.pixmap("play", "#ffffff", 16, 2.0)
    assert (twice.width(), twice.devicePixelRatio()) == (32, 2.0)
    assert icons.pixmap("play", "#ffffff", 16, 2.0) is twice


def test_a_disabled_icon_is_another_picture(qapp: object) -> None:
    icon = Icons().icon("play", "#ffffff", "#555555")
    normal = icon.pixmap(16, 16, QIcon.Mode.Normal).toImage()
    disabled = icon.pixmap(16, 16, QIcon.Mode.Disabled).toImage()
    assert normal != disabled


def test_paint_centres_the_icon(qapp: object) -> None:
    image = QImage(40, 40, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    Icons().paint(painter, "square", QRectF(12, 12, 16, 16), "#ffffff")
    painter.end()
    xs = [x for x in range(40) for y in range(40) if image.pixelColor(x, y).alpha() > 128]
    assert min(xs) >= 12
    assert max(xs) < 28
    assert sum(xs) / len(xs) == pytest.approx(19.5, abs=0.6)
