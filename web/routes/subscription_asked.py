"""What a subscriber can ask for in a body."""

import re
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints, WithJsonSchema

from monitor.desk.wishes import LATEST, SOONEST
from monitor.domain.subscription import Mode
from web.routes.asked import Asked, Names
from web.words.language import Language

LONGEST_ADDRESS = 2_000

_PERIOD = re.compile(r"P(?:([0-9]{1,3})D)?(?:T([0-9]{1,3})H)?")
_WRONG_PERIOD = "must be a period of ISO 8601 from PT1H to P30D, in days and hours, as PT4H or P1D"


def _period(value: Any) -> Any:
    if value is None:
        return None
    found = _PERIOD.fullmatch(value) if isinstance(value, str) else None
    if not found or not any(found.groups()) or value.endswith("T"):
        raise ValueError(_WRONG_PERIOD)
    days, hours = (int(number or 0) for number in found.groups())
    length = timedelta(days=days, hours=hours)
    if not SOONEST <= length <= LATEST:
        raise ValueError(_WRONG_PERIOD)
    return length


Address = Annotated[
    str,
    StringConstraints(strict=True, min_length=1, max_length=LONGEST_ADDRESS),
    Field(description="A mail address, or the https address of a webhook"),
]
Secret = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=200)]
Events = Annotated[
    Names | None,
    Field(description="Types (drift.opened) or families of them (drift); null: all of them"),
]
Period = Annotated[
    timedelta | None,
    BeforeValidator(_period),
    WithJsonSchema({"anyOf": [{"type": "string", "format": "duration"}, {"type": "null"}]}),
    Field(description="After how long what stays open is told again, as PT4H or P1D; null: never"),
]


class WantedAsked(Asked):
    """A filter: empty lists mean all. Lines, interfaces and chains widen each other."""

    events: Events = None
    interfaces: Names = ()
    lines: Names = ()
    environments: Names = ()
    chains: Names = ()
    mode: Mode = Mode.IMMEDIATE
    language: Language = Language.NL
    reminder_interval: Period = None


class SubscriptionAsked(WantedAsked):
    """A new subscription: it is told nothing but a question before its owner confirms it."""

    channel: Literal["mail", "webhook"]
    address: Address


class SubscriptionChanged(WantedAsked):
    """What is left out stays as it is. Paused, nothing is sent; then only ends of what began."""

    state: Literal["active", "paused"] | None = None


class Confirmation(Asked):
    """What was sent to the address: the `data.code` of an event, or the token of a link."""

    code: Secret


SUBSCRIPTION_ASKED: tuple[type[Asked], ...] = (
    SubscriptionAsked,
    SubscriptionChanged,
    Confirmation,
)
