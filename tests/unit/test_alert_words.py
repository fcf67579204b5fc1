"""Every happening has words in both languages: calm, exact, and safe whatever was probed."""

from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from string import Formatter

import pytest
from typing_extensions import override

from monitor.alerts.links import Links
from monitor.alerts.parcel import Parcel
from monitor.alerts.wording.dutch import DUTCH
from monitor.alerts.wording.english import ENGLISH
from monitor.alerts.wording.facts import Facts
from monitor.alerts.wording.letter import MOST_TOLD, Keys, subject_line, subject_of
from monitor.alerts.wording.message import Message, story_text
from monitor.alerts.wording.moments import moment, span
from monitor.alerts.wording.telling import Tone, name_of, passage
from monitor.alerts.wording.vocabulary import Vocabulary
from monitor.domain.delivery import Delivery, DeliveryKind
from monitor.domain.event import OPENS, Event, EventType, Reach
from monitor.domain.finding import FindingKind
from monitor.domain.landscape import LineId, Words
from monitor.domain.subscription import Channel, Subscription, Wanted

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
LINKS = Links("https://keten.example")
KEYS = Keys(manage="manage-key", leave="leave-key")
TITLES = {"stam": Words("STAM", "STAM"), "presenteren": Words("Presenteren", "Presenting")}
LANGUAGES = pytest.mark.parametrize("words", [DUTCH, ENGLISH], ids=["nl", "en"])
FACTS = {
    "openedAt": (NOON - timedelta(hours=3)).isoformat(),
    "toleratedUntil": (NOON - timedelta(hours=1)).isoformat(),
    "arrivedBy": NOON.isoformat(),
    "dueAt": NOON.isoformat(),
    "startsAt": NOON.isoformat(),
    "endsAt": (NOON + timedelta(hours=2)).isoformat(),
    "notAfter": (NOON + timedelta(days=14)).isoformat(),
    "supportedUntil": "2026-07-01",
    "kind": "order-broken",
    "environments": "lto,prod",
    "version": "5.0.1",
    "versions": "lto=5.0.0,pre=?,prod=",
    "title": "Trage verwerking",
    "message": "Wij zoeken het uit.",
    "phase": "investigating",
    "severity": "critical",
    "decision": "closed",
    "objections": "soaked,notFrozen",
    "locations": "ams,rtm",
    "reason": "answered 502",
}
OF_OUR_OWN = [one for one in DeliveryKind if one not in {DeliveryKind.EVENT, DeliveryKind.REMINDER}]
HOSTILE = "\r\nBcc: all@evil.example\r\n\r\n<script>alert(1)</script>{at.__class__}%(x)s\u202e\x00"


def told(kind: EventType, subject: str = "stam/5@prod", /, **facts: str) -> Event:
    story = f"story of {kind.partition('.')[0]}"
    return Event(type=kind, subject=subject, at=NOON, key=kind, facts=facts, story=story)


def full(kind: EventType) -> Event:
    subject = "stam/5" if kind.startswith("drift") else "stam/5@prod"
    return told(kind, subject, **FACTS)


def parcel(
    *events: Event,
    kind: DeliveryKind = DeliveryKind.EVENT,
    language: str = "nl",
    opened_by: str | None = None,
) -> Parcel:
    subscription = Subscription(
        id="s1",
        channel=Channel.MAIL,
        address="jan@example.nl",
        wanted=Wanted(),
        language=language,
        created_at=NOON,
    )
    delivery = Delivery(
        id="d1",
        subscription="s1",
        kind=kind,
        story="a story",
        events=tuple(one.key for one in events),
        created_at=NOON,
        due_at=NOON,
    )
    return Parcel(
        delivery=delivery,
        subscription=subscription,
        events=events,
        now=NOON,
        opened_by=opened_by,
        token="confirm-token",
    )


def said(*events: Event, **chosen: DeliveryKind) -> Message:
    return story_text(parcel(*events, **chosen), LINKS, KEYS, TITLES)


@LANGUAGES
@pytest.mark.parametrize("kind", EventType)
def test_every_event_has_words_and_none_of_them_is_missing_a_fact(
    kind: EventType, words: Vocabulary
) -> None:
    known = Facts(full(kind), words, TITLES).names().keys() | {"name", "found", "meaning"}
    one = words.events[kind]
    for text in (one.name, one.headline, one.says, one.means):
        assert {name for _, name, _, _ in Formatter().parse(text) if name} <= known
    spoken = passage(full(kind), words, TITLES)
    assert "{" not in f"{spoken.headline}{spoken.says}{spoken.means}{spoken.details}"
    assert words.phrases.unknown not in f"{spoken.headline} {spoken.says}"
    assert spoken.headline
    assert spoken.says


