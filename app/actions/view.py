"""Commands on what is seen; those for each panel and each plot are made on demand."""

from collections.abc import Callable, Iterator

from app.action import Action, Stage


def _switch_theme(stage: Stage) -> None:
    studio = stage.studio
    studio.theme.toggle()
    studio.preferences.theme = studio.theme.name


ACTIONS = (
    Action(
        "view.fit",
        "Fit the network",
        "View",
        "Show the whole network on the canvas.",
        lambda stage: stage.view.fit(),
        ("Ctrl+0",),
        "maximize",
        on_canvas=True,
        canvas_keys=("Home",),
    ),
    Action(
        "view.zoom_in",
        "Zoom in",
        "View",
        "Show the canvas larger.",
        lambda stage: stage.view.zoom_in(),
        ("Ctrl++", "Ctrl+="),
        "plus",
        canvas_keys=("+", "="),
    ),
    Action(
        "view.zoom_out",
        "Zoom out",
        "View",
        "Show the canvas smaller.",
        lambda stage: stage.view.zoom_out(),
        ("Ctrl+-",),
        "minus",
        canvas_keys=("-",),
    ),
    Action(
        "view.gradients",
        "Gradients on the wires",
        "View",
        "Show on each wire how much of the last layer's error signal comes back along it.",
        lambda stage: stage.studio.show_gradients(not stage.studio.shows_gradients),
        checked=lambda stage: stage.studio.shows_gradients,
        shortcuts=("Ctrl+Alt+G",),
        rule=True,
    ),
    Action(
        "view.axes",
        "Names of the axes on the wires",
        "View",
        "Name each axis of what flows along a wire: batch, height, width, channels, time, features.",
        lambda stage: stage.studio.show_axes(not stage.studio.shows_axes),
        checked=lambda stage: stage.studio.shows_axes,
        shortcuts=("Ctrl+Alt+X",),
    ),
    Action(
        "view.costs",
        "Costs below the nodes",
        "View",
        "Say below each node how many multiply-adds one example takes, and how much memory its output.",
        lambda stage: stage.studio.show_costs(not stage.studio.shows_costs),
        checked=lambda stage: stage.studio.shows_costs,
        shortcuts=("Ctrl+Alt+C",),
    ),
    Action(
        "view.preflight",
        "Pre-flight after each edit",
        "View",
        "Half a second after an edit, send a batch of 64 train examples through a copy of the network, and say how "
        "much of the error signal gets back to the first layer.",
        lambda stage: stage.studio.fly_before_training(not stage.studio.preflight.is_on),
        checked=lambda stage: stage.studio.preflight.is_on,
    ),
    Action(
        "view.theme",
        "Light or dark theme",
        "View",
        "Change between the light and the dark theme.",
        _switch_theme,
        ("Ctrl+Shift+L",),
        "moon",
        rule=True,
    ),
    Action(
        "view.reset",
        "Reset the layout",
        "View",
        "Put all panels and plots back where they were at first.",
        lambda stage: stage.reset_layout(),
    ),
    Action(
        "view.find_layer",
        "Find a layer",
        "View",
        "Search the palette for a layer.",
        lambda stage: stage.find_layer(),
        ("/",),
        "search",
    ),
)


def panel_actions(stage: Stage) -> Iterator[Action]:
    """Two for each panel and plot: show or hide it, and let a plot fill the window."""
    for place, title in enumerate(stage.panels, 1):
        yield Action(
            f"view.panel.{title.lower()}",
            title,
            "View",
            f"Show or hide {title}.",
            _turn(title),
            (f"Ctrl+{place}",) if place < 10 else (),
            checked=_shown(title),
            submenu="Panels and plots",
        )
    for place, title in enumerate(stage.plots, 1):
        yield Action(
            f"view.fill.{title.lower()}",
            f"{title} alone",
            "View",
            f"Let {title} fill the window. Escape brings the rest back.",
            _fill(title),
            (f"Alt+{place}",) if place < 10 else (),
            "maximize-2",
            submenu="Fill the window",
        )


def _turn(title: str) -> Callable[[Stage], None]:
    return lambda stage: stage.show_panel(title, not stage.panel_shown(title))


def _shown(title: str) -> Callable[[Stage], bool]:
    return lambda stage: stage.panel_shown(title)


def _fill(title: str) -> Callable[[Stage], None]:
    return lambda stage: stage.fill(title)
