"""Promises that every check keeps, including the ones that are not written yet."""

import sys
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from httpx2 import AsyncClient, ConnectError, MockTransport, Request, Response
from pydantic import ValidationError

from checks.check import Check, attempt
from checks.outcome import ABSENT, Outcome, OutcomeClass, ReadingKind, Target
from checks.registry import every_check, parse

TARGET = Target(id="presenteren/v8@prod", base_url="https://dso.example/v8")
KEYED = Target(id=TARGET.id, base_url=TARGET.base_url, headers={"x-api-key": "geheim"})

Answering = Callable[[Request], Response]


def example(kind: type[Check]) -> Check:
    """Make a check as its own documentation shows it."""
    extra = kind.model_config.get("json_schema_extra")
    shown: Any = extra["examples"] if isinstance(extra, Mapping) else [{}]
    fields = {
        name: field.examples[0] for name, field in kind.model_fields.items() if field.examples
    }
    return kind.model_validate(fields | shown[0])


EVERY = [example(kind) for kind in every_check().values()]
BY_HTTP = [check for check in EVERY if check.asked and check.kind != "tls_certificate"]


def named(check: Check) -> str:
    return check.kind


async def asked(check: Check, answering: Answering, target: Target = TARGET) -> Outcome:
    async with AsyncClient(transport=MockTransport(answering)) as http:
        return await attempt(check, target, http)


def refused(request: Request) -> Response:
    raise ConnectError("refused", request=request)


def status(code: int, body: bytes = b"") -> Answering:
    return lambda _: Response(code, content=body)


@pytest.mark.parametrize("check", [check for check in EVERY if check.asked], ids=named)
async def test_no_answer_is_failed_and_not_raised(check: Check) -> None:
    outcome = await asked(check, refused)
    assert outcome.outcome_class is OutcomeClass.FAILED
    assert outcome.reading.kind is ReadingKind.UNREADABLE
    assert outcome.reason


@pytest.mark.parametrize("check", BY_HTTP, ids=named)
async def test_a_server_error_is_failed(check: Check) -> None:
    outcome = await asked(check, status(500))
    assert (outcome.outcome_class, outcome.status) == (OutcomeClass.FAILED, 500)


@pytest.mark.parametrize("check", BY_HTTP, ids=named)
async def test_404_is_not_served(check: Check) -> None:
    outcome = await asked(check, status(404))
    assert (outcome.outcome_class, outcome.reading) == (OutcomeClass.NOT_SERVED, ABSENT)


@pytest.mark.parametrize("check", BY_HTTP, ids=named)
async def test_401_without_a_credential_is_reachable_and_with_one_refused(check: Check) -> None:
    bare, keyed = await asked(check, status(401)), await asked(check, status(401), KEYED)
    assert bare.outcome_class is OutcomeClass.UNAUTHENTICATED
    assert keyed.outcome_class is OutcomeClass.REFUSED


@pytest.mark.parametrize("check", BY_HTTP, ids=named)
async def test_too_many_questions_is_throttled(check: Check) -> None:
    assert (await asked(check, status(429))).outcome_class is OutcomeClass.THROTTLED


@pytest.mark.parametrize("check", BY_HTTP, ids=named)
async def test_announced_maintenance_is_no_failure(check: Check) -> None:
    outcome = await asked(check, status(503, b"Wegens Onderhoud even niet bereikbaar"))
    assert outcome.outcome_class is OutcomeClass.MAINTENANCE


@pytest.mark.parametrize("check", BY_HTTP, ids=named)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>storing</html>",
        b"[" * 200_000,
        b"\xff\xfe\x00",
        b"null",
        b"[]",
        b'"x"',
        b"1e400",
    ],
    ids=["empty", "html", "deep", "bytes", "null", "list", "text", "endless number"],
)
async def test_any_body_is_judged_and_never_breaks_a_check(check: Check, body: bytes) -> None:
    outcome = await asked(check, status(200, body))
    assert outcome.outcome_class in {OutcomeClass.OK, OutcomeClass.FAILED}
    assert outcome.trace is None
    if outcome.outcome_class is OutcomeClass.FAILED:
        assert outcome.reason