@LANGUAGES
def test_every_finding_has_words(words: Vocabulary) -> None:
    assert words.findings.keys() == {*FindingKind}
    for kind in FindingKind:
        event = told(EventType.DRIFT_OPENED, "stam/5", **{**FACTS, "kind": kind.value})
        spoken = passage(event, words, TITLES)
        assert "STAM 5" in spoken.headline
        assert "{" not in spoken.says + spoken.means


def test_both_languages_say_the_same_things() -> None:
    assert DUTCH.events.keys() == ENGLISH.events.keys() == {*EventType}
    assert DUTCH.notes.keys() == ENGLISH.notes.keys()
    assert {*DUTCH.notes} == {*OF_OUR_OWN}
    assert [*DUTCH.labels] == [*ENGLISH.labels]
    assert DUTCH.values.keys() == ENGLISH.values.keys()
    for name, values in DUTCH.values.items():
        assert values.keys() == ENGLISH.values[name].keys()
    for kind, note in DUTCH.notes.items():
        assert bool(note.button) is bool(ENGLISH.notes[kind].button)


@LANGUAGES
@pytest.mark.parametrize(("opening", "ending"), OPENS.items())
def test_the_subject_line_stays_the_same_for_a_whole_story(
    opening: EventType, ending: EventType, words: Vocabulary
) -> None:
    assert name_of(full(opening), words, TITLES) == name_of(full(ending), words, TITLES)
    assert passage(full(opening), words).headline != passage(full(ending), words).headline


def test_an_update_of_an_automatic_outage_stays_in_its_story() -> None:
    update = told(EventType.INCIDENT_UPDATED, phase="identified", message="Een kabel.")
    assert name_of(update, DUTCH) == name_of(told(EventType.OUTAGE_OPENED), DUTCH)
    assert passage(update, DUTCH, TITLES).headline == "Nieuws: STAM 5 op PROD"
    assert passage(update, DUTCH, TITLES).says == "Een kabel."


def test_a_rollout_is_one_story_wherever_it_arrives() -> None:
    steps = [
        told(EventType.ROLLOUT_ANNOUNCED, "stam/5", version="5.0.1"),
        told(EventType.ROLLOUT_ARRIVED, "stam/5@lto", version="5.0.1"),
        told(EventType.ROLLOUT_VERIFIED, "stam/5@prod", version="5.0.1"),
    ]
    assert {name_of(one, ENGLISH, TITLES) for one in steps} == {"Rollout: STAM 5 5.0.1"}


def test_an_outage_is_told_exactly_and_calmly() -> None:
    event = told(EventType.OUTAGE_OPENED, reason="answered 502", openedAt=FACTS["openedAt"])
    text = said(event).text
    assert text.startswith("Storing: STAM 5 op PROD\n-----------------------\n")
    assert "STAM 5 op PROD is niet beschikbaar sinds 15 juni 2026 om 11:00\n(UTC+02:00)." in text
    assert "Wat dit voor u betekent:" in text
    assert "Reden:      antwoordde 502" in text
    assert "Lees meer: https://keten.example/interfaces/stam#5-prod" in text
    assert "Afmelden:\nhttps://keten.example/subscriptions/s1/leave?token=leave-key" in text
    assert "https://keten.example/subscriptions/s1?token=manage-key" in text


def test_the_wrong_order_names_the_version_and_both_environments() -> None:
    event = told(EventType.DRIFT_OPENED, "stam/5", **FACTS)
    spoken = passage(event, ENGLISH, TITLES)
    assert spoken.says == "PROD got version 5.0.1 of STAM 5 while LTO did not have it yet."
    assert ("What runs where", "LTO 5.0.0, PRE unknown, PROD not there") in spoken.details


def test_a_difference_within_its_grace_is_told_to_be_the_normal_course() -> None:
    lag = {**FACTS, "kind": "lag", "phase": "rollingOut"}
    course = "Tot 15 juni 2026 om 13:00 (UTC+02:00) is dat de normale gang van zaken."
    assert course in passage(told(EventType.DRIFT_OPENED, "stam/5", **lag), DUTCH).says
    late = passage(told(EventType.DRIFT_OVERDUE, "stam/5", **lag), DUTCH)
    assert "normale" not in late.says
    assert "geduld tot 15 juni 2026 om 13:00 (UTC+02:00), en dat is voorbij." in late.says


