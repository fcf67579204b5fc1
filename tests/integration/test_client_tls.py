"""TLS over real sockets: whom we believe, who we say we are, and what every refusal is called."""

import asyncio
import ssl
import warnings
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
import uvloop
from typing_extensions import override

from checks.check import Check, attempt, fetch, outcome_of
from checks.client import Clients, Resolver, Unanswered, handshake
from checks.outcome import Outcome, OutcomeClass, Target, Trust
from checks.trouble import Stage, TroubleKind
from tests.certificates import Authority, Signed
from tests.servers import answer, hang_up, mute, openssl_serving, says, serving


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("certificates")


@pytest.fixture(scope="module")
def authority(folder: Path) -> Authority:
    return Authority(folder)


@pytest.fixture(scope="module")
def valid(authority: Authority) -> Signed:
    return authority.sign("server", names=("127.0.0.1", "lto.example"))


@pytest.fixture
async def clients() -> AsyncIterator[Clients]:
    clients = Clients("test", resolver=Resolver(lambda _: ["127.0.0.1"]))
    yield clients
    await clients.aclose()


def target(port: int, trust: Trust, host: str = "127.0.0.1", *, timeout: float = 60.0) -> Target:
    return Target(id="x", base_url=f"https://{host}:{port}", trust=trust, timeout=timeout)


def shown(authority: Authority, identity: Signed | None) -> Trust:
    if identity is None:
        return Trust(ca_file=str(authority.file))
    return Trust(
        ca_file=str(authority.file),
        client_certificate=str(identity.certificate),
        client_key=str(identity.key),
    )


async def asked(clients: Clients, at: Target) -> Outcome:
    return await attempt(_Plain(kind="plain"), at, clients.of(at.trust))


class _Plain(Check):
    """Asks and says what came."""

    @override
    async def ask(self, target: Target, http: httpx2.AsyncClient) -> Outcome:
        return outcome_of(await fetch(target, http, "/"), target)


async def test_a_valid_certificate_is_believed_and_shown(
    clients: Clients, authority: Authority, valid: Signed
) -> None:
    at_name = "lto.example"
    async with serving(says(answer()), context=valid.server()) as port:
        at = target(port, shown(authority, None), at_name)
        response = await fetch(at, clients.of(at.trust), "/")
    phases = response.extensions["phases"]
    assert None not in (phases.dns, phases.connect, phases.tls, phases.first_byte, phases.body)
    certificate = response.extensions["certificate"]
    assert certificate.names == ("lto.example", "127.0.0.1")
    assert certificate.issuer == "CN=authority"


async def test_a_large_answer_comes_whole_through_tls(
    clients: Clients, authority: Authority, valid: Signed
) -> None:
    body = b"0123456789abcdef" * 60_000
    async with serving(says(answer("200 OK", body)), context=valid.server()) as port:
        at = target(port, shown(authority, None))
        response = await fetch(at, clients.of(at.trust), "/")
    assert response.content == body


async def test_an_answer_without_a_length_comes_whole_through_tls(
    clients: Clients, authority: Authority, valid: Signed
) -> None:
    async with serving(says(b"HTTP/1.0 200 OK\r\n\r\nall of it"), context=valid.server()) as port:
        at = target(port, shown(authority, None))
        response = await fetch(at, clients.of(at.trust), "/")
    assert response.content == b"all of it"


