"""OpenAPI documents of a realistic size, made up from a line and its version."""

import json
from functools import lru_cache

from checks.simulator.course import OTHER, text
from checks.simulator.lines import BY_KEY, PretendLine, Version

REMEMBERED = 128
"""Documents kept ready, of 20 to 100 kB each."""

Part = dict[str, object]

PROPERTIES: tuple[tuple[str, Part], ...] = (
    ("identificatie", {"type": "string", "maxLength": 255, "pattern": "^/akn/nl/.+$"}),
    ("titel", {"type": "string", "maxLength": 1000}),
    ("omschrijving", {"type": "string"}),
    ("versie", {"type": "integer", "minimum": 1}),
    ("geregistreerdOp", {"type": "string", "format": "date-time"}),
    ("geldigVanaf", {"type": "string", "format": "date"}),
    ("geldigTot", {"type": "string", "format": "date"}),
    ("bevoegdGezag", {"$ref": "#/components/schemas/BevoegdGezag"}),
    ("status", {"type": "string", "enum": ["ontwerp", "vastgesteld", "vervallen"]}),
)


@lru_cache(maxsize=REMEMBERED)
def document(key: str, version: Version, contract: str, server: str) -> bytes:
    """The document of a line as one environment serves it.

    A minor version adds a resource, a patch changes nothing but its number, and the other
    contract under the same version has another type for one property.
    """
    line = BY_KEY[key]
    nouns = _nouns(line, version)
    content = {
        "openapi": "3.0.3",
        "info": {
            "title": line.title,
            "version": text(version),
            "description": f"{line.title}, nagebootst voor de demonstratie.",
        },
        "servers": [{"url": server}],
        "security": [{"sleutel": []}],
        "tags": [{"name": noun} for noun in nouns],
        "paths": {path: part for noun in nouns for path, part in _paths(noun).items()},
        "components": {
            "securitySchemes": {
                "sleutel": {"type": "apiKey", "in": "header", "name": "x-api-key"},
            },
            "schemas": _schemas(nouns, contract),
        },
    }
    return json.dumps(content, indent=1).encode()


def _nouns(line: PretendLine, version: Version) -> list[str]:
    _, minor, _ = version
    added = [f"uitbreidingen-{nth}" for nth in range(1, minor + 1)]
    return [*line.resources, *added]


def _paths(noun: str) -> dict[str, Part]:
    one = noun.capitalize()
    return {
        f"/{noun}": {
            "get": {
                "operationId": f"haal{one}",
                "tags": [noun],
                "summary": f"Geeft {noun}, een pagina tegelijk.",
                "parameters": [
                    _parameter("page", {"type": "integer", "minimum": 1}),
                    _parameter("size", {"type": "integer", "minimum": 1, "maximum": 200}),
                    _parameter("geldigOp", {"type": "string", "format": "date"}),
                    _parameter("crs", {"type": "string"}),
                ],
                "responses": _responses(f"{one}Lijst"),
            }
        },
        f"/{noun}/{{identificatie}}": {
            "get": {
                "operationId": f"haalEen{one}",
                "tags": [noun],
                "summary": f"Geeft een van de {noun}.",
                "parameters": [
                    {**_parameter("identificatie", {"type": "string"}, "path"), "required": True},
                ],
                "responses": _responses(one),
            }
        },
    }


def _parameter(name: str, schema: Part, where: str = "query") -> Part:
    return {"name": name, "in": where, "schema": schema, "description": f"De {name}."}


def _responses(schema: str) -> Part:
    def content(media: str, name: str) -> Part:
        return {media: {"schema": {"$ref": f"#/components/schemas/{name}"}}}

    failures = {
        "400": "Ongeldig",
        "401": "Geen sleutel",
        "404": "Niet gevonden",
        "503": "Onbereikbaar",
    }
    return {
        "200": {"description": "Gevonden.", "content": content("application/hal+json", schema)},
        **{
            status: {
                "description": f"{what}.",
                "content": content("application/problem+json", "Probleem"),
            }
            for status, what in failures.items()
        },
    }


def _schemas(nouns: list[str], contract: str) -> dict[str, Part]:
    schemas: dict[str, Part] = {
        "BevoegdGezag": {
            "type": "object",
            "properties": {"code": {"type": "string"}, "naam": {"type": "string"}},
        },
        "Probleem": {
            "type": "object",
            "properties": {"title": {"type": "string"}, "status": {"type": "integer"}},
        },
    }
    for noun in nouns:
        one = noun.capitalize()
        schemas[one] = {
            "type": "object",
            "required": ["identificatie", "titel"],
            "properties": dict(PROPERTIES),
        }
        schemas[f"{one}Lijst"] = {
            "type": "object",
            "properties": {
                noun: {"type": "array", "items": {"$ref": f"#/components/schemas/{one}"}},
                "totaal": {"type": "integer"},
            },
        }
    if contract == OTHER:
        first = nouns[0].capitalize()
        schemas[first]["properties"] = {**dict(PROPERTIES), "titel": {"type": "object"}}
    return schemas
