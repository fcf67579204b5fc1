"""What an answer means: the table of semantics.md, section 2, and the recorded gateway."""

import json

import pytest

from checks.classify import Answer, classify, classify_trouble, problem, retry_after, signals
from checks.outcome import OutcomeClass, Target, Trust
from checks.trouble import Trouble, TroubleKind

OPEN = Target(id="presenteren/v8@prod", base_url="https://x.example")
KEYED = Target(id="presenteren/v8@prod", base_url="https://x.example", headers={"x-api-key": "k"})
MUTUAL = Target(
    id="stam/v5@prod", base_url="https://x.example", trust=Trust(client_certificate="c.pem")
)
PROBLEM = {"content-type": "application/problem+json"}


def said(status: int, text: str = "", **headers: str) -> Answer:
    return Answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, text)


@pytest.mark.parametrize(
    ("status", "target", "outcome_class"),
    [
        (200, OPEN, OutcomeClass.OK),
        (204, KEYED, OutcomeClass.OK),
        (301, OPEN, OutcomeClass.FAILED),
        (304, OPEN, OutcomeClass.FAILED),
        (400, KEYED, OutcomeClass.FAILED),
        (401, OPEN, OutcomeClass.UNAUTHENTICATED),
        (401, KEYED, OutcomeClass.REFUSED),
        (401, MUTUAL, OutcomeClass.REFUSED),
        (403, OPEN, OutcomeClass.UNAUTHENTICATED),
        (403, KEYED, OutcomeClass.REFUSED),
        (404, KEYED, OutcomeClass.NOT_SERVED),
        (406, KEYED, OutcomeClass.FAILED),
        (410, OPEN, OutcomeClass.NOT_SERVED),
        (422, KEYED, OutcomeClass.FAILED),
        (429, KEYED, OutcomeClass.THROTTLED),
        (500, KEYED, OutcomeClass.FAILED),
        (503, KEYED, OutcomeClass.FAILED),
        (599, KEYED, OutcomeClass.FAILED),
        (999, KEYED, OutcomeClass.FAILED),
        (0, KEYED, OutcomeClass.FAILED),
    ],
)
def test_a_status_has_a_class(status: int, target: Target, outcome_class: OutcomeClass) -> None:
    verdict = classify(said(status), target)
    assert verdict.outcome_class is outcome_class
    assert bool(verdict.reason) is (outcome_class is not OutcomeClass.OK)


@pytest.mark.parametrize("text", ["Gepland ONDERHOUD tot 06:00", "<h1>onderhoud</h1>"])
def test_503_that_speaks_of_maintenance_is_no_outage(text: str) -> None:
    assert classify(said(503, text), OPEN).outcome_class is OutcomeClass.MAINTENANCE


def test_only_a_503_can_be_maintenance() -> None:
    assert classify(said(500, "onderhoud"), OPEN).outcome_class is OutcomeClass.FAILED


def test_without_a_maintenance_text_nothing_is_maintenance() -> None:
    wordless = Target(id="x", base_url="https://x.example", maintenance_text="")
    assert classify(said(503, "onderhoud"), wordless).outcome_class is OutcomeClass.FAILED


def test_the_problem_that_came_with_a_404_is_told() -> None:
    body = json.dumps({"title": "Verkeerd verzoek", "detail": "No matching resource found"})
    verdict = classify(Answer(404, PROBLEM, body), KEYED)
    assert verdict.reason == "not served here: 404 Verkeerd verzoek: No matching resource found"


def test_a_wrong_accept_names_its_cure() -> None:
    assert "check the Accept" in classify(said(406), KEYED).reason


def test_wrong_parameters_name_their_cure() -> None:
    assert "check the parameters" in classify(said(422), KEYED).reason


def test_an_expected_redirect_is_ok_and_another_status_is_not() -> None:
    assert classify(said(302), OPEN, {302}).outcome_class is OutcomeClass.OK
    assert classify(said(200), OPEN, {302}).reason == "answered 200 where 302 is expected"


