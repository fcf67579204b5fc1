"""A message leads to our own pages, by the configured address only."""

from datetime import UTC, datetime

import pytest

from monitor.alerts.links import Links
from monitor.domain.event import EVERYWHERE, Event, EventType

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
LINKS = Links("https://keten.example")


def told(type_: EventType, subject: str, **facts: str) -> Event:
    return Event(type=type_, subject=subject, at=NOON, key="k", facts=facts)


@pytest.mark.parametrize(
    ("event", "path"),
    [
        (told(EventType.OUTAGE_OPENED, "stam/5@prod"), "/interfaces/stam#5-prod"),
        (told(EventType.OUTAGE_OPENED, "prod"), "/environments/prod"),
        (told(EventType.NOTICE_ISOLATED, EVERYWHERE), "/"),
        (told(EventType.DRIFT_OPENED, "stam/5", kind="lag"), "/drift?line=stam/5"),
        (told(EventType.DRIFT_OVERDUE, "stam/5@pre"), "/drift?line=stam/5"),
        (
            told(EventType.ROLLOUT_ARRIVED, "stam/5@pre", rollout="stam~5~5.0.1"),
            "/rollouts/stam~5~5.0.1",
        ),
        (told(EventType.ROLLOUT_ARRIVED, "stam/5@pre"), "/rollouts"),
        (
            told(EventType.GATE_OPENED, "stam/5@prod", version="5.0.1+b/1"),
            "/gate/stam/5/5.0.1%2Bb%2F1?environment=prod",
        ),
        (told(EventType.GATE_CLOSED, "stam/5@prod"), "/gate"),
        (told(EventType.INCIDENT_OPENED, EVERYWHERE, incident="a/../b"), "/incidents/a%2F..%2Fb"),
        (told(EventType.MAINTENANCE_PLANNED, "prod"), "/maintenance"),
        (told(EventType.SUPPORT_ENDING, "stam/4"), "/roadmap"),
    ],
)
def test_each_event_leads_to_the_page_that_tells_more(event: Event, path: str) -> None:
    assert LINKS.of(event) == f"https://keten.example{path}"


@pytest.mark.parametrize("type_", EventType)
@pytest.mark.parametrize("subject", ["stam/5@prod", "stam/5", "prod", EVERYWHERE])
def test_every_event_leads_somewhere_on_our_own_site(type_: EventType, subject: str) -> None:
    hostile = dict.fromkeys(("rollout", "incident", "version"), "//evil.example/\r\n?x=1#<script>")
    link = LINKS.of(told(type_, subject, **hostile))
    assert link.startswith("https://keten.example/")
    assert not {*"\r\n<> "} & {*link}
    assert "//" not in link.removeprefix("https://")


def test_links_of_a_subscription_carry_its_token() -> None:
    assert LINKS.confirm("s1", "a_b-c") == (
        "https://keten.example/subscriptions/s1/confirm?token=a_b-c"
    )
    assert LINKS.manage("s1", "t&t") == "https://keten.example/subscriptions/s1?token=t%26t"
    assert LINKS.leave("s1", "t") == "https://keten.example/subscriptions/s1/leave?token=t"


def test_the_host_is_that_of_the_address() -> None:
    assert Links("http://127.0.0.1:8080").host == "127.0.0.1"
    assert LINKS.host == "keten.example"
