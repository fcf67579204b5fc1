"""The fingerprint moves when a client's code could notice, and never otherwise."""

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.contract import contract_of, difference, is_contract
from tests.unit.contracts import (
    OPERATION,
    REGELING,
    SEEN,
    SMALL,
    SUCCESS,
    Document,
    Edit,
    at,
    drop,
    edited,
    fingerprint,
    put,
)

UNTIMED = settings(deadline=None)  # a busy machine is no counterexample


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
