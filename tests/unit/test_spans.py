"""What one probe's way comes to in spans: where each is, from when to when, and what it tells."""

from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from checks.outcome import Outcome, OutcomeClass, Phases
from monitor.domain.delivery import Delivery, DeliveryKind
from monitor.domain.event import Event, EventType
from monitor.domain.landscape import CheckId
from monitor.domain.observation import Observation
from monitor.domain.subscription import Channel
from monitor.probe_spans import Asked, of_probe
from monitor.spans import Span, of_batch, of_delivery, told_at
from tests.building import HEALTH, NOON, STAM, seen

SECOND = timedelta(seconds=1)
SLOT = NOON - SECOND
WHOLE = Phases(dns=0.1, connect=0.2, tls=0.3, first_byte=0.4, body=0.5, total=1.5)
ASKED = Asked("https://user:pass@pre.example/v8/health?key=secret#part", "GET")


FINE = Outcome(outcome_class=OutcomeClass.OK, phases=WHOLE)


def observed(outcome: Outcome = FINE) -> Observation:
    return Observation(HEALTH, SLOT, NOON, outcome)


def by_name(spans: list[Span]) -> dict[str, Span]:
    found = {one.name: one for one in spans}
    assert len(found) == len(spans)
    return found


def outage(subject: str = "presenteren/v8@prod") -> Event:
    return Event(type=EventType.OUTAGE_OPENED, subject=subject, at=NOON, key="outage:1")


def delivery(events: tuple[str, ...] = ("outage:1",)) -> Delivery:
    return Delivery(
        id="d1",
        subscription="s1",
        kind=DeliveryKind.EVENT,
        story="outage:1",
        events=events,
        created_at=NOON,
        due_at=NOON,
        attempts=2,
    )


def sent(*events: Event, trouble: str | None = None) -> Span:
    fate = "again" if trouble else "arrived"
    return of_delivery(
        *(delivery(), Channel.MAIL, events),
        fate=fate,
        trouble=trouble,
        begin=NOON,
        end=NOON + SECOND,
    )


def test_every_phase_begins_where_the_one_before_it_ended() -> None:
    spans = by_name([*of_probe(observed(), ASKED, "local")])
    phases = [spans[name] for name in ("dns", "connect", "tls", "first byte", "body")]
    ends = [spans["GET"].begin, *(one.end for one in phases)]
    assert [one.begin for one in phases] == ends[:-1]
    assert spans["GET"].begin == NOON
    assert ends[-1] == spans["GET"].end == spans["probe"].end == NOON + 1.5 * SECOND
    assert {one.parent for one in phases} == {spans["GET"].place}
    assert spans["GET"].parent == spans["wait"].parent == spans["probe"].place
    assert (spans["wait"].begin, spans["wait"].end) == (SLOT, NOON)
    assert (spans["probe"].begin, spans["probe"].parent) == (SLOT, None)


def test_what_was_not_reached_has_no_span() -> None:
    refused = Outcome(
        outcome_class=OutcomeClass.FAILED,
        reason="nobody listens there",
        phases=Phases(dns=0.1, total=0.2),
        evidence={"trouble": "connectionRefused"},
    )
    spans = by_name([*of_probe(observed(refused), ASKED, "local")])
    assert spans.keys() == {"probe", "wait", "GET", "dns"}
    assert spans["GET"].facts["error.type"] == "connectionRefused"
    assert spans["GET"].fault == spans["probe"].fault == "nobody listens there"


def test_of_an_address_nothing_is_told_that_may_be_a_key() -> None:
    facts = by_name([*of_probe(observed(), ASKED, "local")])["GET"].facts
    assert facts["url.full"] == "https://pre.example/v8/health"
    assert (facts["server.address"], facts["server.port"]) == ("pre.example", 443)
    every = str([*of_probe(observed(), ASKED, "local")])
    assert "secret" not in every
    assert "pass@" not in every


def test_a_handshake_is_no_request() -> None:
    asked = Asked("https://pre.example/v8", None)
    facts = by_name([*of_probe(observed(), asked, "local")])["handshake"].facts
    assert facts == {"server.address": "pre.example", "server.port": 443}


