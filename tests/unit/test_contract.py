"""The fingerprint moves when a client's code could notice, and never otherwise."""

import copy
import json
import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.contract import LINES, contract_of, difference, is_contract

UNTIMED = settings(deadline=None)  # a busy machine is no counterexample
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


UNSEEN: dict[str, Edit] = {
    "the version": put("info", "version", to="8.5.3"),
    "no info": drop("info"),
    "the format version": put("openapi", to="3.0.1"),
    "the servers": put("servers", to=[{"url": "https://service.example/v8"}]),
    "no servers": drop("servers"),
    "the servers of a path": drop("paths", "/regelingen", "servers"),
    "external documentation": drop("externalDocs"),
    "external documentation of an operation": drop(*OPERATION, "externalDocs"),
    "the tags' descriptions": drop("tags"),
    "the order of tags": put(*OPERATION, "tags", to=["Lezen", "Regelingen"]),
    "an extension": drop("x-build"),
    "an extension among the paths": put("paths", "x-gateway", to={"get": {}}),
    "an extension among the responses": put(*OPERATION, "responses", "x-more", to={}),
    "a summary": put(*OPERATION, "summary", to="Iets anders"),
    "a description": drop(*SUCCESS, "description"),
    "the title of a schema": drop(*REGELING, "title"),
    "an example": drop(*REGELING, "properties", "soort", "example"),
    "examples": drop(*SUCCESS, "content", "application/hal+json", "examples"),
    "the order of required": put(*REGELING, "required", to=["soort", "titel"]),
    "the order of an enum": put(*REGELING, "properties", "soort", "enum", to=["c", "a", "b"]),
    "the order of types": put(*REGELING, "properties", "info", "type", to=["null", "string"]),
    "a list of one type": put(*REGELING, "type", to=["object"]),
    "the order of parameters": lambda d: at(d, *OPERATION, "parameters").reverse(),
    "the order of alternatives in security": lambda d: d["security"].reverse(),
    "the order of scopes": put("security", 1, "login", to=["schrijven", "lezen"]),
    "the token address": put(
        "components", "securitySchemes", "login", "flows", "clientCredentials", "tokenUrl",
        to="https://example/token",
    ),
    "the discovery address": drop("components", "securitySchemes", "oidc", "openIdConnectUrl"),
    "the description of a scope": put(
        "components", "securitySchemes", "login", "flows", "clientCredentials", "scopes", "lezen",
        to="Mag lezen",
    ),
    "a flag that is false": put(*REGELING, "properties", "titel", "nullable", to=False),
    "an operation said not to be deprecated": put(*OPERATION, "deprecated", to=False),
    "a parameter said not to be required": put(*OPERATION, "parameters", 0, "required", to=False),
    "a whole number with a point": put(*REGELING, "properties", "titel", "maxLength", to=80.0),
    "an empty list of headers": put(*OPERATION, "responses", "default", "headers", to={}),
}  # fmt: skip

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


@pytest.mark.parametrize("edit", UNSEEN.values(), ids=UNSEEN.keys())
def test_what_no_client_can_notice_makes_no_difference(edit: Edit) -> None:
    assert contract_of(edited(edit)) == contract_of(SMALL)


@pytest.mark.parametrize("edit", SEEN.values(), ids=SEEN.keys())
def test_what_a_client_can_notice_makes_a_difference_that_can_be_told(edit: Edit) -> None:
    before, after = contract_of(SMALL), contract_of(edited(edit))
    assert before.fingerprint != after.fingerprint
    told = difference(before.canonical, after.canonical)
    assert told.added or told.removed or told.changed


def test_a_property_that_no_keyword_would_be_allowed_to_be_stays() -> None:
    schema = json.loads(contract_of(SMALL).canonical)["components"]["schemas"]["Regeling"]
    assert set(schema["properties"]) == set(at(SMALL, *REGELING, "properties"))
    assert "title" not in schema


