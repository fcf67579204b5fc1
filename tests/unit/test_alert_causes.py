"""Messages say the checks' reasons in the language of who gets them, harmless as ever."""

from collections.abc import Mapping
from string import Formatter

import pytest

from monitor.alerts.chat_text import chat_text
from monitor.alerts.wording.causes import cause
from monitor.alerts.wording.dutch import DUTCH
from monitor.alerts.wording.letter import compose
from monitor.domain.event import EventType
from monitor.domain.isolation import reason
from monitor.domain.names import HERE
from monitor.scheduling.errands import STOOD_STILL
from tests.e2e.street import landscape
from tests.unit.test_alert_words import KEYS, LINKS, TITLES, parcel, said, told
from web.views.feed import NEVER, Subject, feed_view
from web.views.titles import Titles
from web.words.language import Language

HOSTILE = "answered 500 <b>{at.__class__} %(x)s @all https://evil.example</b>"


def outage(why: str) -> str:
    return said(told(EventType.OUTAGE_OPENED, reason=why)).text


def places(text: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("causes", [DUTCH.causes], ids=["nl"])
def test_a_translation_has_the_facts_of_its_sentence(causes: Mapping[str, str]) -> None:
    assert causes
    for sentence, text in causes.items():
        assert places(sentence) == places(text), sentence


def test_a_dutch_mail_tells_the_reason_in_dutch() -> None:
    assert "antwoordde 502" in outage("answered 502")
    assert "het certificaat van de server is verlopen" in " ".join(
        outage("from lab only: the server's certificate has expired").split()
    )


def test_an_english_mail_keeps_the_sentence() -> None:
    event = told(EventType.OUTAGE_OPENED, reason="answered 502")
    letter = compose(parcel(event, language="en"), LINKS, KEYS, TITLES)
    assert ("Reason", "answered 502") in letter.sections[0].passage.details


def test_a_sentence_that_nobody_translated_is_told_as_it_is() -> None:
    assert "a new sentence" in outage("a new sentence")


@pytest.mark.parametrize("why", [reason(HERE), reason("lab"), STOOD_STILL])
def test_what_is_said_of_ourselves_is_told_in_dutch(why: str) -> None:
    assert cause(why, DUTCH.causes) != why


@pytest.mark.parametrize(
    "kind", [EventType.MAINTENANCE_PLANNED, EventType.GATE_OVERRIDDEN, EventType.CONTENT_WIPED]
)
def test_what_people_wrote_stays_theirs(kind: EventType) -> None:
    letter = compose(parcel(told(kind, reason="from Monday: answered")), LINKS, KEYS, TITLES)
    assert ("Reden", "from Monday: answered") in letter.sections[0].passage.details


def test_what_a_server_said_stays_hostile_in_every_form() -> None:
    event = told(EventType.OUTAGE_OPENED, reason=HOSTILE)
    message = said(event)
    assert "antwoordde 500 <b>{at.__class__} %(x)s" in " ".join(message.text.split())
    assert message.html
    assert "antwoordde 500 &lt;b&gt;{at.__class__} %(x)s" in message.html
    assert "<b>" not in message.html
    assert "https://evil" not in message.text + message.html
    _, chat = chat_text(compose(parcel(event), LINKS, KEYS, TITLES))
    assert "antwoordde 500 \u2039b\u203a" in chat
    assert "@" not in chat


def test_a_dutch_feed_tells_the_reason_in_dutch() -> None:
    event = told(EventType.OUTAGE_OPENED, reason="answered 502")
    for language, text in ((Language.NL, "Reden: antwoordde 502"), (Language.EN, "answered 502")):
        titles = Titles(landscape(), language)
        view = feed_view(Subject("all", "/"), [event], titles, LINKS, "t")
        assert text in view.entries[0].text
        assert view.updated > NEVER
