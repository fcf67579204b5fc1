"""Questions that make no sense: never a 5xx, always the place and the cure."""

import re
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from fastapi.routing import APIRoute
from httpx2 import Client
from starlette.routing import Mount

from tests.e2e.serving import Served, serving
from web.app import create_app

PUBLIC = {
    "/",
    "/interfaces/{interface}",
    "/environments/{environment}",
    "/drift",
    "/drift/{finding}",
    "/incidents",
    "/incidents/{incident}",
    "/maintenance",
    "/rollouts",
    "/rollouts/{rollout}",
    "/roadmap",
    "/gate",
    "/gate/order-record.csv",
    "/gate/{interface}/{line}/{version}",
    "/subscribe",
    "/developers",
    "/feeds/{place}",
    "/feeds/life-cycles.ics",
    "/feeds/maintenance.ics",
    "/feeds/environments/{place}",
    "/feeds/interfaces/{place}",
    "/feeds/lines/{interface}/{place}",
    "/badge/{interface}/{line}/{environment}.svg",
    "/api/v2/status.json",
    "/api/v2/summary.json",
    "/accessibility",
    "/privacy",
    "/.well-known/security.txt",
    "/static/{name}",
    "/live",
    "/health/live",
    "/health/ready",
    "/metrics",
}
"""The pages that anybody may look at; the API's own list is in web/security/permits.py."""

BY_TOKEN = {
    f"/subscriptions/{{subscription}}{act}"
    for act in (
        *("", "/confirm", "/leave", "/wishes", "/pause", "/resume"),
        *("/secret-rotations", "/test-events", "/deliveries/{delivery}/redelivery"),
    )
}
"""Opened by a token of the one subscription: test_web_subscription_pages.py tries without."""

WRONG = {
    "/api/v1/observations?limit=-1": {"limit"},
    "/api/v1/observations?limit=0": {"limit"},
    "/api/v1/observations?limit=99999999999999999999999": {"limit"},
    "/api/v1/observations?limit=ten": {"limit"},
    "/api/v1/observations?since=0001-01-01T00:00:00%2B23:59": {"since"},
    "/api/v1/observations?since=2026-02-30T00:00:00Z": {"since"},
    "/api/v1/observations?since=2026-02-01T00:00:00": {"since"},
    "/api/v1/observations?since=9999-12-31T23:59:59-23:59": {"since"},
    "/api/v1/observations?since=2026-02-02T00:00:00Z&until=2026-02-01T00:00:00Z": {"since"},
    "/api/v1/observations?since=%00": {"since"},
    "/api/v1/observations?line=%ff": {"line"},
    "/api/v1/observations?line=nobody/v1": {"line"},
    "/api/v1/observations?line=../../etc/passwd": {"line"},
    "/api/v1/observations?environment=mars": {"environment"},
    "/api/v1/observations?environment=%00": {"environment"},
    "/api/v1/observations?cursor=bogus": {"cursor"},
    "/api/v1/observations?cursor=%ff%00": {"cursor"},
    "/api/v1/observations?sort=name": {"sort"},
    "/api/v1/observations?limit=-1&since=x&line=nobody/v1&foo=1": {"limit", "since", "line", "foo"},
    "/api/v1/sightings?line=presenteren": {"line"},
    "/api/v1/sightings?environment=mars": {"environment"},
    "/api/v1/uptime": {"line", "environment"},
    "/api/v1/uptime?line=stam/5&environment=prod&window=-3d": {"window"},
    "/api/v1/uptime?line=stam/5&environment=prod&window=90": {"window"},
    "/api/v1/uptime?line=stam/5&environment=mars": {"environment"},
    "/api/v1/uptime?line=x&environment=prod": {"line"},
    "/api/v1/status?chain=gold": {"chain"},
    "/api/v1/status?environment=mars&only=joy": {"environment", "only"},
    "/api/v1/status?lang=fr": {"lang"},
    "/api/v1/status?q=" + "a" * 101: {"q"},
    "/api/v1/interfaces?foo=bar": {"foo"},
}


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(
        tmp_path_factory.mktemp("web"), public_base_url="https://ketenwacht.example"
    ) as served:
        yield served


@pytest.fixture
def ask(street: Served) -> Iterator[Client]:
    with Client(base_url=street.url, timeout=30) as client:
        yield client


def raw(served: Served, request: bytes) -> bytes:
    place = urlsplit(served.url)
    with socket.create_connection((place.hostname, place.port), timeout=20) as wire:
        wire.sendall(request)
        return wire.recv(65_536)


@pytest.mark.parametrize("address", WRONG)
def test_a_wrong_question_names_everything_that_is_wrong(ask: Client, address: str) -> None:
    answer = ask.get(address)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["status"], problem["title"]) == (400, "The question is not right")
    assert {one["location"]["name"] for one in problem["errors"]} == WRONG[address]
    assert all(one["in"] == "query" and len(one["detail"]) > 10 for one in problem["errors"])


