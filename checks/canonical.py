"""The one way to write down what a client's code can depend on in an OpenAPI document.

The form follows the grammar of OpenAPI 3 and Swagger 2, because only the place of a key
tells whether it is a keyword or a name: `description` is left out of a schema, but stays
where it is the name of a property (semantics.md, section 4).
"""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

_Form = Callable[[Any], Any]

_FOR_PEOPLE = {"$comment", "description", "example", "examples", "externalDocs", "summary", "title"}
_BOUND_TO_AN_ENVIRONMENT = {"schemes", "server", "servers"}
_LOGIN_ADDRESSES = {"authorizationUrl", "openIdConnectUrl", "refreshUrl", "tokenUrl"} | {
    "deviceAuthorizationUrl",
    "oauth2MetadataUrl",
}
_LEFT_OUT = _FOR_PEOPLE | _BOUND_TO_AN_ENVIRONMENT | _LOGIN_ADDRESSES
_SAID_BY_SILENCE = {"allowEmptyValue", "allowReserved", "deprecated"} | {
    "exclusiveMaximum",
    "exclusiveMinimum",
    "nullable",
    "readOnly",
    "required",
    "uniqueItems",
    "writeOnly",
}
_EXACT = 2**53  # beyond it a float no longer names one whole number
_SILENCE = object()


def canonical(document: Mapping[str, Any]) -> str:
    """Write the document as canonical JSON text; ASCII, so that lone surrogates do no harm."""
    described = {key: value for key, value in document.items() if key in _GRAMMAR["document"]}
    return _text(_of("document")(described))


