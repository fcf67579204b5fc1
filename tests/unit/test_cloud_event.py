"""What a webhook is told, as the standard writes it."""

import json

from monitor.alerts.cloud_event import cloud_event, contents, source_of, written
from monitor.domain.delivery import DeliveryKind
from monitor.domain.event import EventType
from tests.unit.parcels import NOON, happened, outage, parcel

SOURCE = "urn:nld:oin:00000001234567890000:systeem:ketenwacht"


def test_an_event_is_written_with_the_names_of_the_standard() -> None:
    body, kind = written((cloud_event(outage(), SOURCE),))
    assert kind == "application/cloudevents+json"
    found = json.loads(body)
    assert found.pop("id").isalnum()
    assert found == {
        "specversion": "1.0",
        "source": SOURCE,
        "type": "nl.ketenwacht.outage.opened.v1",
        "subject": "presenteren/v8@prod",
        "time": "2026-11-21T11:55:00Z",
        "datacontenttype": "application/json",
        "data": {"reason": "answered 502"},
    }


def test_one_happening_has_one_id_and_two_have_two() -> None:
    first, again = (cloud_event(outage(), SOURCE) for _ in range(2))
    other = cloud_event(outage("presenteren/v8@lto"), SOURCE)
    assert first.id == again.id != other.id


def test_several_events_are_a_batch() -> None:
    one, two = outage(), happened(EventType.OUTAGE_RESOLVED)
    body, kind = written(contents(parcel("", one, two, kind=DeliveryKind.DIGEST), SOURCE))
    assert kind == "application/cloudevents-batch+json"
    assert [each["type"].split(".")[-2] for each in json.loads(body)] == ["opened", "resolved"]


def test_a_reminder_is_no_second_copy_of_the_opening() -> None:
    opening = cloud_event(outage(), SOURCE)
    (reminder,) = contents(parcel("", outage(), kind=DeliveryKind.REMINDER), SOURCE)
    assert reminder.id == "del-1" != opening.id
    assert reminder.type == "nl.ketenwacht.subscription.reminder.v1"
    assert reminder.subject == opening.subject
    assert reminder.data["event"] == opening.id
    assert reminder.data["openSince"] == "2026-11-21T11:55:00Z"
    assert reminder.time == NOON


def test_what_is_about_the_subscription_says_which() -> None:
    for kind, name in ((DeliveryKind.TEST, "test"), (DeliveryKind.LEFT, "left")):
        (told,) = contents(parcel("", kind=kind), SOURCE)
        assert told.type == f"nl.ketenwacht.subscription.{name}.v1"
        assert told.data == {"subscription": "sub-1"}


def test_a_confirmation_carries_its_code() -> None:
    (told,) = contents(parcel("", kind=DeliveryKind.CONFIRMATION, token="c0de"), SOURCE)
    assert told.type == "nl.ketenwacht.subscription.confirm.v1"
    assert told.data == {"code": "c0de", "subscription": "sub-1"}


def test_hostile_text_stays_inside_its_string_and_is_ascii_on_the_wire() -> None:
    hostile = 'x"}\r\nHost: a\x00\u202e</script>é'
    body, _ = written((cloud_event(outage(reason=hostile), SOURCE),))
    assert body.isascii()
    assert "\n" not in body
    assert json.loads(body)["data"]["reason"] == hostile


def test_the_source_is_our_oin_and_else_our_address() -> None:
    assert source_of("00000001234567890000", "https://wacht.example") == SOURCE
    assert source_of(None, "https://wacht.example") == "https://wacht.example"
