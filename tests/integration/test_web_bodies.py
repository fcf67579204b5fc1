"""Bodies that no honest client sends: each is refused in words, and none breaks anything."""

import gzip
import json
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from httpx2 import Client, Response

from monitor.domain.token import Scope
from tests.e2e.serving import Served, serving
from tests.integration.test_web_permits import bearer, given_out

PATH = "/api/v1/observations"
GOOD: dict[str, Any] = {
    "line": "stam/5",
    "environment": "prod",
    "at": "2026-09-30T12:00:00Z",
    "outcomeClass": "ok",
}


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("web")) as served:
        yield served


@pytest.fixture(scope="module")
def token(street: Served) -> dict[str, str]:
    return bearer(given_out(street, Scope.OBSERVATIONS_WRITE))


@pytest.fixture
def ask(street: Served, token: dict[str, str]) -> Iterator[Client]:
    headers = {"content-type": "application/json", **token}
    with Client(base_url=street.url, timeout=60, headers=headers) as client:
        yield client


def refused(answer: Response, status: int = 400) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["api-version"] == "1.0.0"
    told: dict[str, Any] = answer.json()
    assert told["status"] == status
    assert told["detail"]
    return told


def pointers(told: dict[str, Any]) -> set[str]:
    assert {one["in"] for one in told["errors"]} == {"body"}
    return {one["location"]["pointer"] for one in told["errors"]}


HOSTILE = {
    "empty": b"",
    "white space": b"  \n ",
    "no JSON": b"line=stam",
    "cut short": b'{"line": "stam/5"',
    "two values": b"{} {}",
    "a list": b"[]",
    "a text": b'"stam/5"',
    "null": b"null",
    "NaN": b'{"at": NaN}',
    "infinity": b'{"at": -Infinity}',
    "too large a float": b'{"at": 1e400}',
    "beyond 64 bits": b'{"at": 9223372036854775808}',
    "5,000 digits": b'{"at": ' + b"9" * 5_000 + b"}",
    "5,000 digits below zero": b'{"at": -' + b"9" * 5_000 + b"}",
    "60,000 brackets": b"[" * 60_000,
    "60,000 braces": b'{"a":' * 12_000,
    "a key twice": b'{"line": "stam/5", "line": "stam/4"}',
    "a key twice, deeper": b'{"line": {"a": 1, "a": 2}}',
    "UTF-16": json.dumps(GOOD).encode("utf-16"),
    "UTF-32": json.dumps(GOOD).encode("utf-32"),
    "a byte order mark": b"\xef\xbb\xbf" + json.dumps(GOOD).encode(),
    "broken UTF-8": b'{"line": "\xff\xfe"}',
    "overlong UTF-8": b'{"line": "\xc0\xaf"}',
    "a surrogate in UTF-8": b'{"line": "\xed\xa0\x80"}',
    "gzip, unsaid": gzip.compress(json.dumps(GOOD).encode()),
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_no_json_object_in_utf_8_is_refused(ask: Client, body: bytes) -> None:
    told = refused(ask.post(PATH, content=body))
    assert pointers(told) == {""}


@pytest.mark.parametrize(
    "text",
    [
        *("a\\u0000b", "\\ud800", "\\udfff\\ud800", "\\u202e", "\\u2066", "\\u200b", "\\ufeff"),
        *("\\n", "\\u001b[31m", "\\u0085", "\\ue000", "\\u2028"),
    ],
)
def test_characters_that_cannot_be_seen_are_refused(ask: Client, text: str) -> None:
    body = f'{{"line": "stam/5", "reason": "x{text}y"}}'.encode()
    assert pointers(refused(ask.post(PATH, content=body))) == {"/reason"}
    named = f'{{"x{text}y": 1}}'.encode()
    answer = ask.post(PATH, content=named)
    assert refused(answer)["errors"][0]["code"] == "characters"
    assert answer.text.isprintable()


def test_everything_that_is_wrong_is_told_at_once(ask: Client) -> None:
    told = refused(
        ask.post(PATH, json={"environment": 5, "at": "yesterday", "outcomeClass": "fine", "x": 1})
    )
    assert pointers(told) == {"/line", "/environment", "/at", "/outcomeClass", "/x"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("line", "x" * 60_000),
        ("line", ["stam/5"]),
        ("line", {"a": 1}),
        ("line", True),
        ("line", 5),
        ("line", None),
        ("line", ""),
        ("line", "../../etc/passwd"),
        ("line", "nobody/v1"),
        ("environment", "mars"),
        ("at", 0),
        ("at", 1_790_000_000),
        ("at", "1790000000"),
        ("at", "2026-09-30T12:00:00"),
        ("at", "2026-02-30T12:00:00Z"),
        ("at", "0001-01-01T00:00:00+23:59"),
        ("at", "9999-12-31T23:59:59-23:59"),
        ("at", "2026-09-30"),
        ("at", "2026-09-30T12:02:00Z"),
        ("at", "2026-09-20T12:00:00Z"),
        ("outcomeClass", "ours"),
        ("outcomeClass", "OK"),
        ("version", 1.10),
        ("version", "<b>8</b>"),
        ("version", "9" * 65),
        ("reason", "x" * 201),
        ("reason", ["x"] * 10_000),
    ],
)
def test_a_wrong_value_is_refused_by_its_place(ask: Client, name: str, value: object) -> None:
    told = refused(ask.post(PATH, json={**GOOD, name: value}))
    named = "line" if name == "environment" and value == "mars" else name
    assert named in {place.split("/")[1] for place in pointers(told)}


