"""What we say in English of each type of event."""

from collections.abc import Mapping

from monitor.alerts.wording.vocabulary import Told
from monitor.domain.event import EventType

_OUTAGE = "Outage: {place}"
_UNSTABLE = "Unstable: {place}"
_ROLLOUT = "Rollout: {line} {version}"
_GATE = "Clearance for {where}: {line} {version}"
_INCIDENT = "Outage notice: {title}"
_MAINTENANCE = "Maintenance: {place}"
_SUPPORT = "End of support: {line}"
_CALM = "You need not do anything."

EVENTS: Mapping[EventType, Told] = {
    EventType.OUTAGE_OPENED: Told(
        name=_OUTAGE,
        headline=_OUTAGE,
        says="{place} has not been available since {since}.",
        means=(
            "Calls to it fail at the moment. It is not your software: our own measurements fail "
            "as well. We tell you when it is over."
        ),
    ),
    EventType.OUTAGE_RESOLVED: Told(
        name=_OUTAGE,
        headline="Over: outage of {place}",
        says="{place} is available again since {at}. The outage lasted {lasted}.",
        means="You can use it again. What failed in between may have to be sent again.",
    ),
    EventType.UNSTABLE_STARTED: Told(
        name=_UNSTABLE,
        headline=_UNSTABLE,
        says="{place} has been failing and recovering by turns since {since}.",
        means=(
            "A call may succeed now and fail the next moment. You get one message when it has "
            "settled, not one for every change."
        ),
    ),
    EventType.UNSTABLE_ENDED: Told(
        name=_UNSTABLE,
        headline="Steady again: {place}",
        says="{place} has stopped failing and recovering by turns since {at}.",
        means="The page shows how it is now.",
    ),
    EventType.DRIFT_OPENED: Told(
        name="{name}", headline="{name}", says="{found}", means="{meaning}"
    ),
    EventType.DRIFT_OVERDUE: Told(
        name="{name}",
        headline="{name} (overdue)",
        says="{found} This was tolerated until {until}, and that has passed.",
        means="{meaning}",
    ),
    EventType.DRIFT_RESOLVED: Told(
        name="{name}",
        headline="{name} (over)",
        says="What was found at {since} is over since {at}. It lasted {lasted}.",
        means="You need not do anything. It stays on record.",
    ),
    EventType.ROLLOUT_ANNOUNCED: Told(
        name=_ROLLOUT,
        headline="Announced: {line} {version}",
        says="Version {version} of {line} is announced.",
        means="The page tells when it is expected where, and how far it is.",
    ),
    EventType.ROLLOUT_ARRIVED: Told(
        name=_ROLLOUT,
        headline="Arrived on {where}: {line} {version}",
        says="{where} runs version {version} of {line}, first seen {arrived}.",
        means="What calls {place} meets this version from now on.",
    ),
    EventType.ROLLOUT_VERIFIED: Told(
        name=_ROLLOUT,
        headline="Proven on {where}: {line} {version}",
        says="Version {version} of {line} ran on {where} long enough without a break.",
        means=_CALM,
    ),
    EventType.ROLLOUT_OVERDUE: Told(
        name=_ROLLOUT,
        headline="Late on {where}: {line} {version}",
        says="Version {version} of {line} has not reached {where}; it was due {due}.",
        means="{where} runs something older until then.",
    ),
    EventType.ROLLOUT_ROLLED_BACK: Told(
        name=_ROLLOUT,
        headline="Rolled back on {where}: {line} {version}",
        says="{where} had version {version} of {line} and went back from it.",
        means="What this version brought is not on {where} for now.",
    ),
    EventType.GATE_OPENED: Told(
        name=_GATE,
        headline="Cleared for {where}: {line} {version}",
        says="Version {version} of {line} is cleared for {where} since {at}: all criteria are met.",
        means="It may be rolled out on {where} from now on. Be prepared for it.",
    ),
    EventType.GATE_CLOSED: Told(
        name=_GATE,
        headline="Not cleared for {where}: {line} {version}",
        says="Version {version} of {line} is not cleared for {where} any more since {at}.",
        means="It should not be rolled out on {where} until it is cleared again.",
    ),
    EventType.GATE_OVERRIDDEN: Told(
        name=_GATE,
        headline="Decided otherwise for {where}: {line} {version}",
        says="A release manager let version {version} of {line} go to {where} at {at}.",
        means="It may be rolled out on {where}; the computed answer stays as it was.",
    ),
    EventType.INCIDENT_OPENED: Told(
        name=_INCIDENT,
        headline=_INCIDENT,
        says="{message}",
        means="We tell you about progress, and when it is over.",
    ),
    EventType.INCIDENT_UPDATED: Told(
        name=_INCIDENT, headline="Update: {title}", says="{message}", means=""
    ),
    EventType.INCIDENT_RESOLVED: Told(
        name=_INCIDENT, headline="Resolved: {title}", says="{message}", means=""
    ),
    EventType.MAINTENANCE_PLANNED: Told(
        name=_MAINTENANCE,
        headline="Planned maintenance: {place}",
        says="Maintenance of {place} is planned from {from} until {to}.",
        means="It may be away in that time. What fails then is no outage.",
    ),
    EventType.MAINTENANCE_CHANGED: Told(
        name=_MAINTENANCE,
        headline="Maintenance changed: {place}",
        says="Maintenance of {place} is now planned from {from} until {to}.",
        means="It may be away in that time. What fails then is no outage.",
    ),
    EventType.MAINTENANCE_STARTED: Told(
        name=_MAINTENANCE,
        headline="Maintenance has begun: {place}",
        says="Maintenance of {place} has begun and lasts until {to}.",
        means="It may be away in that time. What fails now is no outage.",
    ),
    EventType.MAINTENANCE_ENDED: Told(
        name=_MAINTENANCE,
        headline="Maintenance is over: {place}",
        says="Maintenance of {place} is over since {at}.",
        means="You can use it again. What fails from now on is an outage again.",
    ),
    EventType.SUPPORT_ENDING: Told(
        name=_SUPPORT,
        headline="Support ends {day}: {line}",
        says="{line} is supported until {day}, the last day included.",
        means="Move to a newer version before then.",
    ),
    EventType.SUPPORT_ENDED: Told(
        name=_SUPPORT,
        headline="No longer supported: {line}",
        says="{line} was supported until {day}, and is no longer.",
        means="It may still answer. Move to a newer version.",
    ),
    EventType.CERTIFICATE_EXPIRING: Told(
        name="Certificate expires: {place}",
        headline="Certificate expires {expires}: {place}",
        says="The certificate of {place} is valid until {expires}.",
        means="Without a new one, calls fail from then on. Whoever runs it has to renew it.",
    ),
    EventType.CONTENT_WIPED: Told(
        name="Content wiped: {where}",
        headline="Content wiped: {where}",
        says="The content of {where} was wiped with version {version} of {line}.",
        means="What you had delivered there is gone; deliver again what you need.",
    ),
    EventType.NOTICE_REFUSED: Told(
        name="Refused: {place}",
        headline="Our key is refused: {place}",
        says="{place} has been refusing our key or certificate since {at}.",
        means="It shows as unknown until the key is renewed: it is not told as an outage.",
    ),
    EventType.NOTICE_ISOLATED: Told(
        name="Monitor isolated",
        headline="Monitor isolated: our own network fails",
        says="Our own network has been failing since {since}: nothing can be measured.",
        means="Everything shows as unknown until it is back: no outages are told.",
    ),
    EventType.NOTICE_DELIVERY_FAILING: Told(
        name="Delivery fails",
        headline="Delivery to a subscription fails",
        says="Messages to a subscription have not arrived for a long time; it is paused.",
        means="Look at its deliveries, and tell its owner if you can.",
    ),
    EventType.NOTICE_LOCATION_DOWN: Told(
        name="Fails from some locations: {place}",
        headline="Fails from some locations: {place}",
        says="{place} fails since {at}, and only from {locations}.",
        means="From too few locations to be told as an outage: the cause may be near us.",
    ),
    EventType.NOTICE_LOCATION_SILENT: Told(
        name="Location silent: {locations}",
        headline="Location silent: {locations}",
        says="Nothing has been heard from our location {locations} since {since}.",
        means="What it should measure is not measured; look at its worker.",
    ),
    EventType.NOTICE_LOCATION_HEARD: Told(
        name="Location silent: {locations}",
        headline="Location heard again: {locations}",
        says="Our location {locations} is heard again since {at}.",
        means=_CALM,
    ),
}

WITHDRAWN = Told(
    name=_MAINTENANCE,
    headline="Maintenance withdrawn: {place}",
    says="The maintenance of {place} that was planned from {from} is withdrawn.",
    means=_CALM,
)