async def test_a_short_answer_is_noticed_through_tls(
    clients: Clients, authority: Authority, valid: Signed
) -> None:
    short = says(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort")
    async with serving(short, context=valid.server()) as port:
        outcome = await asked(clients, target(port, shown(authority, None)))
    assert outcome.evidence["trouble"] == "protocol"


async def test_shaking_hands_asks_nothing(
    clients: Clients, authority: Authority, valid: Signed
) -> None:
    heard: list[bytes] = []

    async def manner(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        heard.append(await reader.read())

    async with serving(manner, context=valid.server()) as port:
        at = target(port, shown(authority, None))
        shake = await handshake(at, clients.of(at.trust))
        await asyncio.sleep(0)
    assert shake.certificate.not_before < shake.certificate.not_after
    assert shake.phases.tls is not None
    assert shake.phases.first_byte is None
    assert heard in ([], [b""])


async def test_there_are_no_hands_to_shake_without_tls(clients: Clients) -> None:
    plain = Target(id="x", base_url="http://127.0.0.1:1")
    with pytest.raises(Unanswered) as caught:
        await handshake(plain, clients.of(Trust()))
    assert caught.value.trouble.kind is TroubleKind.MISASKED


@pytest.mark.parametrize(
    ("names", "days", "kind"),
    [
        (("127.0.0.1",), (-20, -10), TroubleKind.TLS_EXPIRED),
        (("127.0.0.1",), (10, 20), TroubleKind.TLS_EXPIRED),
        (("other.example",), (-1, 90), TroubleKind.TLS_WRONG_HOST),
        (("127.0.0.9",), (-1, 90), TroubleKind.TLS_WRONG_HOST),
        ((), (-1, 90), TroubleKind.TLS_WRONG_HOST),
    ],
)
async def test_a_certificate_that_does_not_fit_is_named(
    clients: Clients,
    authority: Authority,
    names: tuple[str, ...],
    days: tuple[int, int],
    kind: TroubleKind,
) -> None:
    host = "127.0.0.1" if names else "lto.example"
    wrong = authority.sign("wrong", names=names, days=days, common_name="lto.example")
    async with serving(says(answer()), context=wrong.server()) as port:
        outcome = await asked(clients, target(port, shown(authority, None), host))
    assert outcome.outcome_class is OutcomeClass.FAILED
    assert outcome.evidence == {"trouble": kind, "stage": "tls"}


async def test_an_issuer_that_we_do_not_know_is_not_believed(
    clients: Clients, authority: Authority, valid: Signed, folder: Path
) -> None:
    for certificate in (authority.self_signed("alone"), Authority(folder, "evil").sign("evil-one")):
        async with serving(says(answer()), context=certificate.server()) as port:
            outcome = await asked(clients, target(port, shown(authority, None)))
        assert outcome.evidence["trouble"] == TroubleKind.TLS_UNKNOWN_ISSUER
    async with serving(says(answer()), context=valid.server()) as port:
        outcome = await asked(clients, target(port, Trust()))
    assert outcome.evidence["trouble"] == TroubleKind.TLS_UNKNOWN_ISSUER


async def test_the_environment_adds_no_anchors(
    authority: Authority, valid: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    clients = Clients("test")
    async with serving(says(answer()), context=valid.server()) as port:
        outcome = await asked(clients, target(port, Trust()))
    await clients.aclose()
    assert outcome.evidence["trouble"] == TroubleKind.TLS_UNKNOWN_ISSUER


async def test_tls_below_1_2_is_not_spoken(
    clients: Clients, authority: Authority, valid: Signed
) -> None:
    old = valid.server()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # that is the point
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
    old.set_ciphers("ALL:@SECLEVEL=0")
    with openssl_serving(old, answer()) as port:
        outcome = await asked(clients, target(port, shown(authority, None)))
    assert outcome.outcome_class is OutcomeClass.FAILED
    assert outcome.evidence["trouble"] == TroubleKind.TLS_VERSION


async def test_a_handshake_that_hangs_ends_at_the_deadline(clients: Clients) -> None:
    async with serving(mute) as port:
        outcome = await asked(clients, target(port, Trust(), timeout=1.0))
    assert outcome.evidence == {"trouble": "tlsHandshake", "stage": "tls"}
    assert outcome.reason == "the TLS handshake did not end within 1 s"
    assert outcome.phases.connect is not None
    assert outcome.phases.tls is None


async def test_no_tls_where_tls_was_promised(clients: Clients) -> None:
    async def shout(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    for each in (shout, hang_up):
        async with serving(each) as port:
            outcome = await asked(clients, target(port, Trust()))
        assert outcome.outcome_class is OutcomeClass.FAILED
        assert outcome.evidence["stage"] == Stage.TLS


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
class TestMutual:
    """The restricted host: it lets in whom it knows."""

    @pytest.fixture
    def door(self, authority: Authority, valid: Signed, version: ssl.TLSVersion) -> ssl.SSLContext:
        context = valid.server(authority.file)
        context.minimum_version = context.maximum_version = version
        return context

    async def test_our_certificate_opens_it(
        self, clients: Clients, authority: Authority, door: ssl.SSLContext
    ) -> None:
        trust = shown(authority, authority.sign("us"))
        with openssl_serving(door, answer()) as port:
            outcome = await asked(clients, target(port, trust))
        assert outcome.outcome_class is OutcomeClass.OK

    async def test_without_one_it_is_reachable_and_no_more(
        self, clients: Clients, authority: Authority, door: ssl.SSLContext
    ) -> None:
        with openssl_serving(door, answer()) as port:
            outcome = await asked(clients, target(port, shown(authority, None)))
        assert outcome.outcome_class is OutcomeClass.UNAUTHENTICATED
        assert outcome.reason == "the server asks for a client certificate and got none"

    @pytest.mark.parametrize("why", ["expired", "foreign"])
    async def test_a_wrong_one_is_for_the_operator_and_no_outage(
        self, clients: Clients, authority: Authority, door: ssl.SSLContext, folder: Path, why: str
    ) -> None:
        wrong = {
            "expired": lambda: authority.sign("us-before", days=(-20, -10)),
            "foreign": lambda: Authority(folder, "stranger").sign("them"),
        }[why]()
        with openssl_serving(door, answer()) as port:
            outcome = await asked(clients, target(port, shown(authority, wrong)))
        assert outcome.outcome_class is OutcomeClass.REFUSED
        assert outcome.evidence["trouble"] == TroubleKind.CERTIFICATE_REJECTED


async def test_a_client_certificate_that_cannot_be_loaded_is_for_the_operator(
    clients: Clients, authority: Authority, valid: Signed, folder: Path
) -> None:
    ours, theirs = authority.sign("ours"), authority.sign("theirs")
    missing = Trust(client_certificate=str(folder / "gone.crt"), client_key=str(ours.key))
    mixed = Trust(client_certificate=str(ours.certificate), client_key=str(theirs.key))
    async with serving(says(answer()), context=valid.server()) as port:
        for trust in (missing, mixed):
            outcome = await asked(clients, target(port, trust))
            assert outcome.outcome_class is OutcomeClass.REFUSED
            assert str(folder) not in outcome.reason


@pytest.mark.parametrize("content", [None, "no certificate at all"])
async def test_anchors_that_cannot_be_loaded_are_ours(
    clients: Clients, valid: Signed, tmp_path: Path, content: str | None
) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)
    async with serving(says(answer()), context=valid.server()) as port:
        outcome = await asked(clients, target(port, Trust(ca_file=str(file))))
    assert outcome.outcome_class is OutcomeClass.OURS
    assert "CA_FILE" in outcome.reason


async def test_a_renewed_file_is_taken_up_without_a_restart(
    clients: Clients, authority: Authority, valid: Signed, tmp_path: Path, folder: Path
) -> None:
    file = tmp_path / "ca.pem"
    file.write_bytes(Authority(folder, "previous").file.read_bytes())
    trust = Trust(ca_file=str(file))
    async with serving(says(answer()), context=valid.server()) as port:
        before = await asked(clients, target(port, trust))
        file.write_bytes(authority.file.read_bytes() + b"\n")
        after = await asked(clients, target(port, trust))
    assert before.evidence["trouble"] == TroubleKind.TLS_UNKNOWN_ISSUER
    assert after.outcome_class is OutcomeClass.OK


def test_it_is_the_same_on_uvloop(authority: Authority, valid: Signed) -> None:
    async def scene() -> tuple[OutcomeClass, OutcomeClass]:
        clients = Clients("test")
        async with serving(says(answer()), context=valid.server()) as port:
            good = await asked(clients, target(port, shown(authority, None)))
            bad = await asked(clients, target(port, Trust()))
        await clients.aclose()
        return good.outcome_class, bad.outcome_class

    assert uvloop.run(scene()) == (OutcomeClass.OK, OutcomeClass.FAILED)
