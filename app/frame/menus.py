"""Commands at work in one window: their keys, the menu, and what the command palette offers."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from PySide6.QtCore import QObject, QPoint, QTimer, SignalInstance
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from app.action import MENUS, Action, Stage
from app.actions import all_actions
from app.building import add_layer
from app.frame.entry_list import Entry
from app.searching import search
from engine.graph import NodeId
from engine.layers import CATALOGUE

FOUND = 50  # nodes, at most, that the command palette adds to its commands
WIDTH = 200  # px, the least of a menu


class Menus(QObject):
    """Gives a window its commands and keeps their state true."""

    def __init__(self, stage: Stage, window: QWidget) -> None:
        super().__init__(window)
        self._stage, self._window = stage, window
        self._actions: dict[str, tuple[Action, QAction]] = {}
        studio = stage.studio
        self._heeded: list[SignalInstance] = [
            studio.selection_changed,
            studio.document.undo_stack.indexChanged,
            studio.session.state_changed,
        ]
        self._later = QTimer(
            self
        )  # an edit is heard of in several ways: one look at all of it is enough
        self._later.setSingleShot(True)
        self._later.timeout.connect(self.refresh)
        for signal in self._heeded:
            signal.connect(self.refresh)
        studio.document.changed.connect(self._soon)
        studio.document.filed.connect(self._heed_files)
        studio.theme.changed.connect(self.rebuild)
        self.rebuild()

    def _soon(self) -> None:
        if self._heeded:
            self._later.start(0)

    def _heed_files(self) -> None:
        """There may be other recent files and versions, or another project's: make those commands anew."""
        self._remake(self._actions)

    def rebuild(self) -> None:
        """Make all commands anew: the colours of icons have changed."""
        self._remake({})

    def _remake(self, kept: Mapping[str, tuple[Action, QAction]]) -> None:
        """Have all commands that there are now, of which those that say the same are kept."""
        before, self._actions = self._actions, {}
        for action in all_actions(self._stage):
            old = kept.get(action.id)
            same = old is not None and (old[0].text, old[0].tip) == (action.text, action.tip)
            self._actions[action.id] = old if old and same else (action, self._made(action))
        present = {id(made) for _, made in self._actions.values()}
        for _, made in before.values():
            if id(made) not in present:
                self._window.removeAction(made)
                made.deleteLater()
        self._soon() if before.keys() == self._actions.keys() else self.refresh()

    def _made(self, action: Action) -> QAction:
        made = QAction(action.text, self)
        made.setShortcuts([QKeySequence(key) for key in action.shortcuts])
        made.setToolTip(action.tip)
        made.setStatusTip("")
        made.setCheckable(action.checked is not None or action.is_on is not None)
        if action.icon and not action.submenu:
            tokens = self._stage.studio.theme.tokens
            made.setIcon(self._stage.studio.theme.icons.icon(action.icon, tokens.t2, tokens.t4))
        made.triggered.connect(lambda: self.trigger(action.id))
        self._window.addAction(made)
        return made

    def refresh(self) -> None:
        """Let each command say whether it can be run now."""
        self._later.stop()
        for action, made in self._actions.values():
            made.setEnabled(action.enabled(self._stage.studio))
            if action.checked is not None:
                made.setChecked(action.checked(self._stage))
            elif action.is_on is not None:
                made.setChecked(action.is_on(self._stage.studio))

    def release(self) -> None:
        """Heed nothing any more: the window closes, and the undo stack speaks once more when it goes."""
        for signal in self._heeded:
            signal.disconnect(self.refresh)
        self._heeded.clear()
        self._later.stop()

    def trigger(self, name: str) -> None:
        """Run a command by its id, if it can be run now."""
        action, _ = self._actions[name]
        if action.enabled(self._stage.studio):
            action.run(self._stage)
        self.refresh()

    def popup(self, where: QPoint) -> None:
        """Show the menu of all commands."""
        self.refresh()
        menu = self._menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(where)

    def _menu(self) -> QMenu:
        whole = _wide(QMenu(self._window))
        for title in MENUS:
            part = _wide(whole.addMenu(title))
            heads: dict[str, QMenu] = {}
            for action, made in self._actions.values():
                if action.menu != title or action.hidden:
                    continue
                if action.rule:
                    part.addSeparator()
                if action.submenu and action.submenu not in heads:
                    heads[action.submenu] = _wide(part.addMenu(action.submenu))
                heads.get(action.submenu, part).addAction(made)
        return whole

    def entries(self) -> list[Entry]:
        """What the command palette offers: commands that can be run now, layers to add, and nodes to go to."""
        studio = self._stage.studio
        return [
            *(
                self._entry(a)
                for a, _ in self._actions.values()
                if a.enabled(studio) and not a.hidden
            ),
            *(self._layer_entry(name) for name in CATALOGUE),
            *(self._node_entry(name) for name in studio.graph.nodes),
        ]

    def found(self, typed: str) -> list[Entry]:
        """The nodes that fit what is typed by their parameters or shapes, as in the search of the drawing."""
        studio = self._stage.studio
        if len(typed.strip()) < 2 or not studio.document.meaning.known:
            return []
        hits = search(studio.graph, studio.shapes, typed)[:FOUND]
        return [replace(self._node_entry(hit.name), kind=hit.why or "Layer") for hit in hits]

    def _entry(self, action: Action) -> Entry:
        heads = {"New": "New: ", "Open recent": "Open ", "Panels and plots": "Show or hide "}
        text = heads.get(action.submenu, "") + action.text
        run = self._runner(action.id)
        return Entry(text, action.menu, run, action.icon, key=action.key)

    def _runner(self, name: str) -> Callable[[], None]:
        return lambda: self.trigger(name)

    def _layer_entry(self, name: str) -> Entry:
        kind = CATALOGUE[name]
        studio = self._stage.studio
        return Entry(
            f"Add {kind.label}",
            kind.group,
            lambda: _ignore(add_layer(studio, kind())),
            group=kind.group,
        )

    def _node_entry(self, name: NodeId) -> Entry:
        studio = self._stage.studio
        group = studio.graph.nodes[name].layer.group

        def go() -> None:
            studio.select([name])
            studio.reveal.emit(name)

        return Entry(f"Go to {name}", "Layer", go, group=group)


def _wide(menu: QMenu) -> QMenu:
    """A menu with room between names and keys."""
    menu.setMinimumWidth(WIDTH)
    return menu


def _ignore(_value: object) -> None:
    """An entry gives nothing back."""
