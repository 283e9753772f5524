"""The verb `new` with data of a person's own: a project on them, with a first network or that of a template."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.beginning import first_project
from engine.cli.say import wrong_usage
from engine.dataset import Dataset, Recipe, dataset_from, datasets_at
from engine.project import Project
from engine.template import UnknownTemplate, template


def project_on(path: Path, target: str | None, name: str | None, kind: str | None) -> Project:
    """A project on a file or folder. Raises DataError, and ends with a sentence where usage is wrong."""
    recipe = Recipe.usual(_dataset(path, target, kind))
    if name is None:
        project = first_project(recipe, path.stem)
        if project is None:
            wrong_usage(
                f"No network of ours is usual for {recipe.dataset.title} data. Name a TEMPLATE to begin from; "
                "“chainrule templates” lists them."
            )
        return project
    try:
        begun = template(name)
    except UnknownTemplate as error:
        wrong_usage(str(error))
    recipe.prepare()  # what is wrong with the data is said now
    return replace(begun, recipe=recipe, title=path.stem)


def _dataset(path: Path, target: str | None, kind: str | None) -> Dataset:
    if not path.exists():
        wrong_usage(f"There is no file or folder {path}.")
    readings = datasets_at(path.absolute())
    chosen = [one for one in readings if kind is None or one.name == kind]
    if target is not None and kind is None:  # only a table has columns to predict
        chosen.sort(key=lambda one: "target" not in type(one).model_fields)
    if not chosen:
        known = ", ".join(one.name for one in readings)
        wrong_usage(
            f"{path} is not known as data of that kind; it can be read as {known}."
            if readings
            else f"{path} is of no kind that is known as data: tables (CSV, TSV, Parquet), text, images, arrays."
        )
    found = chosen[0]
    if target is None:
        return found
    if "target" not in type(found).model_fields:
        wrong_usage(f"--target names a column of a table, but {path} is read as {found.title}.")
    record: dict[str, Any] = found.model_dump(mode="json") | {"name": found.name, "target": target}
    return dataset_from(record)