def test_a_rule_over_several_parts_is_told_in_our_own_words(ask: Client) -> None:
    moments = {"since": "2026-02-02T00:00:00Z", "until": "2026-02-01T00:00:00Z"}
    problem = ask.get("/api/v1/observations", params=moments).json()
    assert problem["detail"] == "Since must be before until."


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/",
        "/api/v1/status/",
        "/api/v1/interfaces/",
        "/api/v1/interfaces/nobody",
        "/api/v1/interfaces/stam/nobody",
        "/api/v1/interfaces/%00",
        "/api/v1/interfaces/%ff",
        "/api/v1/environments/mars",
        "/api/v1/%2e%2e/%2e%2e/etc/passwd",
        "/api/v1/findings/%0d%0aX:y",
        "/api/v2/nothing.json",
    ],
)
def test_what_is_not_there_is_a_problem_and_no_redirect(ask: Client, address: str) -> None:
    answer = ask.get(address)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "address",
    [
        "/nothing",
        "/interfaces/nobody",
        "/interfaces/stam/",
        "/interfaces/%00",
        "/interfaces/%ff",
        "/environments/mars",
        "/static/..%2fapp.py",
        "/static/nothing.css",
        "/docs",
        "/openapi.json",
    ],
)
def test_a_page_that_is_not_there_is_told_to_a_person(ask: Client, address: str) -> None:
    answer = ask.get(address)
    assert answer.status_code == 404
    assert "Deze pagina bestaat niet" in answer.text
    assert "content-security-policy" in answer.headers


@pytest.mark.parametrize("address", ["/?chain=gold", "/?environment=mars", "/?only=joy"])
def test_a_wrong_filter_is_told_on_a_page(ask: Client, address: str) -> None:
    answer = ask.get(address)
    assert answer.status_code == 400
    assert "Deze vraag klopt niet" in answer.text


def test_what_others_glue_to_an_address_is_passed_over(ask: Client) -> None:
    assert ask.get("/?utm_source=mail&chain=").status_code == 200


def test_a_form_that_was_left_empty_asks_for_everything(ask: Client) -> None:
    empty = "chain=&environment=&only=&q="
    assert ask.get(f"/?{empty}").text.count('class="row"') == 23
    assert len(ask.get(f"/api/v1/status?{empty}").json()["interfaces"]) == 17
    assert ask.get("/api/v1/observations?line=&environment=").status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
@pytest.mark.parametrize("path", ["/", "/api/v1/status", "/health/live"])
def test_odd_methods_are_refused(ask: Client, method: str, path: str) -> None:
    answer = ask.request(method, path)
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]


def test_head_is_get_without_the_body(ask: Client) -> None:
    answer = ask.head("/api/v1/status")
    assert answer.status_code == 200
    assert answer.content == b""
    assert answer.headers["api-version"]


def test_a_long_address_is_refused(ask: Client) -> None:
    assert ask.get("/?q=" + "a" * 60_000).status_code == 414


def test_a_large_body_is_refused_whether_told_or_not(street: Served, ask: Client) -> None:
    assert ask.post("/api/v1/status", content=b"x" * 70_000).status_code == 413
    lying = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\nx"
    assert b" 413 " in raw(street, lying).splitlines()[0]


def test_an_evil_host_ends_up_in_no_link(street: Served) -> None:
    answer = raw(street, b"GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
    assert b" 200 " in answer.splitlines()[0]
    assert b"evil.example" not in answer


def test_markup_in_a_question_comes_back_as_text(ask: Client) -> None:
    page = ask.get("/", params={"q": "<script>alert(1)</script>"})
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;" in page.text


def test_every_answer_carries_the_security_headers(ask: Client) -> None:
    for path in ("/", "/api/v1/status", "/nothing", "/api/v1/nothing", "/static/live.js"):
        headers = ask.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["strict-transport-security"].startswith("max-age=31536000")
        assert "server" not in headers


def test_no_page_holds_an_inline_style_or_script(ask: Client) -> None:
    for path in ("/", "/interfaces/stam", "/environments/prod", "/privacy", "/nothing"):
        page = ask.get(path).text
        assert not re.search(r"<style|\sstyle=|<script(?![^>]*src=)|\son\w+=", page)


def test_the_api_says_its_version_and_lets_its_document_be_read_by_all(ask: Client) -> None:
    for path in ("/api/v1/status", "/api/v1/nothing", "/api/v1/uptime"):
        assert ask.get(path).headers["api-version"] == "1.0.0"
    answer = ask.get("/api/v1/openapi.json")
    assert answer.headers["access-control-allow-origin"] == "*"
    document = answer.json()
    assert document["openapi"].startswith("3.1")
    assert document["servers"] == [{"url": "https://ketenwacht.example/api/v1"}]
    assert document["info"]["contact"]["email"] == "beheer@ketenwacht.example"
    for path in document["paths"].values():
        for operation in path.values():
            assert "422" not in operation["responses"]
            done = next(one for code, one in operation["responses"].items() if code < "300")
            assert "API-Version" in done["headers"]


def test_every_page_is_on_the_list_of_what_is_public() -> None:
    found = set(_paths(create_app().routes))
    judged_elsewhere = ("/api/v1/", "/operate")  # test_web_permits.py, test_operate_door.py
    assert {one for one in found if not one.startswith(judged_elsewhere)} == PUBLIC | BY_TOKEN


def _paths(routes: object, prefix: str = "") -> Iterator[str]:
    assert isinstance(routes, list)
    for route in routes:
        if isinstance(route, Mount):
            yield from _paths(route.routes, prefix + route.path)
        elif included := getattr(route, "original_router", None):
            yield from _paths(included.routes, prefix)
        else:
            assert isinstance(route, APIRoute), route
            yield prefix + route.path