def test_data_is_not_taken_for_keywords() -> None:
    default = {"title": "t", "x-a": 1, "description": "d", "required": False}
    document = edited(put(*REGELING, "default", to=default))
    kept = json.loads(contract_of(document).canonical)
    assert at(kept, *REGELING)["default"] == default


def test_another_host_in_a_reference_makes_no_difference() -> None:
    def referring(host: str) -> Document:
        ref = f"https://{host}/v8/openapi.json#/components/schemas/Regeling"
        return edited(put(*SUCCESS, "content", "application/hal+json", "schema", to={"$ref": ref}))

    assert fingerprint(referring("pre.example")) == fingerprint(referring("example"))
    assert fingerprint(referring("pre.example")) != fingerprint(SMALL)


def test_the_hosts_of_swagger_2_make_no_difference() -> None:
    def swagger(host: str, kind: str) -> Document:
        return {
            "swagger": "2.0",
            "host": host,
            "basePath": f"/{host}",
            "schemes": ["https"],
            "paths": {
                "/a": {"get": {"schemes": [host], "parameters": [{"name": "b", "type": kind}]}}
            },
            "definitions": {"C": {"properties": {"title": {"type": kind}}}},
        }

    assert fingerprint(swagger("pre.example", "string")) == fingerprint(
        swagger("example", "string")
    )
    assert fingerprint(swagger("example", "string")) != fingerprint(swagger("example", "integer"))


def test_the_order_of_alternatives_in_a_schema_makes_no_difference() -> None:
    choices = [{"type": "string"}, {"$ref": "#/components/schemas/Regeling"}, {"type": "null"}]
    one = {"paths": {}, "components": {"schemas": {"A": {"oneOf": choices}}}}
    other = {"paths": {}, "components": {"schemas": {"A": {"oneOf": choices[::-1]}}}}
    assert fingerprint(one) == fingerprint(other)


def test_the_order_of_a_tuple_does() -> None:
    items = [{"type": "string"}, {"type": "null"}]
    one = {"components": {"schemas": {"A": {"prefixItems": items}}}}
    other = {"components": {"schemas": {"A": {"prefixItems": items[::-1]}}}}
    assert fingerprint(one) != fingerprint(other)


def shuffled(node: Any, dice: random.Random, key: str = "") -> Any:
    if isinstance(node, dict):
        keys = dice.sample(list(node), len(node))
        return {key: shuffled(node[key], dice, key) for key in keys}
    if isinstance(node, list):
        listed = [shuffled(one, dice) for one in node]
        meaningless = key in {"required", "enum", "parameters", "tags", "security", "type"}
        return dice.sample(listed, len(listed)) if meaningless else listed
    return node


@UNTIMED
@given(st.integers().map(random.Random), st.text(max_size=20), st.sampled_from([None, 0, 3]))
def test_keys_white_space_and_servers_never_change_the_fingerprint(
    dice: random.Random, server: str, indent: int | None
) -> None:
    document = shuffled(SMALL, dice) | {"servers": [{"url": server}]}
    again = json.loads(json.dumps(document, indent=indent))
    assert contract_of(again) == contract_of(SMALL)


@UNTIMED
@given(st.text(max_size=12).map(lambda name: f"/{name}").filter(lambda path: path != "/regelingen"))
def test_a_path_more_always_does(path: str) -> None:
    assert fingerprint(edited(put("paths", path, to={}))) != fingerprint(SMALL)


WORDS = {"paths", "components", "schemas", "properties", "get", "parameters", "allOf", "$ref"}
WORDS |= {"callbacks", "required", "security", "responses", "type", "enum", "scopes", "mapping"}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(sorted(WORDS)),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@UNTIMED
@given(
    st.dictionaries(st.sampled_from(["paths", "components", "security"]), JSON, max_size=3), JSON
)
def test_nonsense_has_a_fingerprint_and_a_difference_too(document: Document, paths: Any) -> None:
    before, after = contract_of(document), contract_of({"paths": paths})
    difference(before.canonical, after.canonical)


