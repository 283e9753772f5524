"""Every role of Qt's palette from the tokens, so that no grey of the style leaks through."""

from PySide6.QtGui import QColor, QPalette

from app.theme.tokens import Tokens


def ink(colour: str, opacity: float = 1.0) -> QColor:
    """A token as a QColor, with an opacity in 0…1."""
    made = QColor(colour)
    made.setAlphaF(opacity)
    return made


def _roles(tokens: Tokens) -> dict[QPalette.ColorRole, str]:
    role = QPalette.ColorRole
    return {
        role.Window: tokens.s1,
        role.WindowText: tokens.t1,
        role.Base: tokens.field,
        role.AlternateBase: tokens.s1,
        role.ToolTipBase: tokens.pop,
        role.ToolTipText: tokens.t1,
        role.PlaceholderText: tokens.t3,
        role.Text: tokens.t1,
        role.Button: tokens.s2,
        role.ButtonText: tokens.t1,
        role.BrightText: tokens.onaccent,
        role.Light: tokens.s4,
        role.Midlight: tokens.s3,
        role.Mid: tokens.line2,
        role.Dark: tokens.line1,
        role.Shadow: tokens.edge,
        role.Highlight: tokens.accentbg,
        role.HighlightedText: tokens.t1,
        role.Accent: tokens.accent,
        role.Link: tokens.accent,
        role.LinkVisited: tokens.accent,
    }


def palette(tokens: Tokens) -> QPalette:
    """The whole palette of one theme; disabled text fades, disabled surfaces do not."""
    made = QPalette()
    for role, colour in _roles(tokens).items():
        for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive):
            made.setColor(group, role, QColor(colour))
        faded = tokens.t4 if "Text" in role.name else colour
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(faded))
    return made
