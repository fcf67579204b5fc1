"""Signing in by OpenID Connect, against a provider that is right, and one that lies."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from httpx2 import Client, Response
from joserfc.jwk import RSAKey

from monitor.domain.audit import ActKind
from monitor.domain.token import Scope
from tests.e2e.serving import Served, serving
from tests.e2e.street import NOON
from tests.operating import acts, browser
from tests.provider import CLIENT, SECRET, Provider, providing

BEGIN = "/operate/sign-in/provider"
BACK = "/operate/sign-in/callback"
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def right() -> Iterator[Provider]:
    with providing() as provider:
        yield provider


@pytest.fixture(scope="module")
def street(right: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(
        tmp_path_factory.mktemp("web"),
        oidc_issuer=right.issuer,
        oidc_client_id=CLIENT,
        oidc_client_secret=SECRET,
        oidc_roles_claim="realm.roles",
        oidc_roles={"beheer": frozenset({Scope.OPERATE, Scope.INCIDENTS_WRITE})},
    ) as served:
        yield served


@pytest.fixture
def provider(right: Provider, street: Served) -> Iterator[Provider]:
    street.at(NOON)
    key = right.key
    yield right
    fresh = Provider(right.issuer, key)
    vars(right).update({**vars(fresh), "asked": right.asked})


@pytest.fixture
def client(street: Served) -> Iterator[Client]:
    with browser(street) as client:
        yield client


def sent_there(client: Client) -> str:
    off = client.get(BEGIN)
    assert off.status_code == 303, off.text
    return str(off.headers["location"])


def back(client: Client, provider: Provider, **changed: str) -> Response:
    told = provider.agree(sent_there(client))
    return client.get(BACK, params={**told, **changed})


def nobody(client: Client, answer: Response, why: str) -> None:
    assert answer.status_code == 400, answer.text
    assert why in answer.text
    assert "ketenwacht-session" not in answer.headers.get("set-cookie", "")
    assert client.get("/operate").status_code == 303


def test_somebody_comes_in_with_the_rights_of_their_roles(
    street: Served, provider: Provider, client: Client
) -> None:
    address = sent_there(client)
    asked = parse_qs(urlsplit(address).query)
    assert address.startswith(f"{provider.issuer}/authorize?")
    assert asked["redirect_uri"] == [f"http://127.0.0.1:8080{BACK}"]
    entered = client.get(BACK, params=provider.agree(address))
    assert (entered.status_code, entered.headers["location"]) == (303, "/operate")
    page = client.get("/operate").text
    assert "Sanne de Vries (a1b2)" in page
    assert client.get("/operate/incidents").status_code == 200
    assert client.get("/operate/gate").status_code == 403
    act = acts(street)[0]
    assert (act.what, act.who) == (ActKind.SIGNED_IN, "Sanne de Vries (a1b2)")
    assert act.subject == f"oidc {provider.issuer} a1b2"
    assert act.facts == {"scopes": "incidents:write operate"}
    assert provider.asked.count("/realm/keys") == 1, "what it says of itself is remembered"


def test_a_role_may_be_called_as_a_scope(provider: Provider, client: Client) -> None:
    provider.roles = "gates:override other"
    assert back(client, provider).status_code == 303
    assert client.get("/operate/gate").status_code == 200
    assert client.get("/operate/checks").status_code == 403


@pytest.mark.parametrize("roles", [[], ["nobody"], None, 7, {"beheer": True}, [7, None]])
def test_who_has_no_role_here_stays_outside(
    provider: Provider, client: Client, roles: object
) -> None:
    provider.roles = roles
    nobody(client, back(client, provider), "none of your roles is for this")


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"state": "x"}, "was not begun here"),
        ({"state": ""}, "was not begun here"),
        ({"iss": "https://other.example"}, "another provider"),
        ({"error": "access_denied"}, "access_denied"),
        ({"code": "stolen"}, "the provider answered 400"),
        ({"code": ""}, "the provider answered 400"),
    ],
)
def test_a_return_that_is_not_ours_signs_nobody_in(
    provider: Provider, client: Client, changed: Mapping[str, str], why: str
) -> None:
    nobody(client, back(client, provider, **changed), why)


def test_another_browser_cannot_finish_what_one_began(
    street: Served, provider: Provider, client: Client
) -> None:
    told = provider.agree(sent_there(client))
    with browser(street) as victim:
        nobody(victim, victim.get(BACK, params=told), "was not begun here")
        sent_there(victim)
        nobody(victim, victim.get(BACK, params=told), "was not begun here")


def test_a_way_back_counts_once_and_for_ten_minutes(
    street: Served, provider: Provider, client: Client
) -> None:
    told = provider.agree(sent_there(client))
    street.at(NOON + 11 * MINUTE)
    nobody(client, client.get(BACK, params=told), "took too long")
    street.at(NOON)
    told = provider.agree(sent_there(client))
    assert client.get(BACK, params=told).status_code == 303
    again = client.get(BACK, params=told)
    assert again.status_code == 400


SECONDS = int(NOON.timestamp())


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"nonce": "x"}, "not of this attempt"),
        ({"nonce": None}, "not of this attempt"),
        ({"aud": "other"}, "meant for somebody else"),
        ({"aud": ["other"]}, "meant for somebody else"),
        ({"aud": None}, "meant for somebody else"),
        ({"aud": [CLIENT, "other"], "azp": "other"}, "given to somebody else"),
        ({"iss": "https://other.example"}, "another issuer"),
        ({"iss": None}, "another issuer"),
        ({"exp": SECONDS - 61}, "has expired"),
        ({"exp": None}, "has no exp"),
        ({"exp": "soon"}, "has no exp"),
        ({"exp": True}, "has no exp"),
        ({"iat": SECONDS - 3_600}, "not of now"),
        ({"iat": SECONDS + 3_600}, "not of now"),
        ({"nbf": SECONDS + 3_600}, "does not count yet"),
        ({"sub": None}, "names nobody"),
        ({"sub": 7}, "names nobody"),
    ],
)
def test_a_token_that_says_something_else_signs_nobody_in(
    provider: Provider, client: Client, claims: dict[str, Any], why: str
) -> None:
    provider.claims = claims
    nobody(client, back(client, provider), why)


def _unsigned(provider: Provider) -> None:
    provider.header = {"alg": "none"}


def _by_another(provider: Provider) -> None:
    provider.signs_with = RSAKey.generate_key(2048)


def _by_a_shared_secret(provider: Provider) -> None:
    provider.header = {"alg": "HS256"}


def _garbage(provider: Provider) -> None:
    provider.answer = 200, b'{"id_token": "a.b.c"}'


@pytest.mark.parametrize("lie", [_unsigned, _by_another, _by_a_shared_secret, _garbage])
def test_a_token_that_the_provider_did_not_sign_signs_nobody_in(
    provider: Provider, client: Client, lie: Callable[[Provider], None]
) -> None:
    lie(provider)
    nobody(client, back(client, provider), "not signed by the provider")


@pytest.mark.parametrize(
    "answer", [b"", b"[]", b"{}", b'{"id_token": 7}', b"[" * 100_000, b"\xff", b"x" * 2_000_000]
)
def test_an_answer_that_is_none_signs_nobody_in(
    provider: Provider, client: Client, answer: bytes
) -> None:
    provider.answer = 200, answer
    nobody(client, back(client, provider), "the provider")


def test_a_new_key_of_the_provider_is_asked_for(provider: Provider, client: Client) -> None:
    provider.key = RSAKey.generate_key(2048, auto_kid=True)
    assert back(client, provider).status_code == 303


def test_a_name_is_shown_as_text(street: Served, provider: Provider, client: Client) -> None:
    provider.claims = {"name": "<script>\u202ex", "sub": "a\nb"}
    assert back(client, provider).status_code == 303
    page = client.get("/operate").text
    assert "&lt;script&gt;x (a b)" in page
    assert acts(street)[0].who == "<script>x (a b)"


@pytest.mark.parametrize(
    "told",
    [
        {"issuer": "https://other.example"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"token_endpoint": "file:///etc/passwd"},
        {"jwks_uri": 7},
        {"jwks_uri": "http://127.0.0.1:1/keys"},
    ],
)
def test_a_provider_that_contradicts_itself_is_not_asked_further(
    provider: Provider, street: Served, tmp_path_factory: pytest.TempPathFactory, told: Any
) -> None:
    provider.configuration = told
    with (
        serving(
            tmp_path_factory.mktemp("other"), oidc_issuer=provider.issuer, oidc_client_id=CLIENT
        ) as served,
        browser(served) as client,
    ):
        refused = client.get(BEGIN)
        assert refused.status_code == 400
        assert "the provider" in refused.text
        assert 'href="/operate/sign-in/provider"' in refused.text


def test_where_no_provider_is_configured_a_token_is_asked_for(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with serving(tmp_path_factory.mktemp("web")) as served, browser(served) as client:
        page = client.get("/operate/sign-in")
        assert BEGIN not in page.text
        assert client.get(BEGIN).status_code == 404
        assert client.get(BACK).status_code == 404
