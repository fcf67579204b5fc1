"""What each kind of check concludes from one answer."""

import json
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from httpx2 import AsyncClient, MockTransport, Request, Response

from checks.check import attempt
from checks.client import Certificate
from checks.common.tls_certificate import TlsCertificate
from checks.outcome import SERVED, UNREADABLE, OutcomeClass, ReadingKind, Target
from checks.registry import parse
from tests.unit.asking import FAILED, NOON, OK, TARGET, asked, document

APP_INFO = {"app-info": {"version": "8.5.2", "builds": [{"nr": "77"}], "deep": {"version": 8.5}}}


@pytest.mark.parametrize(
    ("version_at", "version"),
    [
        ("app-info.version", "8.5.2"),
        ("app-info.builds.0.nr", "77"),
        ("app-info.builds.1.nr", None),
        ("app-info.builds.x", None),
        ("app-info.version.more", None),
        ("app-info.deep.version", None),
        ("app-info.deep", None),
        ("info", None),
    ],
)
async def test_app_info_is_read_at_a_place(version_at: str, version: str | None) -> None:
    check = {"kind": "app_info", "version_at": version_at}
    outcome = await asked(check, Response(200, json=APP_INFO))
    assert (outcome.outcome_class, outcome.reading.version) == (OK, version)
    if version is None:
        assert outcome.reading == UNREADABLE
        assert version_at in outcome.reason


@pytest.mark.parametrize(
    ("expected", "fits"),
    [("8", True), ("8.5", True), ("8.5.2", True), ("8.5.20", False), ("7", False)],
)
async def test_app_info_can_expect_a_version(expected: str, fits: bool) -> None:  # noqa: FBT001
    check = {"kind": "app_info", "expected": expected}
    outcome = await asked(check, Response(200, json=APP_INFO))
    assert (outcome.outcome_class is OK) is fits
    assert fits or outcome.reason == f"runs 8.5.2, where {expected} is expected"


async def test_8_does_not_accept_80() -> None:
    answer = Response(200, json={"app-info": {"version": "80.1"}})
    assert (await asked({"kind": "app_info", "expected": "8"}, answer)).outcome_class is FAILED


async def test_health_takes_any_success_unless_told_otherwise() -> None:
    assert (await asked({"kind": "health"}, Response(204))).outcome_class is OK
    strict = await asked({"kind": "health", "status": 200}, Response(204))
    assert strict.outcome_class is FAILED
    assert "204" in strict.reason


async def test_health_can_want_a_text() -> None:
    check = {"kind": "health", "contains": '"UP"'}
    well = await asked(check, Response(200, content=b'{"status":"UP"}'))
    ill = await asked(check, Response(200, content=b'{"status":"DOWN"}'))
    assert (well.outcome_class, well.reading) == (OK, SERVED)
    assert (ill.outcome_class, ill.reading) == (FAILED, UNREADABLE)
    assert "without the text" in ill.reason


async def test_a_version_header_is_read_whatever_its_case() -> None:
    check = {"kind": "version_header", "path": "/x"}
    there = await asked(check, Response(200, headers={"api-version": "1.2.3"}))
    other = await asked({**check, "header": "X-Build"}, Response(200, headers={"x-build": "1.2.4"}))
    assert (there.reading.version, other.reading.version) == ("1.2.3", "1.2.4")


async def test_a_missing_or_doubled_version_header_is_unreadable() -> None:
    missing = await asked({"kind": "version_header"}, Response(200))
    twice = [("API-Version", "1.0.0"), ("API-Version", "2.0.0")]
    doubled = await asked({"kind": "version_header"}, Response(200, headers=twice))
    assert (missing.outcome_class, missing.reading) == (OK, UNREADABLE)
    assert missing.reason == "no version is given at the header API-Version"
    assert doubled.reading == UNREADABLE


async def test_a_page_without_its_text_is_another_page() -> None:
    check = {"kind": "web_page", "contains": "Omgevingsloket"}
    right = await asked(check, Response(200, html="<h1>Omgevingsloket</h1>"))
    other = await asked(check, Response(200, html="<h1>Standaardpagina</h1>"))
    assert right.outcome_class is OK
    assert other.outcome_class is FAILED
    assert "another page" in other.reason