def test_a_critical_finding_sounds_like_trouble_and_another_does_not() -> None:
    grave = told(EventType.DRIFT_OPENED, "stam/5", **FACTS)
    mild = told(EventType.DRIFT_OPENED, "stam/5", **{**FACTS, "severity": "warning"})
    assert passage(grave, DUTCH).tone is Tone.TROUBLE
    assert passage(mild, DUTCH).tone is Tone.CAUTION


def test_what_an_older_version_of_us_wrote_is_still_told() -> None:
    event = told(EventType.DRIFT_OPENED, "stam/5", kind="of-a-kind-to-come")
    assert passage(event, DUTCH, TITLES).headline == "Versieverschil: STAM 5"
    assert passage(told(EventType.SUPPORT_ENDING, supportedUntil="soon"), ENGLISH).says.endswith(
        "until unknown, the last day included."
    )


def test_maintenance_that_is_withdrawn_is_told_so() -> None:
    event = told(EventType.MAINTENANCE_CHANGED, "prod", withdrawnAt=NOON.isoformat(), **FACTS)
    assert passage(event, DUTCH).headline == "Onderhoud ingetrokken: de hele omgeving PROD"


@pytest.mark.parametrize(
    ("about", "place"),
    [
        (Reach(environments=("prod",)), "de hele omgeving PROD"),
        (Reach(), "DSO-LV"),
        (Reach(lines=(LineId("stam", "5"),), environments=("lto", "pre")), "STAM 5 op LTO en PRE"),
        (Reach(interfaces=("stam", "presenteren")), "STAM en Presenteren"),
        (Reach(interfaces=tuple("abcdef")), "a, b, c en 3 andere"),
    ],
)
def test_a_place_is_named_as_people_do(about: Reach, place: str) -> None:
    event = told(EventType.MAINTENANCE_STARTED, about.subject, **about.facts)
    assert Facts(event, DUTCH, TITLES).place == place


def test_what_is_about_ourselves_names_no_environment() -> None:
    event = told(EventType.NOTICE_ISOLATED, "monitor:ams")
    assert Facts(event, DUTCH, TITLES).place == "onze monitor"


def test_moments_are_amsterdam_s_with_their_offset_on_both_sides_of_the_change() -> None:
    twice = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert moment(twice, DUTCH.phrases) == "25 oktober 2026 om 02:30 (UTC+02:00)"
    assert moment(twice + timedelta(hours=1), ENGLISH.phrases) == (
        "25 October 2026, 02:30 (UTC+01:00)"
    )


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(hours=2, minutes=5, seconds=9), "2 hours and 5 minutes"),
        (timedelta(hours=47), "47 hours"),
        (timedelta(days=2), "2 days"),
        (timedelta(days=9, hours=1, minutes=30), "9 days and 1 hour"),
    ],
)
def test_spans_are_told_in_whole_words(length: timedelta, text: str) -> None:
    assert span(length, ENGLISH.phrases) == text


def test_what_follows_an_opening_answers_it() -> None:
    event = told(EventType.OUTAGE_RESOLVED)
    assert subject_of(parcel(event, opened_by="d0"), TITLES) == "Re: Storing: STAM 5 op PROD"
    assert subject_of(parcel(event), TITLES) == "Storing: STAM 5 op PROD"


def test_what_ends_with_others_beside_it_answers_its_own_opening() -> None:
    ending = Event(
        type=EventType.OUTAGE_RESOLVED, subject="stam/5@prod", at=NOON, key="1", story="a story"
    )
    both = parcel(told(EventType.ROLLOUT_ARRIVED, version="5.0.1"), ending, opened_by="d0")
    assert subject_of(both, TITLES) == "Re: Storing: STAM 5 op PROD"


def test_an_arrival_within_one_minute_is_told_as_a_moment() -> None:
    by = NOON + timedelta(seconds=50)
    facts = {"arrivedAfter": NOON.isoformat(), "arrivedBy": by.isoformat()}
    details = dict(passage(told(EventType.ROLLOUT_ARRIVED, **facts), DUTCH).details)
    assert details["Aangekomen"] == "15 juni 2026 om 14:00 (UTC+02:00)"
    later = facts | {"arrivedBy": (NOON + timedelta(minutes=2)).isoformat()}
    details = dict(passage(told(EventType.ROLLOUT_ARRIVED, **later), ENGLISH).details)
    assert details["Arrived"].startswith("between 15 June 2026, 14:00")


