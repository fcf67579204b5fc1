"""From what a subscriber asks for to a wish that can be kept, or everything that is wrong."""

from collections.abc import Iterator
from dataclasses import replace

from monitor.alerts.guard import Forbidden, Guard
from monitor.bootstrap import Monitor
from monitor.desk.wishes import Wish, strangers
from monitor.domain.landscape import Landscape
from monitor.domain.mail_address import MailAddressError, mail_address
from monitor.domain.subscription import Channel, Subscription, Wanted
from web.routes.questions import line_of
from web.routes.subscription_asked import SubscriptionAsked, WantedAsked
from web.views.problem import Fault, Invalid, body_fault

_FILTER = ("events", "interfaces", "lines", "environments", "chains")
_NAMES_SHOWN = 20
_NOT_HERE = "is not possible here: this monitor has not been set up to send {way}."


def ways(monitor: Monitor) -> tuple[str, ...]:
    """How subscribers can be told here: both need a secret key, and mail a server."""
    if monitor.derived is None:
        return ()
    settings = monitor.settings
    return ("mail", "webhook") if settings.smtp_url and settings.mail_from else ("webhook",)


async def wish_of(asked: SubscriptionAsked, monitor: Monitor) -> Wish:
    """Raises Invalid with all faults. Whether an address is known plays no part in it."""
    faults = [*wanted_faults(asked, monitor.board.landscape)]
    if asked.channel not in ways(monitor):
        faults.append(body_fault("/channel", "channel", _NOT_HERE.format(way=asked.channel)))
    try:
        address, mailbox = await _address(asked, monitor.guard)
    except (MailAddressError, Forbidden) as error:
        faults.append(body_fault("/address", "address", f"{error}."))
    if faults:
        raise Invalid(faults)
    return Wish(
        channel=Channel(asked.channel),
        address=address,
        mailbox=mailbox,
        wanted=wanted_of(asked),
        mode=asked.mode,
        language=asked.language.value,
        reminder_interval=asked.reminder_interval,
    )


async def _address(asked: SubscriptionAsked, guard: Guard) -> tuple[str, str]:
    """As messages go to it, and as limits count it."""
    match Channel(asked.channel):
        case Channel.WEBHOOK:
            url = str((await guard.admit(asked.address)).url)
            return url, url
        case _:
            read = mail_address(asked.address)
            return str(read), read.mailbox


def wanted_of(asked: WantedAsked) -> Wanted:
    """An empty list of events is no filter either: who wants nothing does not subscribe."""
    return Wanted(
        events=_each(asked.events) or None if asked.events is not None else None,
        interfaces=_each(asked.interfaces),
        lines=tuple(line for line in map(line_of, _each(asked.lines)) if line),
        environments=_each(asked.environments),
        chains=_each(asked.chains),
    )


def edited(before: Subscription, told: WantedAsked) -> Subscription:
    """With what was told; what was left out stays as it was."""
    given = told.model_fields_set
    new, old = wanted_of(told), before.wanted
    wanted = {name: getattr(new if name in given else old, name) for name in _FILTER}
    return replace(
        before,
        wanted=Wanted(**wanted),
        mode=told.mode if "mode" in given else before.mode,
        language=told.language.value if "language" in given else before.language,
        reminder_interval=(
            told.reminder_interval if "reminder_interval" in given else before.reminder_interval
        ),
    )


def wanted_faults(asked: WantedAsked, landscape: Landscape) -> Iterator[Fault]:
    for place, text in enumerate(asked.lines):
        if line_of(text) is None:
            yield body_fault(f"/lines/{place}", "unknown", "is no line; write presenteren/v8.")
    for one in strangers(wanted_of(asked), landscape):
        shown = ", ".join(one.known[:_NAMES_SHOWN])
        more = len(one.known) - _NAMES_SHOWN
        known = f"{shown} and {more} more" if more > 0 else shown or "none"
        detail = f"names {one.name!a}, which is unknown here; there are {known}."
        yield body_fault(f"/{one.field}", "unknown", detail)


def _each(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
