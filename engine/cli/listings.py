"""The verbs that list what there is. What each needs is imported when it runs."""

from engine.cli.options import AsJson


def layers(json: AsJson = False) -> None:
    """List the kinds of layers with their parameters.

    Examples:
        chainrule layers

    Records:
        layer: name, title, group, help, parameters
    """
    from engine.cli.catalogue import show_layers

    show_layers(json)


def settings(json: AsJson = False) -> None:
    """List the settings of training, as “chainrule train --set” takes them.

    Examples:
        chainrule settings

    Records:
        setting: name, title, type, default, bounds, choices, description
    """
    from engine.cli.catalogue import show_settings

    show_settings(json)


def datasets(json: AsJson = False) -> None:
    """List the data sets that come with the program.

    Examples:
        chainrule datasets --json

    Records:
        dataset: name, title, shape, predict, examples, help, parameters
    """
    from engine.cli.catalogue import show_datasets

    show_datasets(json)


def templates(json: AsJson = False) -> None:
    """List the templates that “chainrule new” knows.

    Examples:
        chainrule templates

    Records:
        template: name, title, dataset, help, nodes
    """
    from engine.cli.catalogue import show_templates

    show_templates(json)
