"""Checks over real sockets: what plain stand-ins cannot show."""

import asyncio
import json
import socket
import ssl
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread

import pytest

from checks.check import attempt
from checks.client import Clients
from checks.outcome import ABSENT, SERVED, Outcome, OutcomeClass, Target, Trust
from checks.registry import parse
from tests.certificates import Authority
from tests.servers import answer, hang_up, says, serving

DOCUMENT = json.dumps({"openapi": "3.0.3", "info": {"version": "8.5.2"}, "paths": {}}).encode()
PATIENCE = 60.0  # seconds; only ever waited out when a test fails


@pytest.fixture
async def clients() -> AsyncIterator[Clients]:
    clients = Clients("ketenwacht tests")
    yield clients
    await clients.aclose()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@contextmanager
def turning_away(context: ssl.SSLContext) -> Iterator[int]:
    """Shake hands as OpenSSL does on its own; asyncio forgets to send the alert."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def greet() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    with connection.dup() as rest:
                        with suppress(ssl.SSLError):
                            context.wrap_socket(connection, server_side=True)
                        rest.recv(65536)  # unread, it would overtake the alert as a reset

        greeter = Thread(target=greet)
        greeter.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            greeter.join()


async def asked(clients: Clients, check: dict[str, object], url: str, trust: Trust) -> Outcome:
    target = Target(id="sttr/v1@pre", base_url=url, timeout=PATIENCE, trust=trust)
    return await attempt(parse(check), target, clients.of(trust))


async def test_a_certificate_is_looked_at_without_asking_anything(
    clients: Clients, authority: Authority
) -> None:
    signed = authority.sign("nearly-over", days=(-80, 10))
    trust = Trust(ca_file=str(authority.file))
    async with serving(hang_up, context=signed.server()) as port:
        url = f"https://127.0.0.1:{port}/v1"
        outcome = await asked(clients, {"kind": "tls_certificate"}, url, trust)
    assert (outcome.outcome_class, outcome.reading) == (OutcomeClass.OK, SERVED)
    assert outcome.evidence["daysLeft"] in {"9", "10"}
    assert outcome.evidence["names"] == "localhost, 127.0.0.1"
    assert "expires in" in outcome.reason
    assert outcome.phases.tls is not None


@pytest.mark.parametrize(
    ("named", "days", "said"),
    [(("127.0.0.1",), (-80, -1), "expired"), (("elders.example",), (-1, 90), "another address")],
    ids=["expired", "of another host"],
)
async def test_a_certificate_that_does_not_hold_is_a_failure(
    clients: Clients,
    authority: Authority,
    named: tuple[str, ...],
    days: tuple[int, int],
    said: str,
) -> None:
    signed = authority.sign("wrong", names=named, days=days)
    trust = Trust(ca_file=str(authority.file))
    async with serving(hang_up, context=signed.server()) as port:
        url = f"https://127.0.0.1:{port}/v1"
        outcome = await asked(clients, {"kind": "tls_certificate"}, url, trust)
    assert outcome.outcome_class is OutcomeClass.FAILED
    assert said in outcome.reason


async def test_a_restricted_host_shows_its_certificate_to_those_it_knows(
    clients: Clients, authority: Authority
) -> None:
    ours = authority.sign("ketenwacht")
    known = Trust(
        ca_file=str(authority.file),
        client_certificate=str(ours.certificate),
        client_key=str(ours.key),
    )
    context = authority.sign("restricted").server(authority.file)
    async with serving(says(answer(body=b"urn:sttr:3.0 ")), context=context) as port:
        url = f"https://127.0.0.1:{port}/v1"
        certificate = await asked(clients, {"kind": "tls_certificate"}, url, known)
        soap: dict[str, object] = {"kind": "soap_endpoint", "namespace": "urn:sttr:{version}"}
        endpoint = await asked(clients, soap, url, known)
    assert certificate.outcome_class is OutcomeClass.OK
    assert "daysLeft" in certificate.evidence
    assert endpoint.reading.version == "3.0"


async def test_a_restricted_host_that_knows_us_not_is_absent_only_where_configured(
    clients: Clients, authority: Authority
) -> None:
    stranger = Trust(ca_file=str(authority.file))
    context = authority.sign("restricted-too").server(authority.file)
    soap: dict[str, object] = {"kind": "soap_endpoint"}
    configured = {**soap, "absent_when": ["certificateRequired"]}
    with turning_away(context) as port:
        url = f"https://127.0.0.1:{port}/v1"
        plain = await asked(clients, soap, url, stranger)
        told = await asked(clients, configured, url, stranger)
    assert plain.outcome_class is OutcomeClass.UNAUTHENTICATED
    assert (told.outcome_class, told.reading) == (OutcomeClass.NOT_SERVED, ABSENT)


async def by_hand(*words: str) -> tuple[int | None, str, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "checks",
        *words,
        cwd=Path(__file__).parents[2],
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


async def test_a_check_can_be_asked_by_hand() -> None:
    async with serving(says(answer(body=DOCUMENT))) as port:
        url = f"http://127.0.0.1:{port}"
        code, told, _ = await by_hand("openapi_document", url, "path=/v8/openapi.json")
    outcome = json.loads(told)
    assert code == 0
    assert (outcome["class"], outcome["reading"]["version"]) == ("ok", "8.5.2")
    assert outcome["seconds"]["total"] > 0


async def test_a_failure_by_hand_is_exit_1() -> None:
    async with serving(says(answer("500 Internal Server Error"))) as port:
        url = f"http://127.0.0.1:{port}"
        code, told, _ = await by_hand("soap_endpoint", url, "status=[200, 405]")
    assert code == 1
    assert json.loads(told)["class"] == "failed"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "python -m checks KIND URL"),
        (("hartslag", "http://127.0.0.1"), "no check is called 'hartslag'"),
        (("health", "http://127.0.0.1", "path"), "write key=value"),
        (("health", "http://127.0.0.1", "pth=/x"), "pth"),
        (("soap_endpoint", "http://127.0.0.1", "status=[200"), "status=[200"),
    ],
)
async def test_a_wrong_question_by_hand_is_exit_2(words: tuple[str, ...], said: str) -> None:
    code, told, complaint = await by_hand(*words)
    assert (code, told) == (2, "")
    assert said in complaint
    assert "Traceback" not in complaint
