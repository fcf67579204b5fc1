"""Nobody comes into /operate who was not let in, and nobody does there what is not theirs."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.routing import APIRoute
from httpx2 import Client

from monitor.desk.secret_key import derived_of
from monitor.domain.audit import ActKind
from monitor.domain.token import Scope
from monitor.storage.ledger import Ledger
from tests.e2e.serving import Served, serving
from tests.e2e.street import NOON
from tests.integration.test_web_permits import routes
from tests.operating import acts, browser, given_out, seal_on, sent, signed_in, told_by
from web.app import create_app
from web.security.admission import ADMITS, Entrance
from web.security.sealing import Seal
from web.security.sessions import IDLE, LIFE, NOTED

DOOR = "/operate/sign-in"
COOKIE = "ketenwacht-session"
SECOND = timedelta(seconds=1)


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("web")) as served:
        yield served


@pytest.fixture(autouse=True)
def noon(street: Served) -> None:
    street.at(NOON)


def pages() -> list[APIRoute]:
    found = [one for one in create_app().routes if not hasattr(one, "app") or hasattr(one, "name")]
    known = [one for one in found if isinstance(one, APIRoute) or hasattr(one, "original_router")]
    return [*routes(known)]


def operating() -> list[tuple[str, str, str]]:
    """Every address of operators as (name, method, path)."""
    return [
        (route.name, method, re.sub(r"{[^}]+}", "x", route.path))
        for route in pages()
        for method in sorted(route.methods or ())
        if route.path.startswith("/operate")
    ]


def test_every_address_of_operators_is_on_the_list_and_nothing_else_is() -> None:
    assert sorted(name for name, _, _ in operating()) == sorted(ADMITS)


def test_no_other_page_changes_anything_but_a_subscription() -> None:
    for route in pages():
        if not route.path.startswith("/operate") and (route.methods or set()) - {"GET"}:
            assert route.path.startswith(("/subscribe", "/subscriptions/")), route.path


@pytest.fixture(scope="module")
def people(street: Served) -> Iterator[Callable[[frozenset[Scope]], Client]]:
    """Somebody for each set of scopes, signed in once."""
    known: dict[frozenset[Scope], Client] = {}
    with ExitStack() as stack:

        def with_(scopes: frozenset[Scope]) -> Client:
            if scopes not in known:
                known[scopes] = stack.enter_context(signed_in(street, *scopes))
            return known[scopes]

        yield with_


@pytest.mark.parametrize(
    ("name", "method", "path"),
    [one for one in operating() if ADMITS.get(one[0]) is not Entrance.ANYONE],
)
def test_an_address_wants_somebody_their_scope_and_a_form_of_theirs(
    street: Served,
    people: Callable[[frozenset[Scope]], Client],
    name: str,
    method: str,
    path: str,
) -> None:
    wanted = ADMITS[name]
    with browser(street) as stranger:
        refused = stranger.request(method, path)
        assert (refused.status_code, refused.headers["location"]) == (303, DOOR)
    others = people(frozenset(Scope) - {wanted})
    theirs = seal_on(others.get("/operate").text)
    if isinstance(wanted, Scope):
        refused = others.request(method, path, data={"seal": theirs} if method == "POST" else None)
        assert refused.status_code == 403
        assert wanted in refused.text
    mine = people(frozenset({wanted} if isinstance(wanted, Scope) else {Scope.OPERATE}))
    if method == "GET":
        assert mine.get(path).status_code in {200, 404}
        return
    for fields in ({"x": "y"}, {"seal": "x"}, {"seal": theirs}):
        assert mine.post(path, data=fields).status_code == 403
    foreign = {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}
    own = {"seal": seal_on(mine.get("/operate").text)}
    assert mine.post(path, data=own, headers=foreign).status_code == 403


@pytest.mark.parametrize("cookie", ["", "x", "A" * 5_000])
def test_what_is_no_session_of_ours_opens_nothing(street: Served, cookie: str) -> None:
    with browser(street) as stranger:
        refused = stranger.get("/operate", headers={"cookie": f"{COOKIE}={cookie}"})
        assert (refused.status_code, refused.headers["location"]) == (303, DOOR)


def test_an_address_that_nobody_listed_is_open_to_nobody(
    street: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    fewer = {name: wanted for name, wanted in ADMITS.items() if name != "operate_home"}
    monkeypatch.setattr("web.security.admission.ADMITS", fewer)
    with signed_in(street) as client:
        assert client.get("/operate").status_code == 403


def test_a_session_is_in_a_cookie_that_only_we_can_read(street: Served) -> None:
    issued = given_out(street, Scope.OPERATE)
    with browser(street) as client:
        entered = client.post(DOOR, data={"token": issued.text})
        told = entered.headers["set-cookie"]
        assert {"HttpOnly", "Path=/", "SameSite=lax"} <= {part.strip() for part in told.split(";")}
        assert "Secure" not in told, "on loopback there is no TLS"
        assert issued.token.id not in told
        page = client.get("/operate")
        assert page.headers["cache-control"] == "no-store"
        assert "token operator" in page.text
        cookie = client.cookies[COOKIE]
    for changed in (cookie[:-4] + "AAAA", cookie[4:], cookie.swapcase()):
        with browser(street) as client:
            assert (
                client.get("/operate", headers={"cookie": f"{COOKIE}={changed}"}).status_code == 303
            )


def test_over_tls_the_cookie_stays_with_this_host(tmp_path: Path) -> None:
    with serving(tmp_path, public_base_url="https://ketenwacht.example") as served:
        issued = given_out(served, Scope.OPERATE)
        with browser(served) as client:
            told = client.post(DOOR, data={"token": issued.text}).headers["set-cookie"]
    assert told.startswith("__Host-ketenwacht-session=")
    assert "Secure" in told
    assert "Domain" not in told


def test_signing_in_makes_a_new_session_whatever_came_along(street: Served) -> None:
    issued = given_out(street, Scope.OPERATE)
    with signed_in(street) as client:
        first, seal = client.cookies[COOKIE], seal_on(client.get("/operate").text)
        again = client.post(DOOR, data={"token": issued.text})
        assert again.status_code == 303
        assert client.cookies[COOKIE] != first
        assert seal_on(client.get("/operate").text) != seal


def test_a_session_ends_after_an_hour_alone_and_after_eight_hours(street: Served) -> None:
    with signed_in(street) as client:
        street.at(NOON + IDLE - SECOND)
        assert client.get("/operate").status_code == 200
        street.at(NOON + IDLE + timedelta(minutes=30))
        assert client.get("/operate").status_code == 200, "being there keeps it awake"
        street.at(NOON + 2 * IDLE + timedelta(minutes=31))
        assert client.get("/operate").status_code == 303
    street.at(NOON)
    with signed_in(street) as client:
        moment = NOON
        while moment < NOON + LIFE:
            assert client.get("/operate").status_code == 200
            moment += IDLE - NOTED
            street.at(moment)
        street.at(NOON + LIFE)
        assert client.get("/operate").status_code == 303


def test_who_signed_out_is_out_wherever_the_cookie_still_is(street: Served) -> None:
    with signed_in(street) as client:
        stolen = client.cookies[COOKIE]
        out = sent(client, "/operate", {}, "/operate/sign-out")
        assert (out.status_code, out.headers["location"]) == (303, f"{DOOR}?said=out")
        assert COOKIE not in client.cookies
        assert "You are signed out." in client.get(f"{DOOR}?said=out").text
    with browser(street) as thief:
        assert thief.get("/operate", headers={"cookie": f"{COOKIE}={stolen}"}).status_code == 303
    kinds = [one.what for one in acts(street)]
    assert kinds[:2] == [ActKind.SIGNED_OUT, ActKind.SIGNED_IN]


def test_a_token_that_is_taken_back_ends_its_sessions(street: Served) -> None:
    issued = given_out(street, Scope.OPERATE)
    with browser(street) as client:
        client.post(DOOR, data={"token": issued.text})
        assert client.get("/operate").status_code == 200

        async def revoke() -> None:
            async with street.monitor[0].database.begin() as tx:
                await Ledger(tx).revoke_token(issued.token.id, NOON)

        told_by(street, revoke())
        assert client.get("/operate").status_code == 303
        assert client.post(DOOR, data={"token": issued.text}).status_code == 400


def test_wrong_tokens_are_refused_and_not_for_ever_looked_up(tmp_path: Path) -> None:
    with serving(tmp_path) as served, browser(served) as client:
        for wrong in ("", "x", "kw_000000000000_" + "a" * 43, "é" * 99):
            refused = client.post(DOOR, data={"token": wrong})
            assert refused.status_code == 400
            assert "This token is not valid" in refused.text
        codes = {client.post(DOOR, data={"token": "x"}).status_code for _ in range(20)}
        assert codes == {400, 429}
        issued = given_out(served, Scope.OPERATE)
        assert client.post(DOOR, data={"token": issued.text}).status_code == 303


def test_without_a_secret_key_nobody_signs_in_and_it_says_so(tmp_path: Path) -> None:
    with serving(tmp_path, subscribing=False) as served, browser(served) as client:
        for path in ("/operate", DOOR, f"{DOOR}/provider"):
            assert client.get(path).status_code == 503


def test_a_seal_of_one_purpose_opens_nothing_of_another(tmp_path: Path) -> None:
    derived = derived_of(None, f"sqlite:///{tmp_path / 'x.db'}")
    assert derived
    text = Seal(derived, "session").close({"a": 1})
    assert Seal(derived, "session").open(text) == {"a": 1}
    assert Seal(derived, "session").open(text) == {"a": 1}
    assert Seal(derived, "sign-in").open(text) is None
    for wrong in ("", "AAAA", "é", "\0", text[:-2], text * 40):
        assert Seal(derived, "session").open(wrong) is None
