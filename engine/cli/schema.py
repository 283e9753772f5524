"""The verb `schema`: what `project.json` looks like, in JSON Schema (2020-12), from the declarations themselves."""

import json
from typing import Any

import typer

from engine.datasets import DATASETS
from engine.graph import Group
from engine.layers import CATALOGUE
from engine.opening import Opening
from engine.parting import Split
from engine.settings import Settings
from engine.source import Source
from engine.storage import FORMAT
from engine.variation import Variation

TEXT, NUMBER = {"type": "string"}, {"type": "number"}


def show(as_line: bool) -> None:
    """Print it."""
    indent = None if as_line else 1
    typer.echo(json.dumps(schema(), indent=indent, ensure_ascii=False, sort_keys=True))


def schema() -> dict[str, Any]:
    """The schema of a project as it is written. Fields that it does not name are kept by the program."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A Chainrule project",
        "type": "object",
        "required": ["format", "graph"],
        "properties": {
            "format": {"type": "integer", "minimum": 1, "maximum": FORMAT},
            "title": TEXT,
            "notes": TEXT,
            "graph": {"$ref": "#/$defs/graph"},
            "data": {"$ref": "#/$defs/data"},
            "settings": {"$ref": "#/$defs/settings"},
            "runs": {"type": "array", "items": TEXT},
            "openings": {"type": "array", "items": {"$ref": "#/$defs/opening"}},
            "sources": {"type": "object", "additionalProperties": {"$ref": "#/$defs/source"}},
        },
        "$defs": {
            "graph": _graph(),
            "data": _data(),
            "settings": _of(Settings),
            "opening": _of(Opening),
            "source": _of(Source),
        },
    }


def _of(declared: type[Any], /, **more: Any) -> dict[str, Any]:
    """The schema of a declaration, with what it refers to written into it."""
    said = declared.model_json_schema(mode="serialization")
    parts = said.pop("$defs", {})
    said["properties"] = {**said.get("properties", {}), **more}
    said["required"] = sorted({*more} | set(said.get("required", ())) & {*more})
    found: dict[str, Any] = _inlined(said, parts)
    return found


def _inlined(value: Any, parts: dict[str, Any]) -> Any:
    if isinstance(value, dict):
        if "$ref" in value:
            name = value["$ref"].rsplit("/", 1)[-1]
            return _inlined(parts.get(name, {}), {k: v for k, v in parts.items() if k != name})
        return {key: _inlined(inner, parts) for key, inner in value.items()}
    if isinstance(value, list):
        return [_inlined(inner, parts) for inner in value]
    return value


def _data() -> dict[str, Any]:
    sets = [_of(kind, name={"const": name}) for name, kind in DATASETS.items()]
    return {
        "type": "object",
        "required": ["dataset"],
        "properties": {
            "dataset": {"oneOf": sets},
            "split": _of(Split),
            "scaling": {"enum": ["none", "standardise"]},
            "variation": _of(Variation),
        },
    }


def _graph() -> dict[str, Any]:
    """Nodes with a layer each, and edges as pairs of `node.port`; a group has a graph of its own."""
    known = [_of(kind, kind={"const": name}, **_inside(kind)) for name, kind in CATALOGUE.items()]
    strange = {  # a layer of another version is kept as it is
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {**TEXT, "not": {"enum": sorted(CATALOGUE)}}},
    }
    end = {"type": "string", "pattern": r"^.+\..+$"}
    pair = {"type": "array", "prefixItems": [end, end], "minItems": 2, "maxItems": 2}
    return {
        "type": "object",
        "properties": {
            "nodes": {"type": "array", "items": _node([*known, strange])},
            "edges": {"type": "array", "items": pair},
        },
    }


def _inside(kind: type[Any]) -> dict[str, Any]:
    return {"graph": {"$ref": "#/$defs/graph"}} if issubclass(kind, Group) else {}


def _node(layers: list[dict[str, Any]]) -> dict[str, Any]:
    point = {"type": "array", "items": NUMBER, "minItems": 2, "maxItems": 2}
    marks = {
        "frozen": {"type": "boolean"},
        "enabled": {"type": "boolean"},
        "shares": {"type": ["string", "null"]},
        "note": TEXT,
        "rate": {**NUMBER, "exclusiveMinimum": 0},
        "decay": {"type": ["number", "null"], "minimum": 0},
        "open": {"type": "boolean"},
    }
    return {
        "type": "object",
        "required": ["id", "layer"],
        "properties": {"id": TEXT, "position": point, "layer": {"oneOf": layers}, **marks},
    }