def test_a_redirect_is_told_cleaned_and_not_followed() -> None:
    verdict = classify(said(302, location="https://evil.example/\u202e"), OPEN)
    assert verdict.reason == (
        "302: redirects to https://evil.example/; redirects are recorded, not followed"
    )


@pytest.mark.parametrize(
    ("kind", "target", "outcome_class"),
    [
        (TroubleKind.DNS, OPEN, OutcomeClass.FAILED),
        (TroubleKind.CONNECTION_REFUSED, OPEN, OutcomeClass.FAILED),
        (TroubleKind.TLS_EXPIRED, KEYED, OutcomeClass.FAILED),
        (TroubleKind.TOO_LARGE, KEYED, OutcomeClass.FAILED),
        (TroubleKind.CONTENT, KEYED, OutcomeClass.FAILED),
        (TroubleKind.CERTIFICATE_REQUIRED, OPEN, OutcomeClass.UNAUTHENTICATED),
        (TroubleKind.CERTIFICATE_REQUIRED, KEYED, OutcomeClass.UNAUTHENTICATED),
        (TroubleKind.CERTIFICATE_REQUIRED, MUTUAL, OutcomeClass.REFUSED),
        (TroubleKind.CERTIFICATE_REJECTED, MUTUAL, OutcomeClass.REFUSED),
        (TroubleKind.CERTIFICATE_UNUSABLE, MUTUAL, OutcomeClass.REFUSED),
        (TroubleKind.MISASKED, OPEN, OutcomeClass.OURS),
        (TroubleKind.EXHAUSTED, OPEN, OutcomeClass.OURS),
    ],
)
def test_no_answer_has_a_class_too(
    kind: TroubleKind, target: Target, outcome_class: OutcomeClass
) -> None:
    assert classify_trouble(Trouble(kind, "so it went"), target).outcome_class is outcome_class


@pytest.mark.parametrize(
    ("wish", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("Wed, 21 Oct 2026 07:30:00 GMT", 120.0),
        ("Wed, 21 Oct 2026 07:00:00 GMT", 0.0),  # already past: not a negative pause
        ("-5", None),
        ("soon", None),
        ("9" * 5000, None),
        ("²", None),
        ("", None),
    ],
)
def test_retry_after_is_read_against_the_servers_own_clock(
    wish: str, seconds: float | None
) -> None:
    headers = {"retry-after": wish, "date": "Wed, 21 Oct 2026 07:28:00 GMT"}
    assert retry_after(headers) == seconds


@pytest.mark.parametrize("date", ["", "yesterday", "Wed, 21 Oct 2026 07:28:00"])
def test_a_date_to_wait_for_says_nothing_without_a_date_of_now(date: str) -> None:
    assert retry_after({"retry-after": "Wed, 21 Oct 2026 07:30:00 GMT", "date": date}) is None


def test_deprecation_signals_are_kept_cleaned_and_capped() -> None:
    found = signals(
        {
            "warning": '299 - "v7 ends\u202e soon"',
            "sunset": "Sun, 01 Feb 2026 00:00:00 GMT",
            "deprecation": "x" * 999,
        }
    )
    assert found["warning"] == '299 - "v7 ends soon"'
    assert found["sunset"] == "Sun, 01 Feb 2026 00:00:00 GMT"
    assert len(found["deprecation"]) == 200


def test_another_warning_is_no_deprecation() -> None:
    assert signals({"warning": '110 - "stale"'}) == {}


@pytest.mark.parametrize(
    "text",
    ["", "null", "[]", '{"title": 5, "detail": {}}', "[" * 5000, "{" * 9000, '{"title": NaN'],
)
def test_what_only_claims_to_be_a_problem_tells_nothing(text: str) -> None:
    assert problem(Answer(400, PROBLEM, text)) == ""


def test_html_is_not_read_as_a_problem() -> None:
    assert problem(Answer(404, {"content-type": "text/html"}, '{"title": "x"}')) == ""
