"""What many boxes cover together, kept while they come, move and go: there may be thousands of them."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QPointF, QRectF


class Extent:
    """Gathers the boxes anew only after one that reached the rim has moved away from it."""

    def __init__(self, boxes: Callable[[], Iterable[QRectF]]) -> None:
        self._boxes = boxes
        self._known: QRectF | None = None

    @property
    def box(self) -> QRectF:
        """What all of them cover."""
        if self._known is None:
            self._known = around(self._boxes())
        return QRectF(self._known)

    def change(self, before: QRectF | None, after: QRectF | None) -> None:
        """A box came, moved or went."""
        if self._known is None or before == after:
            return
        if before is not None and not _is_inside(before, self._known):
            self._known = None
        elif after is not None:
            self._known = self._known.united(after) if self._known.isValid() else QRectF(after)

    def forget(self) -> None:
        """Others are there now."""
        self._known = None


def around(boxes: Iterable[QRectF]) -> QRectF:
    """The box around boxes. In plain numbers: there may be thousands."""
    corners = [box.getCoords() for box in boxes]
    if not corners:
        return QRectF()
    lefts, tops, rights, bottoms = zip(*corners, strict=True)
    return QRectF(QPointF(min(lefts), min(tops)), QPointF(max(rights), max(bottoms)))


def _is_inside(box: QRectF, whole: QRectF) -> bool:
    """Whether a box touches no side of the whole."""
    across = whole.left() < box.left() and box.right() < whole.right()
    return across and whole.top() < box.top() and box.bottom() < whole.bottom()
