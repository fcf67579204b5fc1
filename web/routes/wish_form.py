"""What somebody chose in the form of a subscription, right or wrong, so that it can be shown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from monitor.desk.wishes import FAMILIES
from monitor.domain.landscape import Landscape
from monitor.domain.subscription import Mode, Subscription
from web.routes.forms import Fields
from web.views.problem import BodyLocation, Fault, Invalid, body_fault
from web.words.language import Language

REMINDERS: Mapping[str, timedelta | None] = {
    "": None,
    "PT4H": timedelta(hours=4),
    "P1D": timedelta(days=1),
    "P7D": timedelta(days=7),
}
"""What the form offers. The API takes others too, and they stay as they are."""


@dataclass(frozen=True, slots=True)
class WishForm:
    """`faults`: by the name of the field, what is wrong with it in English."""

    channel: str = "mail"
    mail: str = ""
    url: str = ""
    events: tuple[str, ...] = FAMILIES
    chains: tuple[str, ...] = ()
    interfaces: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    mode: str = Mode.IMMEDIATE
    language: str = Language.NL
    reminders: str = ""
    other_period: str = ""  # one that the form does not offer, and would lose
    faults: Mapping[str, str] = field(default_factory=dict)

    @property
    def asked(self) -> Mapping[str, Any]:
        """As the API's body says it. All families are all there ever will be.

        Invalid when nothing is ticked: in the API that would mean everything.
        """
        if not self.events:
            raise Invalid([body_fault("/events", "missing", "is empty: tick one at least.")])
        return {
            "events": None if {*FAMILIES} <= {*self.events} else list(self.events),
            "chains": list(self.chains),
            "interfaces": list(self.interfaces),
            "lines": list(self.lines),
            "environments": list(self.environments),
            "mode": self.mode,
            "language": self.language,
            "reminderInterval": self.reminders or None,
        }

    @property
    def asked_with_address(self) -> Mapping[str, Any]:
        address = self.url if self.channel == "webhook" else self.mail
        return {**self.asked, "channel": self.channel, "address": address}

    @property
    def types(self) -> tuple[str, ...]:
        """Chosen events that are narrower than the families of the form: kept as they are."""
        return tuple(one for one in self.events if one not in FAMILIES)

    def marked(self, faults: Iterable[Fault]) -> "WishForm":
        """With what is wrong tied to its fields; of each the first thing."""
        told: dict[str, str] = {}
        for one in faults:
            pointer = one.location.pointer if isinstance(one.location, BodyLocation) else ""
            place = pointer.split("/")[1] if pointer else "form"
            if place == "address":
                place = "url" if self.channel == "webhook" else "mail"
            told.setdefault(place, one.detail)
        return replace(self, faults=told)


def chosen(fields: Fields, language: Language, *, sent: bool) -> WishForm:
    """From a form that was sent, or from an address that somebody was given."""
    events = fields.all("event")
    return WishForm(
        channel=fields.one("channel", "mail"),
        mail=fields.one("mail"),
        url=fields.one("url"),
        events=events if sent or events else FAMILIES,
        chains=fields.all("chain"),
        interfaces=fields.all("interface"),
        lines=fields.all("line"),
        environments=fields.all("environment"),
        mode=fields.one("mode", Mode.IMMEDIATE),
        language=fields.one("language", language),
        reminders=fields.one("reminders"),
    )


def known_only(form: WishForm, landscape: Landscape) -> WishForm:
    """Without what an old link names that left the catalogue."""
    return replace(
        form,
        interfaces=tuple(one for one in form.interfaces if landscape.interface(one)),
        lines=tuple(one for one in form.lines if one in {*map(str, landscape.lines)}),
        environments=tuple(one for one in form.environments if landscape.environment(one)),
    )


def written(one: Subscription) -> WishForm:
    """What a subscription wishes now."""
    every = one.reminder_interval
    offered = {length: text for text, length in REMINDERS.items()}
    other = _iso(every) if every and every not in offered else ""
    return WishForm(
        channel=one.channel,
        events=FAMILIES if one.wanted.events is None else one.wanted.events,
        chains=one.wanted.chains,
        interfaces=one.wanted.interfaces,
        lines=tuple(map(str, one.wanted.lines)),
        environments=one.wanted.environments,
        mode=one.mode,
        language=one.language,
        reminders=offered.get(every, other),
        other_period=other,
    )


def _iso(length: timedelta) -> str:
    hours = length.seconds // 3_600
    return f"P{length.days}D" + (f"T{hours}H" if hours else "")