@pytest.mark.parametrize("check", BY_HTTP, ids=named)
async def test_a_check_that_reads_no_version_tells_none(check: Check) -> None:
    body = b'{"openapi": "3.0.0", "info": {"version": "8.5.2"}, "paths": {}}'
    outcome = await asked(check, status(200, body))
    assert check.reads_version or outcome.reading.version is None


@pytest.mark.parametrize("check", EVERY, ids=named)
def test_a_check_bears_the_name_of_its_file(check: Check) -> None:
    assert type(check).__module__.rsplit(".", 1)[-1] == check.kind


@pytest.mark.parametrize("check", EVERY, ids=named)
def test_a_check_says_what_it_means(check: Check) -> None:
    module = sys.modules[type(check).__module__]
    assert (module.__doc__ or "").endswith(".")
    assert (type(check).__doc__ or "").rstrip().endswith(".")


@pytest.mark.parametrize("check", EVERY, ids=named)
def test_every_parameter_says_what_it_is_for(check: Check) -> None:
    own = set(type(check).model_fields) - set(Check.model_fields)
    assert [name for name in own if not type(check).model_fields[name].description] == []


@pytest.mark.parametrize("check", EVERY, ids=named)
def test_a_check_is_its_own_configuration(check: Check) -> None:
    assert parse(check.model_dump()) == check
    assert parse(check) is check
    with pytest.raises(ValidationError):
        parse({**check.model_dump(), "pth": "/x"})


@pytest.mark.parametrize("check", EVERY, ids=named)
def test_a_check_cannot_be_changed(check: Check) -> None:
    with pytest.raises(ValidationError):
        check.__setattr__("kind", "other")


def test_the_kinds_of_the_catalogue_are_all_there() -> None:
    assert list(every_check()) == [
        "app_info",
        "health",
        "national_rules",
        "openapi_document",
        "reported",
        "soap_endpoint",
        "tls_certificate",
        "version_header",
        "web_page",
    ]


def test_an_unknown_kind_names_the_nearest_and_lists_all() -> None:
    with pytest.raises(ValueError, match=r"'openapi_documnt'; did you mean 'openapi_document'"):
        parse({"kind": "openapi_documnt"})
    with pytest.raises(ValueError, match=r"called 'hartslag'; there are app_info, health, nat"):
        parse({"kind": "hartslag"})


@pytest.mark.parametrize("raw", [None, "health", [], {}, {"kind": None}, {"kind": ["health"]}, 5])
def test_what_is_no_entry_is_refused_with_a_sentence(raw: object) -> None:
    with pytest.raises(ValueError, match="check"):
        parse(raw)


def test_two_checks_of_one_kind_are_told_apart_by_name() -> None:
    assert parse({"kind": "health"}).called == "health"
    assert parse({"kind": "health", "name": "deep"}).called == "deep"


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ({"kind": "health", "path": "app-health"}, "begin with '/'"),
        ({"kind": "health", "path": "https://elders.example/"}, "begin with '/'"),
        ({"kind": "health", "path": "/a b"}, "percent-encode"),
        ({"kind": "health", "path": "/a\r\nx-api-key: b"}, "percent-encode"),
        ({"kind": "health", "path": "/a#b"}, "leave host and '#' out"),
        ({"kind": "health", "status": 99}, "greater than or equal to 200"),
        ({"kind": "app_info", "version_at": "app-info..version"}, "joined by dots"),
        ({"kind": "version_header", "header": "API Version"}, "no name of a header"),
        ({"kind": "soap_endpoint", "namespace": "http://x/stam-v4/"}, "one {version} in it"),
        ({"kind": "soap_endpoint", "namespace": "{version}"}, "text before that"),
        ({"kind": "soap_endpoint", "absent_when": ["tlsExpired"]}, "tlsHandshake"),
        ({"kind": "national_rules", "path": "/x"}, "say what must be in the answer"),
        ({"kind": "reported"}, "expect_every"),
        ({"kind": "reported", "expect_every": "often"}, "30s, 4h, 1h30m, 5d"),
        ({"kind": "reported", "expect_every": 5}, "30s, 4h, 1h30m, 5d"),
        ({"kind": "reported", "expect_every": "0s"}, "greater than"),
    ],
)
def test_a_parameter_that_cannot_be_used_is_refused(raw: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        parse(raw)
    assert said in str(refused.value)
