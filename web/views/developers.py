"""The API as a page: the OpenAPI document, operation by operation."""

from collections.abc import Iterator, Mapping
from typing import Any

from web.views.model import View

_METHODS = ("get", "post", "put", "patch", "delete")


class Field(View):
    name: str
    place: str  # path, query, header or body
    kind: str
    needed: bool
    about: str


class Operation(View):
    id: str
    method: str
    path: str
    summary: str
    about: tuple[str, ...]  # paragraphs
    fields: tuple[Field, ...]
    answer: str | None  # the name of its schema


class Group(View):
    name: str
    operations: tuple[Operation, ...]


def groups(document: Mapping[str, Any]) -> tuple[Group, ...]:
    """By tag, in the order in which the document first names each."""
    found: dict[str, list[Operation]] = {}
    for tag, operation in _operations(document):
        found.setdefault(tag, []).append(operation)
    return tuple(Group(name=tag, operations=tuple(several)) for tag, several in found.items())


def _operations(document: Mapping[str, Any]) -> Iterator[tuple[str, Operation]]:
    for path, methods in document["paths"].items():
        for method in _METHODS:
            if one := methods.get(method):
                tag = (one.get("tags") or ["other"])[0]
                yield tag, _operation(path, method, one, document)


def _operation(
    path: str, method: str, one: Mapping[str, Any], document: Mapping[str, Any]
) -> Operation:
    paragraphs = one.get("description", "").split("\n\n")
    return Operation(
        id=one["operationId"],
        method=method.upper(),
        path=path,
        summary=one.get("summary", ""),
        about=tuple(" ".join(text.split()) for text in paragraphs if text.strip()),
        fields=(*_parameters(one), *_body(one, document)),
        answer=_answer(one),
    )


def _parameters(one: Mapping[str, Any]) -> Iterator[Field]:
    for given in one.get("parameters", ()):
        yield Field(
            name=given["name"],
            place=given["in"],
            kind=_kind(given.get("schema", {})),
            needed=given.get("required", False),
            about=given.get("description", "") or given.get("schema", {}).get("description", ""),
        )


def _body(one: Mapping[str, Any], document: Mapping[str, Any]) -> Iterator[Field]:
    content = one.get("requestBody", {}).get("content", {})
    for media in content.values():
        schema = _resolved(media.get("schema", {}), document)
        needed = schema.get("required", ())
        for name, given in schema.get("properties", {}).items():
            yield Field(
                name=name,
                place="body",
                kind=_kind(given),
                needed=name in needed,
                about=given.get("description", ""),
            )


def _resolved(schema: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    if reference := schema.get("$ref"):
        found: Mapping[str, Any] = document["components"]["schemas"][_name(reference)]
        return found
    return schema


def _answer(one: Mapping[str, Any]) -> str | None:
    for status, response in one["responses"].items():
        if status.startswith("2"):
            for media in response.get("content", {}).values():
                if reference := media.get("schema", {}).get("$ref"):
                    return _name(reference)
    return None


def _kind(schema: Mapping[str, Any]) -> str:
    """A schema in a word or two."""
    if reference := schema.get("$ref"):
        return _name(reference)
    if several := schema.get("anyOf") or schema.get("oneOf"):
        return " | ".join(dict.fromkeys(_kind(one) for one in several if one.get("type") != "null"))
    if "const" in schema:
        return str(schema["const"])
    if listed := schema.get("enum"):
        return " | ".join(map(str, listed))
    if schema.get("type") == "array":
        return f"{_kind(schema.get('items', {}))}[]"
    return str(schema.get("format") or schema.get("type") or "any")


def _name(reference: str) -> str:
    return reference.rpartition("/")[2]
