"""Spaces, radii, heights, line widths and durations, in pixels at 100 % (durations in ms)."""

GRID = 4
SPACE_4, SPACE_8, SPACE_12, SPACE_16, SPACE_24 = 4, 8, 12, 16, 24
PADDING = 12  # inside a panel

RADIUS_TILE = 2
RADIUS_CHIP = 5  # chips and small buttons
RADIUS_CONTROL = 6
RADIUS_CARD = 8  # cards and nodes
RADIUS_FRAME = 12

HEIGHT_CONTROL = 28
HEIGHT_SMALL = 24
HEIGHT_PILL = 20
HEIGHT_FORM_ROW = 32
HEIGHT_PALETTE_ROW = 28
HEIGHT_GROUP_HEAD = 26
HEIGHT_DOCK_HEAD = 36
HEIGHT_RUN_BAR = 48
HEIGHT_RUN_BAR_SMALL = 44
HEIGHT_STATUS_BAR = 24

LINE_BORDER = 1.0
LINE_MARK = 1.5  # errors, icons, ghosts
LINE_STRONG = 2.0  # wires, curves, focus, selection

ICON = 16
GRID_CANVAS = 20  # distance of dots, and the snap of nodes

HOVER_MS = 80
POPUP_MS = 120
EXPAND_MS = 160
TIDY_MS = 240
TOAST_MS = 6000
TOOLTIP_MS = 500
