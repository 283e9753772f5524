"""What travels by drag and drop, by name: the palette offers it, the canvas takes it."""

LAYER = "application/x-chainrule-layer"
"""The kind of a layer (UTF-8), dragged from the palette."""