async def test_a_redirect_is_a_page_only_where_it_is_expected() -> None:
    answer = Response(302, headers={"location": "https://elders.example/"})
    assert (await asked({"kind": "web_page"}, answer)).outcome_class is FAILED
    assert (await asked({"kind": "web_page", "status": 302}, answer)).outcome_class is OK


RULES: dict[str, object] = {
    "kind": "national_rules",
    "path": "/regelingen",
    "parameters": {"soort": "AMvB & meer"},
    "answer_at": "_embedded.regelingen",
    "at_least": 2,
}


@pytest.mark.parametrize(
    ("answer", "loaded"),
    [
        ({"_embedded": {"regelingen": [1, 2]}}, True),
        ({"_embedded": {"regelingen": [1]}}, False),
        ({"_embedded": {"regelingen": []}}, False),
        ({"_embedded": {}}, False),
        ({"_embedded": {"regelingen": 12}}, True),
        ({"_embedded": {"regelingen": 0}}, False),
        ({"_embedded": {"regelingen": True}}, False),
        ({"_embedded": {"regelingen": None}}, False),
        ({"_embedded": {"regelingen": "ja"}}, False),
        ([], False),
    ],
)
async def test_the_national_rules_must_be_in_the_answer(answer: object, loaded: bool) -> None:  # noqa: FBT001
    outcome = await asked(RULES, Response(200, json=answer))
    assert (outcome.outcome_class is OK) is loaded
    assert loaded or outcome.reason.startswith("the national rules (rijksregels) are not loaded")


async def test_the_national_rules_may_be_known_by_a_text() -> None:
    check = {"kind": "national_rules", "path": "/x", "contains": "Bal"}
    assert (await asked(check, Response(200, text="het Bal"))).outcome_class is OK
    assert (await asked(check, Response(200, text="niets"))).outcome_class is FAILED


async def test_the_question_for_the_national_rules_is_encoded() -> None:
    heard: list[str] = []

    def answering(request: Request) -> Response:
        heard.append(str(request.url))
        return Response(200, json={})

    async with AsyncClient(transport=MockTransport(answering)) as http:
        await attempt(parse(RULES), TARGET, http)
        await attempt(parse({**RULES, "path": "/regelingen?page=1"}), TARGET, http)
    assert heard == [
        "https://dso.example/v8/regelingen?soort=AMvB+%26+meer",
        "https://dso.example/v8/regelingen?page=1&soort=AMvB+%26+meer",
    ]


async def test_what_is_reported_is_never_held_against_anyone_when_asked() -> None:
    outcome = await asked({"kind": "reported", "expect_every": "1d12h"}, Response(500))
    assert (outcome.outcome_class, outcome.trace) == (OutcomeClass.OURS, None)
    assert "reports it through the API" in outcome.reason
    assert not parse({"kind": "reported", "expect_every": "1d"}).asked


def certificate(days: int) -> Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Test CA")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOON - timedelta(days=1))
        .not_valid_after(NOON + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("dso.example")]), critical=False)
        .sign(key, SHA256())
    )
    return Certificate(made.public_bytes(Encoding.DER))


@pytest.mark.parametrize(("days", "said"), [(200, False), (31, False), (30, True), (3, True)])
def test_the_days_of_a_certificate_are_counted(days: int, said: bool) -> None:  # noqa: FBT001
    outcome = TlsCertificate().judge(certificate(days), NOON)
    assert outcome.outcome_class is OK
    assert outcome.evidence["daysLeft"] == str(days)
    assert outcome.evidence["names"] == "dso.example"
    assert ("expires in" in outcome.reason) is said


async def test_a_target_without_tls_is_our_own_mistake() -> None:
    plain = Target(id=TARGET.id, base_url="http://dso.example/v8")
    outcome = await asked({"kind": "tls_certificate"}, Response(200), plain)
    assert (outcome.outcome_class, outcome.trace) == (OutcomeClass.OURS, None)


async def test_evidence_of_an_answer_survives_the_judging() -> None:
    headers = {"sunset": "Thu, 31 Dec 2026 00:00:00 GMT", "content-type": "application/json"}
    body = json.dumps(document(info={"version": 1.1})).encode()
    outcome = await asked(
        {"kind": "openapi_document"}, Response(200, headers=headers, content=body)
    )
    assert set(outcome.evidence) == {"sunset", "versionHash"}
    assert outcome.reading.kind is ReadingKind.UNREADABLE