def test_several_events_of_one_environment_are_one_message() -> None:
    events = [
        Event(type=EventType.OUTAGE_OPENED, subject=f"stam/{one}@prod", at=NOON, key=str(one))
        for one in range(3)
    ]
    assert subject_line(events, "nl", TITLES) == "PROD: 3 berichten"
    message = said(*events)
    assert message.title == "PROD: 3 berichten"
    assert message.text.count("* Storing: STAM") == 3


def test_a_reminder_says_for_how_long() -> None:
    event = told(EventType.OUTAGE_OPENED, openedAt=FACTS["openedAt"])
    message = said(event, kind=DeliveryKind.REMINDER)
    assert message.title == "Nog niet voorbij: Storing: STAM 5 op PROD"
    assert "Dit duurt nu 3 uur" in message.text


def test_a_digest_tells_a_day_and_no_more_than_can_be_read() -> None:
    events = [told(EventType.OUTAGE_OPENED, f"stam/{one}@prod") for one in range(MOST_TOLD + 7)]
    message = said(*events, kind=DeliveryKind.DIGEST)
    assert message.title == "Overzicht van 15 juni 2026: 47 berichten"
    assert message.text.count("* Storing") == MOST_TOLD
    assert "En nog 7; de pagina toont ze." in message.text


@LANGUAGES
@pytest.mark.parametrize("kind", OF_OUR_OWN)
def test_messages_of_our_own_accord_are_complete(kind: DeliveryKind, words: Vocabulary) -> None:
    message = story_text(parcel(kind=kind, language=words.code), LINKS, KEYS)
    note = words.notes[kind]
    assert "{" not in message.text
    assert (f"\n{note.button}:\nhttps://keten.example/" in message.text) is bool(note.button)


def test_a_confirmation_leads_to_a_page_and_holds_no_other_key() -> None:
    text = story_text(parcel(kind=DeliveryKind.CONFIRMATION), LINKS, KEYS).text
    assert "https://keten.example/subscriptions/s1/confirm?token=confirm-token" in text
    assert "manage-key" not in text
    assert "leave-key" not in text


def test_without_keys_nothing_leads_to_the_subscription() -> None:
    message = story_text(parcel(told(EventType.OUTAGE_OPENED)), LINKS, None, TITLES)
    assert "subscriptions" not in f"{message.text}{message.html}"


class Reader(HTMLParser):
    """Whatever a mail program would act on."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.shown: list[str] = []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        values = dict(attrs)
        assert not {"src", "background", "srcset", "onclick"} & values.keys()
        self.links += [value for name, value in attrs if name == "href" and value]

    @override
    def handle_data(self, data: str) -> None:
        self.shown.append(data)


@LANGUAGES
@pytest.mark.parametrize("kind", EventType)
def test_hostile_facts_are_text_wherever_they_stand(kind: EventType, words: Vocabulary) -> None:
    event = told(kind, **dict.fromkeys(FACTS, HOSTILE))
    one = parcel(event, language=words.code)
    message = story_text(one, LINKS, KEYS)
    assert not {*"\r\n\x00\u202e"} & {*f"{message.title}{subject_of(one)}"}
    assert not {*"\r\x00\u202e"} & {*message.text}
    assert len(message.title) < 600
    reader = Reader()
    reader.feed(message.html or "")
    assert not reader.tags & {"script", "img", "iframe", "form", "input", "object"}
    assert all(link.startswith("https://keten.example/") for link in reader.links)
    assert message.title in reader.shown
    assert "class '" not in message.text


def test_a_hostile_answer_becomes_no_link() -> None:
    event = told(EventType.OUTAGE_OPENED, reason="go to https://evil.example/login or www.evil.nl")
    message = said(event)
    assert "https://evil" not in f"{message.text}{message.html}"
    assert "www.evil" not in f"{message.text}{message.html}"
    assert "https[:]//evil.example/login" in message.text


def test_both_parts_say_the_same() -> None:
    message = said(full(EventType.DRIFT_OVERDUE))
    reader = Reader()
    reader.feed(message.html or "")
    shown = " ".join(" ".join(reader.shown).split())
    spoken = passage(full(EventType.DRIFT_OVERDUE), DUTCH, TITLES)
    flat = " ".join(message.text.split())
    for text in (spoken.headline, spoken.says, spoken.means):
        assert text in shown
        assert text in flat
    for label, detail in spoken.details:
        assert label in shown
        assert detail in shown
        assert detail in flat