def test_a_lone_surrogate_does_no_harm() -> None:
    assert len(fingerprint(edited(put("paths", "/\ud800", to={})))) == 64


@pytest.mark.parametrize(
    ("document", "is_one"),
    [
        (SMALL, True),
        ({"swagger": "2.0", "paths": {}}, True),
        ({"openapi": "3.1.0", "components": {}}, True),
        ({"openapi": "3.0.0"}, False),
        ({"openapi": 3.0, "paths": {}}, False),
        ({"paths": {}}, False),
        ({"openapi": "3.0.0", "paths": []}, False),
        ([], False),
        ("openapi", False),
        (None, False),
    ],
)
def test_a_contract_is_told_from_other_json(document: object, *, is_one: bool) -> None:
    assert is_contract(document) is is_one


@pytest.mark.parametrize(
    ("edit", "kind", "line"),
    [
        (SEEN["a path more"], "added", "path /teksten: added"),
        (SEEN["a path less"], "removed", "path /regelingen: removed"),
        (SEEN["an operation more"], "added", "POST /regelingen: added"),
        (SEEN["a parameter less"], "removed", "GET /regelingen parameter page: removed"),
        (
            SEEN["a parameter now required"],
            "changed",
            "GET /regelingen parameter page: required none -> true",
        ),
        (SEEN["a status code more"], "added", "GET /regelingen response 404: added"),
        (SEEN["a media type"], "added", "GET /regelingen response 200 as application/json: added"),
        (
            SEEN["the type of a property"],
            "changed",
            "schema Regeling property titel: type string -> integer",
        ),
        (SEEN["a limit"], "changed", "schema Regeling property titel: maxLength 80 -> 81"),
        (SEEN["a property more"], "added", "schema Regeling property naam: added"),
        (SEEN["a value of an enum less"], "changed", "schema Regeling property soort: enum -c"),
        (SEEN["a property that is now required"], "changed", "schema Regeling: required +info"),
        (SEEN["where the key goes"], "changed", "security scheme apiKey: in header -> query"),
        (
            lambda d: at(d, *SUCCESS, "content")["application/hal+json"].update(
                schema={"$ref": "#/definitions/B"}
            ),
            "changed",
            "GET /regelingen response 200 as application/hal+json: $ref schemas/Regeling -> B",
        ),
    ],
)  # fmt: skip
def test_a_difference_reads_as_a_sentence(edit: Edit, kind: str, line: str) -> None:
    told = difference(contract_of(SMALL).canonical, contract_of(edited(edit)).canonical)
    assert line in getattr(told, kind)


def test_a_whole_path_is_told_once() -> None:
    told = difference(
        contract_of(SMALL).canonical, contract_of(edited(drop("paths", "/regelingen"))).canonical
    )
    assert told.removed == ("path /regelingen: removed",)
    assert (told.added, told.changed) == ((), ())


def test_nothing_differs_from_itself() -> None:
    same = contract_of(SMALL).canonical
    assert difference(same, same) == difference("{}", "{}")
    assert difference(same, same).changed == ()


def test_a_long_difference_is_cut_and_counted() -> None:
    many = edited(
        lambda d: d["paths"].update({f"/{number:02}": {} for number in range(LINES + 12)})
    )
    told = difference(contract_of(SMALL).canonical, contract_of(many).canonical)
    assert len(told.added) == LINES + 1
    assert told.added[-1] == "and 12 more"


def test_hostile_names_are_cleaned_and_cut() -> None:
    many = edited(put("paths", "/\u202e\x07" + "a" * 5000, to={}))
    (line,) = difference(contract_of(SMALL).canonical, contract_of(many).canonical).added
    assert line.isprintable()
    assert len(line) <= 200