def test_a_snake_is_not_a_camel(ask: Client) -> None:
    told = refused(ask.post(PATH, json={**GOOD, "outcome_class": "ok"}))
    assert pointers(told) == {"/outcome_class"}


def test_a_long_list_of_faults_is_cut_short(ask: Client) -> None:
    many = {f"unknown{number}": 1 for number in range(2_000)}
    answer = ask.post(PATH, json=many)
    assert len(refused(answer)["errors"]) == 50
    assert len(answer.content) < 20_000


@pytest.mark.parametrize(
    "kind",
    [
        *("", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"),
        *("application/jsonp", "application/json; charset=utf-16", "application/xml"),
    ],
)
def test_another_content_type_is_refused(ask: Client, kind: str) -> None:
    answer = ask.post(PATH, content=json.dumps(GOOD), headers={"content-type": kind})
    refused(answer, 415)


@pytest.mark.parametrize("coding", ["gzip", "br", "deflate", "x"])
def test_a_packed_body_is_refused(ask: Client, coding: str) -> None:
    packed = gzip.compress(b" " * 50_000_000)
    answer = ask.post(PATH, content=packed[:60_000], headers={"content-encoding": coding})
    refused(answer, 415)


def test_50_megabytes_are_refused_and_not_read(street: Served, token: dict[str, str]) -> None:
    with Client(base_url=street.url, timeout=60, headers=token) as client:
        try:
            answer = client.post(
                PATH, content=b" " * 50_000_000, headers={"content-type": "application/json"}
            )
        except OSError:
            return  # hung up on while it was still sending
        assert answer.status_code == 413


def test_a_body_that_grows_beyond_the_bound_is_refused(ask: Client) -> None:
    def endless() -> Iterator[bytes]:
        yield b'{"reason": "'
        for _ in range(100):
            yield b"x" * 1_000
        yield b'"}'

    refused(ask.post(PATH, content=endless()), 413)


def test_a_body_shorter_than_it_said_harms_nobody(street: Served, token: dict[str, str]) -> None:
    host, port = street.url.removeprefix("http://").split(":")
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        f"Authorization: {token['authorization']}\r\nContent-Length: 500\r\n\r\n"
    )
    with socket.create_connection((host, int(port)), timeout=30) as line:
        line.sendall(head.encode() + b'{"line": ')
        line.shutdown(socket.SHUT_WR)
        answer = line.recv(65_536)
    assert not answer.startswith(b"HTTP/1.1 5")
    with Client(base_url=street.url, timeout=30) as client:
        assert client.get("/health/ready").status_code == 200


def test_a_body_longer_than_it_said_is_not_read_further(
    street: Served, token: dict[str, str]
) -> None:
    host, port = street.url.removeprefix("http://").split(":")
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        f"Authorization: {token['authorization']}\r\nContent-Length: 2\r\n"
        "Connection: close\r\n\r\n"
    )
    with socket.create_connection((host, int(port)), timeout=30) as line:
        line.sendall(head.encode() + b'{}{"line": "stam/5"}')
        answer = line.recv(65_536)
    assert answer.startswith(b"HTTP/1.1 400")


def test_the_body_is_not_read_before_the_token_is_seen(street: Served) -> None:
    with Client(base_url=street.url, timeout=30) as client:
        answer = client.post(PATH, content=b"[" * 60_000)
        assert answer.status_code == 401
