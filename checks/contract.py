"""The fingerprint of what is promised to a client's code, and where two promises differ."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import count
from typing import Any, TypeGuard

from checks.canonical import canonical
from checks.clean import clean
from checks.outcome import Contract

LINES = 20
"""So many lines of one kind are told; the rest is counted."""

_Place = tuple[str, ...]  # the things on the way down, outermost first
_Facts = dict[str, Any]  # what is said of one thing, by keyword

_NAMED = {
    "schemas": "schema",
    "definitions": "schema",
    "$defs": "schema",
    "properties": "property",
    "patternProperties": "properties like",
    "dependentSchemas": "dependents of",
    "responses": "response",
    "parameters": "parameter",
    "requestBodies": "request body",
    "headers": "header",
    "content": "as",
    "mediaTypes": "media type",
    "encoding": "encoding of",
    "links": "link",
    "securitySchemes": "security scheme",
    "securityDefinitions": "security scheme",
    "flows": "flow",
    "additionalOperations": "operation",
}
_PATHS = {"paths": "path", "webhooks": "webhook", "pathItems": "path item"}
_METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace", "query"}
_CHOICES = {"allOf", "anyOf", "oneOf", "prefixItems"}
_DATA = {"const", "default", "enum", "mapping", "required", "scopes", "security"}


@dataclass(frozen=True, slots=True)
class Difference:
    """Readable lines, at most `LINES` of a kind and then how many more there are."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


def is_contract(document: object) -> TypeGuard[Mapping[str, Any]]:
    """Whether this is an OpenAPI 3 or a Swagger 2 document at all."""
    if not isinstance(document, Mapping):
        return False
    format_version = document.get("openapi", document.get("swagger"))
    described = any(isinstance(document.get(key), Mapping) for key in (*_PATHS, "components"))
    return isinstance(format_version, str) and described


def contract_of(document: Mapping[str, Any]) -> Contract:
    """Fingerprint a parsed OpenAPI document: SHA-256 of its canonical text, in hexadecimal."""
    text = canonical(document)
    return Contract(sha256(text.encode()).hexdigest(), text)


def difference(before: str, after: str) -> Difference:
    """Tell what was added, removed and changed between two canonical texts."""
    old, new = _things(json.loads(before)), _things(json.loads(after))
    return Difference(
        added=_bounded([f"{_called(place)}: added" for place in _tops(new, old)]),
        removed=_bounded([f"{_called(place)}: removed" for place in _tops(old, new)]),
        changed=_bounded(
            [
                f"{_called(place)}: {change}"
                for place in sorted(old.keys() & new.keys())
                for change in _changes(old[place], new[place])
            ]
        ),
    )


def _tops(these: Mapping[_Place, _Facts], those: Mapping[_Place, _Facts]) -> list[_Place]:
    """Find what is in these and not in those, without what came along inside it."""
    return sorted(place for place in these if place not in those and place[:-1] in those)


def _bounded(lines: Sequence[str]) -> tuple[str, ...]:
    told = tuple(clean(line) for line in lines[:LINES])
    return (*told, f"and {len(lines) - LINES} more") if len(lines) > LINES else told


def _called(place: _Place) -> str:
    """Name a thing as people do; an operation needs no path before it."""
    if len(place) > 1 and place[1].partition(" ")[0].lower() in _METHODS:
        return " ".join(place[1:])
    return " ".join(place) or "the whole document"


def _changes(old: _Facts, new: _Facts) -> Iterator[str]:
    for key in sorted(old.keys() | new.keys()):
        was, is_ = old.get(key), new.get(key)
        if was == is_ and type(was) is type(is_):
            continue
        if isinstance(was, list) and isinstance(is_, list):
            yield f"{key} {_moves(was, is_)}"
        else:
            yield f"{key} {_shown(was)} -> {_shown(is_)}"


