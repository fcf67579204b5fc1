"""Messages of our own accord, in English."""

from collections.abc import Mapping

from monitor.alerts.wording.vocabulary import Note
from monitor.domain.delivery import DeliveryKind

NOTES: Mapping[DeliveryKind, Note] = {
    DeliveryKind.DIGEST: Note(
        title="Overview of {date}: {count}",
        opening=("This is what happened until {now}.",),
    ),
    DeliveryKind.CONFIRMATION: Note(
        title="Confirm your subscription to Ketenwacht",
        opening=(
            "This address was subscribed to messages about the interfaces of DSO-LV.",
            "Was it you? Confirm it within 48 hours; until then nothing is sent.",
        ),
        button="Confirm the subscription",
        closing=("Was it not you? Do nothing: this address is forgotten after 48 hours.",),
    ),
    DeliveryKind.KNOWN: Note(
        title="You are subscribed to Ketenwacht already",
        opening=(
            (
                "Somebody, probably you, just subscribed this address to Ketenwacht. It is "
                "subscribed already, and nothing was changed."
            ),
        ),
        button="See or change what you get",
        closing=("Was it not you? Do nothing: everything stays as it is.",),
    ),
    DeliveryKind.LEFT: Note(
        title="You are unsubscribed from Ketenwacht",
        opening=(
            (
                "You are unsubscribed. Nothing more is sent to this address, and it is erased "
                "after 30 days."
            ),
        ),
        button="Subscribe again",
    ),
    DeliveryKind.PAUSED: Note(
        title="Your subscription to Ketenwacht is paused",
        opening=(
            (
                "Messages of your subscription have not arrived for five days. It is paused: "
                "nothing is sent until you go on with it."
            ),
        ),
        button="Look at it, and go on",
    ),
    DeliveryKind.TEST: Note(
        title="Test message from Ketenwacht",
        opening=("This is a test. Messages from Ketenwacht reach you; nothing has happened.",),
    ),
}
