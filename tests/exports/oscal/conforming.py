"""What is wrong with OSCAL documents: by NIST's JSON Schemas, and by those of its metaschemas' constraints that touch us."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator

_DATA = Path(__file__).parents[2] / "data"
_SCHEMAS = {"catalog": "catalog", "component-definition": "component", "mapping-collection": "mapping"}

_KNOWN = {"label", "sort-id", "status", "version", "implementation-status"}
_RELATIONSHIPS = {"equivalent-to", "equal-to", "subset-of", "superset-of", "intersects-with", "no-relationship"}


def faults(document: Mapping[str, Any]) -> list[str]:
    """The faults of one document."""
    [(kind, body)] = document.items()
    schema = [f"{error.json_path}: {error.message[:200]}" for error in _validator(kind).iter_errors(document)]
    return schema or [*_twice(body), *_dangling(body), *_roles(body), *_names(body), *_without_statement(body)]


def faults_of(files: Mapping[str, bytes]) -> list[str]:
    """The faults of a whole export: those of its documents, and controls that the catalogs do not hold."""
    documents = {name: json.loads(data) for name, data in files.items()}
    found = [f"{name}: {fault}" for name, document in documents.items() for fault in faults(document)]
    ids = {name: set(ids_of(document["catalog"])) for name, document in documents.items() if "catalog" in document}
    for name, control in _referred(documents):
        if control not in ids.get(name, ()):
            found.append(f"{name} has no control {control}")
    return found


def ids_of(part: Any) -> Iterator[str]:
    """Every id of a control, group or part in a catalog, in reading order."""
    for each in (*part.get("parts", ()), *part.get("groups", ()), *part.get("controls", ())):
        yield each["id"]
        yield from ids_of(each)


def controls_of(part: Any) -> Iterator[dict[str, Any]]:
    """Every control in a catalog, in reading order."""
    for group in part.get("groups", ()):
        yield from controls_of(group)
    for control in part.get("controls", ()):
        yield control
        yield from controls_of(control)


@cache
def _validator(kind: str) -> Draft7Validator:
    schema = json.loads((_DATA / f"oscal_{_SCHEMAS[kind]}_schema.json").read_bytes())
    return Draft7Validator(_for_python(schema), format_checker=Draft7Validator.FORMAT_CHECKER)


def _for_python(schema: Any) -> Any:
    """The schema with its patterns as Python writes them, in which `$` does not pass over a line end."""
    if isinstance(schema, list):
        return [_for_python(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: _for_python(part) for key, part in schema.items()}
    if isinstance(pattern := found.get("pattern"), str):
        letters = pattern.replace(r"\p{L}", r"[^\W\d_]").replace(r"\p{N}", r"\d")
        found["pattern"] = re.sub(r"\$$", r"\\Z", letters)
    return found


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _objects(part)


def _twice(body: Any) -> list[str]:
    counted = Counter(each["uuid"] for each in _objects(body) if "uuid" in each)
    counted.update(ids_of(body))
    return [f"{name} is there {count} times" for name, count in counted.items() if count > 1]


def _dangling(body: Any) -> list[str]:
    there = {each["uuid"] for each in _objects(body) if "uuid" in each} | set(ids_of(body))
    hrefs = {each["href"][1:] for each in _objects(body) if str(each.get("href", "")).startswith("#")}
    told = {each["uuid"] for each in body.get("back-matter", {}).get("resources", ())}
    return [f"#{href} leads nowhere" for href in hrefs - there] + [f"{uuid} is never meant" for uuid in told - hrefs]


def _roles(body: Any) -> list[str]:
    there = {role["id"] for role in body["metadata"].get("roles", ())}
    found = []
    for each in _objects(body):
        asked = [role["role-id"] for role in each.get("responsible-roles", ())]
        found += [f"no role {role}" for role in asked if role not in there]
        found += [f"role {role} is there twice" for role, count in Counter(asked).items() if count > 1]
    return found


def _names(body: Any) -> list[str]:
    """Names that are taken for OSCAL's own and are none: those of a namespace say which."""
    props = [prop for each in _objects(body) for prop in each.get("props", ()) if "ns" not in prop]
    found = [f"OSCAL knows no property {prop['name']}" for prop in props if prop["name"] not in _KNOWN]
    maps = [each for each in _objects(body) if "relationship" in each and "ns" not in each]
    return found + [
        f"no relationship {each['relationship']}" for each in maps if each["relationship"] not in _RELATIONSHIPS
    ]


def _without_statement(body: Any) -> list[str]:
    return [
        f"{control['id']} has no statement"
        for control in controls_of(body)
        if ("status", "withdrawn") not in [(prop["name"], prop["value"]) for prop in control.get("props", ())]
        and "statement" not in [part["name"] for part in control.get("parts", ())]
    ]


def _referred(documents: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for component in documents["component-definition.json"]["component-definition"].get("components", ()):
        for implementation in component.get("control-implementations", ()):
            for requirement in implementation["implemented-requirements"]:
                yield implementation["source"], requirement["control-id"]
    collection = documents.get("mapping-collection.json", {"mapping-collection": {}})["mapping-collection"]
    for mapping in collection.get("mappings", ()):
        for entry in mapping["maps"]:
            yield mapping["source-resource"]["href"], entry["sources"][0]["id-ref"]
            yield mapping["target-resource"]["href"], entry["targets"][0]["id-ref"]
