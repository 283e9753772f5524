"""The colours are legible, the maps run where they should, and the theme can be switched."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtGui import QFontDatabase, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu

from app.theme import DARK, GROUPS, LIGHT, Theme, Tokens, font, signed_table, viridis_table
from app.theme.fonts import FILES, SCALE, load_fonts
from resources import resource

BOTH = pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=["dark", "light"])


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2.1."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_of_black_on_white_is_21() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@BOTH
@pytest.mark.parametrize("ink", ["t1", "t2", "t3", "ok", "watch", "bad", "accent"])
def test_text_is_legible_on_every_ground(tokens: Tokens, ink: str) -> None:
    for ground in ("s1", "s2", "canvas", "field"):
        assert contrast(getattr(tokens, ink), getattr(tokens, ground)) >= 4.5, ground


@BOTH
def test_text_is_legible_on_coloured_grounds(tokens: Tokens) -> None:
    assert contrast(tokens.onaccent, tokens.accentfill) >= 4.5
    assert contrast(tokens.t1, tokens.accentbg) >= 7
    assert contrast(tokens.t2, tokens.s4) >= 4.5
    for state in ("ok", "watch", "bad"):
        assert contrast(getattr(tokens, state), getattr(tokens, state + "bg")) >= 4.5
    for name in GROUPS:
        group = tokens.group(name)
        assert contrast(group.hue, group.tint) >= 4.5, name
        assert contrast(tokens.t1, group.tint) >= 11, name
        assert contrast(tokens.t2, group.tint) >= 4.5, name


@BOTH
def test_marks_and_series_can_be_seen(tokens: Tokens) -> None:
    for mark in (tokens.line3, tokens.wire):
        assert contrast(mark, tokens.canvas) >= 3
    for colour in (*tokens.series, tokens.baseline):
        assert contrast(colour, tokens.s1) >= 4.5


@pytest.mark.parametrize(
    ("tokens", "ink", "ratio"),
    [(DARK, "t1", 14.5), (DARK, "t4", 2.9), (LIGHT, "t3", 5.5), (LIGHT, "bad", 5.5)],
)
def test_ratios_are_those_of_the_published_table(tokens: Tokens, ink: str, ratio: float) -> None:
    assert contrast(getattr(tokens, ink), tokens.s1) == pytest.approx(ratio, abs=0.06)


def test_both_themes_name_the_same_groups() -> None:
    assert tuple(DARK.groups) == tuple(LIGHT.groups)
    assert len(GROUPS) == 13


def test_a_group_from_elsewhere_looks_like_code() -> None:
    assert DARK.group("Somebody's own") == DARK.groups["Code"]


@BOTH
def test_signed_map_has_neutral_in_the_middle(tokens: Tokens) -> None:
    table = signed_table(tokens)
    assert table.shape == (255, 3)
    assert table[127].tolist() == list(bytes.fromhex(tokens.neutral[1:]))
    assert table[0].tolist() == list(bytes.fromhex("f59322"))
    assert table[-1].tolist() == list(bytes.fromhex("0877bd"))


def test_exported_signed_map_is_the_same_in_both_themes() -> None:
    assert np.array_equal(signed_table(DARK, export=True), signed_table(LIGHT, export=True))


def test_viridis_ends_where_it_is_known_to_end_and_brightens() -> None:
    table = viridis_table().astype(float)
    assert table.shape == (256, 3)
    assert table[0].tolist() == pytest.approx([68, 1, 84], abs=1)
    assert table[-1].tolist() == pytest.approx([253, 231, 37], abs=1)
    brightness = table @ [0.2126, 0.7152, 0.0722]
    assert np.all(np.diff(brightness) >= -0.5)


def test_fonts_load_and_bear_their_licence(qapp: QApplication) -> None:
    assert {"Inter", "JetBrains Mono"} <= set(load_fonts())
    assert QFontDatabase.hasFamily("Inter")
    for name in FILES:
        licence = resource("fonts", f"OFL-{name.split('-')[0]}.txt").read_text(encoding="utf-8")
        assert "SIL OPEN FONT LICENSE Version 1.1" in licence


@pytest.mark.parametrize("role", SCALE)
def test_every_role_resolves_to_a_bundled_font(qapp: QApplication, role: str) -> None:
    load_fonts()
    made = font(role)  # type: ignore[arg-type]  # a parameter is a plain string
    assert QFontInfo(made).family().startswith(("Inter", "JetBrains Mono"))
    assert made.pixelSize() >= 10


@pytest.fixture
def dressed(qapp: QApplication) -> Iterator[Theme]:
    theme = Theme("dark")
    theme.apply(qapp)
    yield theme
    theme.deleteLater()


def test_switching_says_so_once_and_recolours_the_palette(
    qapp: QApplication, dressed: Theme, qtbot: object
) -> None:
    heard: list[str] = []
    dressed.changed.connect(lambda: heard.append(dressed.name))
    dressed.switch("dark")
    assert heard == []
    dressed.toggle()
    assert heard == ["light"]
    assert qapp.palette().color(QPalette.ColorRole.Base).name() == LIGHT.field
    disabled = qapp.palette().color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text)
    assert disabled.name() == LIGHT.t4


def test_no_palette_role_keeps_a_colour_of_the_style(qapp: QApplication, dressed: Theme) -> None:
    values = {v for v in (getattr(DARK, n) for n in DARK.__slots__) if isinstance(v, str)}
    for role in QPalette.ColorRole:
        if role not in (QPalette.ColorRole.NoRole, QPalette.ColorRole.NColorRoles):
            assert qapp.palette().color(role).name() in values, role.name


def test_the_style_sheet_reaches_widgets(qapp: QApplication, dressed: Theme, qtbot) -> None:
    edit = QLineEdit()
    qtbot.addWidget(edit)
    edit.resize(120, 28)
    edit.show()
    middle = edit.grab().toImage().pixelColor(100, 14).name()
    assert middle == DARK.field
    dressed.switch("light")
    assert edit.grab().toImage().pixelColor(100, 14).name() == LIGHT.field


def test_a_menu_writes_keys_in_grey_at_the_right(qapp: QApplication, qtbot) -> None:
    theme = Theme("dark")
    theme.apply(qapp)
    menu = QMenu()
    qtbot.addWidget(menu)
    menu.addAction("Save").setShortcut("Ctrl+S")
    menu.addAction("Never").setEnabled(False)
    menu.setMinimumWidth(200)
    menu.adjustSize()
    image = menu.grab().toImage()
    seen = [
        {image.pixelColor(x, y).name() for x in span for y in range(image.height())}
        for span in (range(110), range(110, 198))
    ]
    assert DARK.t1 in seen[0]
    assert DARK.t3 not in seen[0]
    assert DARK.t3 in seen[1]
    assert DARK.t1 not in seen[1]
    assert DARK.t4 in seen[0]
    theme.deleteLater()