def _moves(was: list[Any], is_: list[Any]) -> str:
    gone = [f"-{_shown(one)}" for one in was if one not in is_]
    come = [f"+{_shown(one)}" for one in is_ if one not in was]
    return ", ".join(come + gone)


def _shown(value: Any) -> str:
    match value:
        case None:
            return "none"
        case str():
            return value.removeprefix("#/components/").removeprefix("#/definitions/")
        case {"$ref": str(reference)}:
            return _shown(reference)
        case _:
            return clean(json.dumps(value), 60)


def _things(document: Mapping[str, Any]) -> dict[_Place, _Facts]:
    """Take a canonical document apart: its named things, and what is said of each."""
    found: dict[_Place, _Facts] = {(): {}}
    for place, key, value in _walk(document, (), ""):
        facts = found.setdefault(place, {})
        if key:
            facts[key] = value
    return found


def _walk(node: Mapping[str, Any], place: _Place, way: str) -> Iterator[tuple[_Place, str, Any]]:
    """Yield every thing under `node`, and every fact; `way` is what has no name of its own."""
    for key, value in node.items():
        if key in _DATA:
            yield place, f"{way}{key}", value
        elif isinstance(value, Mapping):
            yield from _inside(key, value, place, way)
        elif isinstance(value, list) and key == "parameters":
            yield from _parameters(value, place)
        elif isinstance(value, list) and key in _CHOICES:
            yield from _choices(key, value, place, way)
        else:
            yield place, f"{way}{key}", value


def _inside(
    key: str, value: Mapping[str, Any], place: _Place, way: str
) -> Iterator[tuple[_Place, str, Any]]:
    if key in _PATHS:
        for name, path in value.items():
            yield from _path(path, name, (*place, f"{_PATHS[key]} {name}"))
    elif key == "callbacks":
        for name, expressions in value.items():
            yield from _thing({"paths": expressions}, (*place, f"callback {name}"))
    elif key in _NAMED:
        for name, thing in value.items():
            yield from _thing(thing, (*place, f"{way}{_NAMED[key]} {name}"))
    elif key == "requestBody":
        yield from _thing(value, (*place, "request body"))
    elif key in {"schema", "components"}:
        yield from _walk(value, place, way)
    else:
        yield from _walk(value, place, f"{way}{key} ")
        yield place, f"{way}{key}", "given"


def _path(path: Any, name: str, place: _Place) -> Iterator[tuple[_Place, str, Any]]:
    operations = {key for key in path if key in _METHODS} if isinstance(path, Mapping) else set()
    rest = {key: path[key] for key in path if key not in operations} if operations else path
    yield from _thing(rest, place)
    for key in operations:
        yield from _thing(path[key], (*place, f"{key.upper()} {name}"))


def _thing(thing: Any, place: _Place) -> Iterator[tuple[_Place, str, Any]]:
    yield place, "", None
    if isinstance(thing, Mapping):
        yield from _walk(thing, place, "")
    else:
        yield place, "value", thing


def _parameters(listed: list[Any], place: _Place) -> Iterator[tuple[_Place, str, Any]]:
    for parameter in listed:
        match parameter:
            case {"name": str(name), "in": "header" | "cookie" as where}:
                yield from _thing(parameter, (*place, f"{where} {name}"))
            case {"name": str(name)}:
                yield from _thing(parameter, (*place, f"parameter {name}"))
            case _:
                yield from _thing(parameter, (*place, f"parameter {_shown(parameter)}"))


def _choices(
    key: str, choices: list[Any], place: _Place, way: str
) -> Iterator[tuple[_Place, str, Any]]:
    """Tell references apart by what they name, and what is written out by its number."""
    written = [one for one in choices if isinstance(one, Mapping) and set(one) != {"$ref"}]
    yield place, f"{way}{key}", [one for one in choices if one not in written]
    for number, one in zip(count(1), written, strict=False):
        yield from _walk(
            one, place, f"{way}{key} {number} " if len(written) > 1 else f"{way}{key} "
        )