def _text(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _of(what: str) -> _Form:
    """Form a mapping whose keys are keywords; those that only people read go."""

    def formed(node: Any) -> Any:
        if not isinstance(node, dict):
            return _plain(node)
        forms = _GRAMMAR[what]
        kept = {}
        for key, value in node.items():
            if key in _LEFT_OUT or key.startswith("x-"):
                continue
            if value is False and key in _SAID_BY_SILENCE:
                continue
            form = forms.get(key, _plain)(value)
            if form is not _SILENCE:
                kept[key] = form
        return kept

    return formed


def _names(form: _Form) -> _Form:
    """Form a mapping whose keys are names: every one of them stays."""
    return lambda node: (
        {name: form(value) for name, value in node.items()}
        if isinstance(node, dict)
        else _plain(node)
    )


def _names_but_extensions(form: _Form) -> _Form:
    """Form a mapping of names in which the specification lets `x-` mark an extension."""
    every = _names(form)
    return lambda node: every(
        {name: value for name, value in node.items() if not name.startswith("x-")}
        if isinstance(node, dict)
        else node
    )


def _in_order(form: _Form) -> _Form:
    """Form one, or a list of them whose order has a meaning."""
    return lambda node: [form(one) for one in node] if isinstance(node, list) else form(node)


def _in_any_order(form: _Form) -> _Form:
    """Form one, or a list of them whose order and repeats have no meaning."""
    return lambda node: _sorted(form(one) for one in node) if isinstance(node, list) else form(node)


def _unless_empty(form: _Form) -> _Form:
    """Form what means the same when it is empty as when it is absent."""
    return lambda node: form(node) if node else _SILENCE


def _sorted(values: Iterable[Any]) -> list[Any]:
    by_text = {_text(value): value for value in values}
    return [by_text[text] for text in sorted(by_text)]


def _plain(value: Any) -> Any:
    """Keep data as it is, but write 1.0 as the 1 that it equals in JSON."""
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return int(value)
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return value


def _type(value: Any) -> Any:
    """Form the type of a schema: a list of one type is that type."""
    formed = _ANY_ORDER(value)
    return formed[0] if isinstance(formed, list) and len(formed) == 1 else formed


def _reference(value: Any) -> Any:
    """Form a reference without the host that it names: that is another per environment."""
    if not isinstance(value, str) or "//" not in value:
        return _plain(value)
    try:
        return urlsplit(value)._replace(scheme="", netloc="").geturl()
    except ValueError:
        return value  # no URL after all


def _scopes(value: Any) -> Any:
    """Form the scopes of a login: their names; what stands behind them is for people."""
    return sorted(value) if isinstance(value, dict) else _ANY_ORDER(value)


_ANY_ORDER = _in_any_order(_plain)
_ANY_ORDER_OR_NONE = _unless_empty(_ANY_ORDER)
_SECURITY = _in_any_order(_names(_ANY_ORDER))  # alternatives; an empty list means open, and stays
_PARAMETERS = _unless_empty(_in_any_order(_of("parameter")))
_CALLBACKS = _names(_names_but_extensions(_of("path")))
_CONTENT = _names(_of("media"))
_HEADERS = _names(_of("parameter"))
_SCHEMAS = _names(_of("schema"))
_CHOICE = _in_any_order(_of("schema"))

_GRAMMAR: Mapping[str, Mapping[str, _Form]] = {
    "document": {  # every other key is left out
        "paths": _names_but_extensions(_of("path")),
        "webhooks": _names(_of("path")),
        "components": _of("components"),
        "security": _SECURITY,
        "jsonSchemaDialect": _plain,
        "definitions": _SCHEMAS,  # from here on: Swagger 2
        "parameters": _names(_of("parameter")),
        "responses": _names(_of("response")),
        "securityDefinitions": _names(_of("login")),
        "consumes": _ANY_ORDER_OR_NONE,
        "produces": _ANY_ORDER_OR_NONE,
    },
    "components": {
        "schemas": _SCHEMAS,
        "responses": _names(_of("response")),
        "parameters": _names(_of("parameter")),
        "requestBodies": _names(_of("body")),
        "headers": _HEADERS,
        "securitySchemes": _names(_of("login")),
        "links": _names(_of("link")),
        "callbacks": _CALLBACKS,
        "pathItems": _names(_of("path")),
        "mediaTypes": _CONTENT,
    },
    "path": {
        **dict.fromkeys(
            ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query"),
            _of("operation"),
        ),
        "additionalOperations": _names(_of("operation")),
        "parameters": _PARAMETERS,
        "$ref": _reference,
    },
    "operation": {
        "tags": _ANY_ORDER_OR_NONE,
        "parameters": _PARAMETERS,
        "requestBody": _of("body"),
        "responses": _names_but_extensions(_of("response")),
        "callbacks": _CALLBACKS,
        "security": _SECURITY,
        "consumes": _ANY_ORDER,
        "produces": _ANY_ORDER,
    },
    "parameter": {  # headers of a response, and Swagger 2, too
        "schema": _of("schema"),
        "content": _CONTENT,
        "items": _of("schema"),
        "enum": _ANY_ORDER,
        "$ref": _reference,
    },
    "body": {"content": _CONTENT, "$ref": _reference},
    "media": {
        "schema": _of("schema"),
        "itemSchema": _of("schema"),
        "encoding": _names(_of("encoding")),
        "$ref": _reference,
    },
    "encoding": {"headers": _HEADERS},
    "response": {
        "headers": _unless_empty(_HEADERS),
        "content": _unless_empty(_CONTENT),
        "links": _unless_empty(_names(_of("link"))),
        "schema": _of("schema"),
        "$ref": _reference,
    },
    "link": {"operationRef": _reference, "$ref": _reference},
    "login": {"flows": _names_but_extensions(_of("flow")), "scopes": _scopes, "$ref": _reference},
    "flow": {"scopes": _scopes},
    "schema": {
        **dict.fromkeys(
            ("properties", "patternProperties", "definitions", "$defs", "dependentSchemas"),
            _SCHEMAS,
        ),
        **dict.fromkeys(("allOf", "anyOf", "oneOf"), _CHOICE),
        **dict.fromkeys(("items", "prefixItems"), _in_order(_of("schema"))),
        **dict.fromkeys(("not", "if", "then", "else", "contains", "propertyNames"), _of("schema")),
        **dict.fromkeys(("additionalItems", "additionalProperties"), _of("schema")),
        **dict.fromkeys(("unevaluatedItems", "unevaluatedProperties"), _of("schema")),
        "contentSchema": _of("schema"),
        "dependentRequired": _names(_ANY_ORDER),
        "dependencies": _names(_CHOICE),
        "required": _ANY_ORDER_OR_NONE,
        "enum": _ANY_ORDER,
        "type": _type,
        "discriminator": _of("discriminator"),
        "xml": _of("xml"),
        **dict.fromkeys(("$ref", "$dynamicRef", "$id"), _reference),
    },
    "discriminator": {"mapping": _names(_reference)},
    "xml": {},
}
