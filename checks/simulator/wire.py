"""Answers as bytes, ready to be written: every one ends its connection."""

import json
from collections.abc import Mapping
from http import HTTPStatus

JSON = "application/json"
PROBLEM = "application/problem+json"
HAL = "application/hal+json"
XML = "text/xml; charset=utf-8"
HTML = "text/html; charset=utf-8"


def answer(
    status: HTTPStatus, body: bytes, media: str = JSON, headers: Mapping[str, str] | None = None
) -> bytes:
    lines = [
        f"HTTP/1.1 {status.value} {status.phrase}",
        f"content-type: {media}",
        f"content-length: {len(body)}",
        "connection: close",
        *(f"{name}: {value}" for name, value in (headers or {}).items()),
    ]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def json_answer(content: object, status: HTTPStatus = HTTPStatus.OK) -> bytes:
    return answer(status, json.dumps(content).encode())


def _problem(
    status: HTTPStatus, title: str, detail: str, headers: Mapping[str, str] | None = None
) -> bytes:
    content = {"type": "about:blank", "title": title, "status": status.value, "detail": detail}
    return answer(status, json.dumps(content).encode(), PROBLEM, headers)


# The titles of the first three are as they were recorded (facts, "What an answer means").
NO_KEY = _problem(
    HTTPStatus.UNAUTHORIZED,
    "Inloggegevens ontbreken",
    "Geef een geldige sleutel mee in de header x-api-key.",
)
WRONG_KEY = _problem(
    HTTPStatus.FORBIDDEN, "Geen toegang", "Deze sleutel geeft geen toegang tot deze API."
)
NOT_HERE = _problem(
    HTTPStatus.NOT_FOUND, "Verkeerd verzoek", "No matching resource found for given API Request"
)
WRONG_METHOD = _problem(
    HTTPStatus.METHOD_NOT_ALLOWED, "Verkeerd verzoek", "Deze API beantwoordt alleen GET."
)
WRONG_ACCEPT = _problem(
    HTTPStatus.NOT_ACCEPTABLE, "Verkeerd verzoek", "Vraag om application/hal+json."
)
NO_CRS = _problem(
    HTTPStatus.UNPROCESSABLE_ENTITY, "Verkeerd verzoek", "De parameter crs ontbreekt."
)
TOO_MANY = _problem(
    HTTPStatus.TOO_MANY_REQUESTS,
    "Te veel verzoeken",
    "Het aantal verzoeken is hoger dan afgesproken.",
    {"retry-after": "20"},
)
BROKEN = _problem(
    HTTPStatus.INTERNAL_SERVER_ERROR, "Interne fout", "Er is iets misgegaan bij deze dienst."
)
MAINTENANCE = answer(
    HTTPStatus.SERVICE_UNAVAILABLE,
    b"<html><body><h1>Gepland onderhoud</h1><p>Wegens onderhoud is het DSO nu niet"
    b" beschikbaar.</p></body></html>",
    HTML,
)


LOKET = answer(
    HTTPStatus.OK,
    b'<!doctype html><html lang="nl"><head><title>Omgevingsloket</title></head><body>'
    b"<h1>Omgevingsloket</h1><p>Een nagebootst loket, voor de demonstratie.</p></body></html>",
    HTML,
)
