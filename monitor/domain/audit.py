"""Who did what, when and why. Only ever added to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class ActKind(StrEnum):
    """The values are the API's."""

    GATE_OVERRIDDEN = "gate.overridden"
    ROLLOUT_ANNOUNCED = "rollout.announced"
    MAINTENANCE_PLANNED = "maintenance.planned"
    MAINTENANCE_CHANGED = "maintenance.changed"
    MAINTENANCE_ENDED = "maintenance.ended"
    INCIDENT_OPENED = "incident.opened"
    INCIDENT_CHANGED = "incident.changed"
    INCIDENT_UPDATED = "incident.updated"
    FREEZE_PLANNED = "freeze.planned"
    FREEZE_ENDED = "freeze.ended"
    SUBSCRIPTIONS_EXPORTED = "subscriptions.exported"
    SUBSCRIPTIONS_ERASED = "subscriptions.erased"
    DELIVERY_SENT_AGAIN = "delivery.sentAgain"
    CHECKS_ASKED = "checks.asked"
    SIGNED_IN = "operator.signedIn"
    SIGNED_OUT = "operator.signedOut"
    TOKEN_CREATED = "token.created"  # noqa: S105 - the name of an act, no secret
    TOKEN_REVOKED = "token.revoked"  # noqa: S105 - likewise


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    at: datetime
    who: str  # a token's name, or whom the command line ran as
    what: ActKind
    subject: str  # "presenteren/v8@prod 8.6.0", a freeze's or a token's id
    reason: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