def test_what_others_report_was_not_asked_by_us() -> None:
    (root,) = of_probe(observed(), None, "local")
    assert (root.name, root.facts["ketenwacht.location"]) == ("probe", "local")
    assert root.facts["ketenwacht.outcome"] == "ok"


def test_a_refused_key_is_an_error_of_the_request_and_none_of_the_probe() -> None:
    refused = Outcome(outcome_class=OutcomeClass.UNAUTHENTICATED, status=401)
    spans = by_name([*of_probe(observed(refused), ASKED, "local")])
    assert spans["GET"].facts["error.type"] == "401"
    assert spans["probe"].fault is None


def test_the_same_answer_has_the_same_place_in_every_process() -> None:
    one, other = ([*of_probe(observed(), ASKED, here)] for here in ("local", "pkio"))
    assert [span.place for span in one] == [span.place for span in other]
    elsewhere = replace(observed(), at=NOON.astimezone(timezone(2 * timedelta(hours=1))))
    assert next(of_probe(elsewhere, None, "")).place == one[0].place


def test_other_answers_have_other_places() -> None:
    first = observed()
    others = (
        replace(first, at=NOON + timedelta(microseconds=1)),
        replace(first, check=CheckId(HEALTH.target, "openapi_document")),
        replace(first, check=CheckId(HEALTH.target._replace(line=STAM), "health")),
    )
    spans = [span for one in (first, *others) for span in of_probe(one, ASKED, "local")]
    assert len({span.place for span in spans}) == len(spans)
    assert len({span.place.trace for span in spans}) == 3, "one line in one moment is one"


def test_a_batch_leads_each_probe_to_what_was_told_of_it() -> None:
    first, second = observed(), seen(CheckId(HEALTH.target._replace(line=STAM), "health"))
    event = outage()
    at = NOON + 2 * SECOND
    spans = [*of_batch((first, second), (event,), at, at + SECOND)]
    whole, *records, told = spans
    assert [one.name for one in spans] == ["batch", "record", "record", "tell outage.opened"]
    roots = [next(of_probe(one, None, "")) for one in (first, second)]
    assert [one.parent for one in records] == [root.place for root in roots]
    assert [one.begin for one in records] == [root.end for root in roots]
    assert all(one.links == (whole.place,) for one in (*records, told))
    assert told.parent == records[0].place
    assert whole.facts == {"ketenwacht.observations": 2, "ketenwacht.events": 1}


def test_what_concerns_a_whole_environment_has_a_trace_of_its_own() -> None:
    *_, told = of_batch((observed(),), (outage("prod"),), NOON, NOON + SECOND)
    assert told.parent is None
    assert told.place.trace != next(of_probe(observed(), None, "")).place.trace


def test_a_message_belongs_to_what_it_tells() -> None:
    *_, told = of_batch((observed(),), (outage(),), NOON, NOON + SECOND)
    assert sent(outage()).parent == told.place == told_at(outage())
    assert sent(outage()).facts["ketenwacht.attempt"] == 2
    assert sent(outage(), trouble="the receiver refuses").fault == "the receiver refuses"


def test_a_message_of_several_leads_to_each() -> None:
    events = (outage(), outage("prod"))
    span = sent(*events)
    assert span.parent is None
    assert span.links == tuple(told_at(one) for one in events)
    assert span.place.trace not in {one.trace for one in span.links}


@pytest.mark.parametrize(
    "kind",
    [
        EventType.MAINTENANCE_PLANNED,
        EventType.INCIDENT_OPENED,
        EventType.SUPPORT_ENDING,
        EventType.ROLLOUT_OVERDUE,
        EventType.NOTICE_DELIVERY_FAILING,
    ],
)
def test_what_no_probe_gave_reason_to_tell_has_no_parent_that_is_nowhere(kind: EventType) -> None:
    event = replace(outage(), type=kind)
    span = sent(event)
    assert span.parent is None
    assert span.place.trace == told_at(event).trace, "every message about it is in one trace"
