"""The checks' own sentences on a Dutch page: every one that they say is known there."""

import json

import pytest

from checks.classify import MEANINGS, Answer, classify
from checks.outcome import Target
from checks.wire.tls import ALERTS, VERIFY
from web.templating.causes import cause
from web.words.language import Language

OPEN = Target(id="stam/5@prod", base_url="https://x.example", maintenance_text="onderhoud")
KEYED = Target(id="stam/5@prod", base_url="https://x.example", headers={"x-api-key": "k"})
PROBLEM = json.dumps({"title": "Interne fout", "detail": "<b>Er is iets mis</b>"})
JSON = {"content-type": "application/problem+json"}
MOVED = {"location": "https://elders.example/"}


def dutch(reason: str) -> str:
    return str(cause(reason, Language.NL))


@pytest.mark.parametrize("target", [OPEN, KEYED], ids=["open", "keyed"])
@pytest.mark.parametrize("status", [301, 401, 403, 404, 410, 429, 500, 502, *MEANINGS])
def test_what_is_said_of_a_status_is_told_in_dutch(status: int, target: Target) -> None:
    for answer in (Answer(status, JSON, PROBLEM), Answer(status, MOVED)):
        reason = classify(answer, target).reason
        assert reason
        assert "lang=" not in dutch(reason), reason
        assert dutch(reason) != reason


def test_planned_maintenance_is_told_in_dutch() -> None:
    reason = classify(Answer(503, {}, "Gepland onderhoud"), OPEN).reason
    assert dutch(reason) == "503 met de tekst van gepland onderhoud"


@pytest.mark.parametrize(
    "reason",
    sorted({sentence for _, sentence in (*VERIFY.values(), *ALERTS.values())}),
)
def test_what_is_said_of_tls_is_told_in_dutch(reason: str) -> None:
    assert "lang=" not in dutch(reason)


def test_a_sentence_within_a_sentence_is_told_in_dutch_too() -> None:
    told = "10 targets went down together; the last: from lab only: closed the connection without"
    assert dutch(f"{told} an answer") == (
        "10 doelen vielen tegelijk uit; het laatste: alleen vanaf lab:"
        " verbrak de verbinding zonder antwoord"
    )


def test_what_nobody_translated_says_that_it_is_english() -> None:
    assert dutch("a <new> sentence") == '<span lang="en">a &lt;new&gt; sentence</span>'


def test_what_it_quotes_cannot_become_part_of_the_page() -> None:
    assert dutch("answered 500 <b>Er is 100% mis</b>") == (
        "antwoordde 500 &lt;b&gt;Er is 100% mis&lt;/b&gt;"
    )


def test_an_english_page_keeps_the_sentence() -> None:
    assert cause("answered 500 <b>", Language.EN) == "answered 500 &lt;b&gt;"
