"""Commands that help to find commands."""

from app.action import Action

ACTIONS = (
    Action(
        "app.commands",
        "Search or run a command…",
        "Help",
        "Find any command or layer by typing some of its letters.",
        lambda stage: stage.show_commands(),
        ("Ctrl+K",),
        "terminal",
    ),
    Action(
        "app.shortcuts",
        "Shortcuts",
        "Help",
        "Show all keys.",
        lambda stage: stage.show_shortcuts(),
        ("F1",),
        "keyboard",
    ),
    Action(
        "app.about",
        "About Chainrule",
        "Help",
        "Show the version, the licence, and whose data and software is in it.",
        lambda stage: stage.show_about(),
        icon="info",
    ),
    Action(
        "app.menu",
        "Menu",
        "Help",
        "Open the menu of all commands.",
        lambda stage: stage.show_menu(),
        ("F9",),
        "menu",
        hidden=True,
    ),
)
