"""A small contract, and what may be done to it."""

import copy
import json
from collections.abc import Callable
from typing import Any

from checks.contract import contract_of

Document = dict[str, Any]
Edit = Callable[[Document], object]

SMALL: Document = {
    "openapi": "3.0.3",
    "info": {"title": "Presenteren", "version": "8.5.2", "contact": {"name": "iemand"}},
    "servers": [{"url": "https://service.pre.example/v8"}],
    "externalDocs": {"url": "https://pre.example/docs"},
    "tags": [{"name": "Regelingen", "description": "…"}],
    "security": [{"apiKey": []}, {"login": ["lezen", "schrijven"]}],
    "x-build": "2026-11-22",
    "paths": {
        "/regelingen": {
            "summary": "Regelingen",
            "servers": [{"url": "https://pre.example"}],
            "get": {
                "operationId": "getRegelingen",
                "summary": "Alle regelingen",
                "description": "Geeft ze.",
                "tags": ["Regelingen", "Lezen"],
                "externalDocs": {"url": "https://pre.example"},
                "parameters": [
                    {
                        "name": "page",
                        "in": "query",
                        "description": "…",
                        "schema": {"type": "integer"},
                    },
                    {
                        "name": "Accept-Crs",
                        "in": "header",
                        "example": "x",
                        "schema": {"type": "string"},
                    },
                    {"$ref": "#/components/parameters/Size"},
                ],
                "responses": {
                    "200": {
                        "description": "Gelukt",
                        "headers": {"X-Total": {"schema": {"type": "integer"}, "description": "…"}},
                        "content": {
                            "application/hal+json": {
                                "schema": {"$ref": "#/components/schemas/Regeling"},
                                "examples": {"een": {"value": {}}},
                            }
                        },
                    },
                    "default": {"description": "Mislukt"},
                },
            },
        }
    },
    "components": {
        "parameters": {"Size": {"name": "size", "in": "query", "schema": {"type": "integer"}}},
        "schemas": {
            "Regeling": {
                "title": "Een regeling",
                "type": "object",
                "required": ["titel", "soort"],
                "properties": {
                    "titel": {"type": "string", "description": "De titel", "maxLength": 80},
                    "soort": {"type": "string", "enum": ["a", "b", "c"], "example": "a"},
                    "title": {"type": "string"},
                    "description": {"type": "string"},
                    "example": {"type": "string"},
                    "servers": {"type": "integer"},
                    "info": {"type": ["string", "null"]},
                    "x-naam": {"type": "string"},
                    "required": {"type": "boolean"},
                },
            }
        },
        "securitySchemes": {
            "apiKey": {"type": "apiKey", "name": "x-api-key", "in": "header"},
            "login": {
                "type": "oauth2",
                "flows": {
                    "clientCredentials": {
                        "tokenUrl": "https://pre.example/token",
                        "scopes": {"lezen": "Lezen", "schrijven": "Schrijven"},
                    }
                },
            },
            "oidc": {
                "type": "openIdConnect",
                "openIdConnectUrl": "https://pre.example/.well-known",
            },
        },
    },
}

REGELING = ("components", "schemas", "Regeling")
OPERATION = ("paths", "/regelingen", "get")
SUCCESS = (*OPERATION, "responses", "200")


def at(document: Document, *way: str | int) -> Any:
    node: Any = document
    for step in way:
        node = node[step]
    return node


def put(*way: str | int, to: Any) -> Edit:
    def edit(document: Document) -> None:
        at(document, *way[:-1])[way[-1]] = to

    return edit


def drop(*way: str | int) -> Edit:
    return lambda document: at(document, *way[:-1]).pop(way[-1])


def edited(edit: Edit) -> Document:
    document = copy.deepcopy(SMALL)
    edit(document)
    assert json.dumps(document) != json.dumps(SMALL)
    return document


def fingerprint(document: Document) -> str:
    return contract_of(document).fingerprint


SEEN: dict[str, Edit] = {
    "a path more": put("paths", "/teksten", to={}),
    "a path less": drop("paths", "/regelingen"),
    "an operation more": put("paths", "/regelingen", "post", to={"responses": {}}),
    "an operation's name": put(*OPERATION, "operationId", to="zoek"),
    "a deprecated operation": put(*OPERATION, "deprecated", to=True),
    "a parameter less": drop(*OPERATION, "parameters", 0),
    "a parameter now required": put(*OPERATION, "parameters", 0, "required", to=True),
    "a parameter elsewhere": put(*OPERATION, "parameters", 0, "in", to="header"),
    "a status code more": put(*OPERATION, "responses", "404", to={}),
    "a media type": lambda d: at(d, *SUCCESS).update(content={"application/json": {}}),
    "a response header less": drop(*SUCCESS, "headers", "X-Total"),
    "the type of a property": put(*REGELING, "properties", "titel", "type", to="integer"),
    "a limit": put(*REGELING, "properties", "titel", "maxLength", to=81),
    "a property more": put(*REGELING, "properties", "naam", to={"type": "string"}),
    "a property that is now required": put(*REGELING, "required", to=["titel", "soort", "info"]),
    "a value of an enum less": put(*REGELING, "properties", "soort", "enum", to=["a", "b"]),
    "a default": put(*REGELING, "properties", "soort", "default", to="a"),
    "a nullable": put(*REGELING, "properties", "titel", "nullable", to=True),
    "a schema renamed": lambda d: d["components"]["schemas"].update(
        Regel=d["components"]["schemas"].pop("Regeling")
    ),
    "security taken off": put(*OPERATION, "security", to=[]),
    "another kind of security": put("security", to=[{"apiKey": []}]),
    "a scope more": put("security", 1, "login", to=["lezen", "schrijven", "beheren"]),
    "where the key goes": put("components", "securitySchemes", "apiKey", "in", to="query"),
    **{
        f"a property called {name}": drop(*REGELING, "properties", name)
        for name in ("title", "description", "example", "servers", "info", "x-naam", "required")
    },
}
