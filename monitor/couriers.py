"""Who carries what is told: one courier for each channel, equipped with what the settings say."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from checks.client import Clients
from checks.outcome import Trust
from monitor.alerts.channels.alertmanager import AlertmanagerCourier
from monitor.alerts.channels.chat import ChatCourier
from monitor.alerts.channels.mail import MailCourier
from monitor.alerts.channels.webhook import WebhookCourier
from monitor.alerts.cloud_event import source_of
from monitor.alerts.guard import Guard
from monitor.alerts.heartbeat import Heartbeat
from monitor.alerts.links import Links
from monitor.alerts.mime import sender_of
from monitor.alerts.own_places import PlaceError, address_at, place_at
from monitor.alerts.parcel import Courier
from monitor.alerts.relay import RelayError, relay_of
from monitor.catalogue.references import Reference
from monitor.desk.derived import Derived
from monitor.domain.landscape import Words
from monitor.domain.mail_address import MailAddressError
from monitor.domain.subscription import Channel
from monitor.settings import PREFIX, Settings, SettingsError


@dataclass(frozen=True, slots=True, kw_only=True)
class Couriers:
    """None: that cannot be used here, because what it needs is not configured."""

    webhook: WebhookCourier | None
    mail: MailCourier | None
    chat: ChatCourier
    alertmanager: AlertmanagerCourier
    heartbeat: Heartbeat | None
    chats: tuple[Reference, ...] = ()
    alertmanagers: tuple[Reference, ...] = ()
    language: str  # in which operators are told

    @property
    def by_channel(self) -> Mapping[Channel, Courier]:
        every = {
            Channel.WEBHOOK: self.webhook,
            Channel.MAIL: self.mail,
            Channel.CHAT: self.chat,
            Channel.ALERTMANAGER: self.alertmanager,
        }
        return {channel: courier for channel, courier in every.items() if courier}

    async def aclose(self) -> None:
        await self.chat.aclose()
        if self.mail is not None:
            await self.mail.aclose()


def couriers_of(
    settings: Settings,
    clients: Clients,
    secrets: Mapping[str, str],
    titles: Callable[[], Mapping[str, Words]],
    *,
    guard: Guard,
    derived: Derived | None,
) -> Couriers:
    """Raises SettingsError, which names the variable and what is wrong with what it leads to."""
    if problems := (*_unreachable(settings, secrets),):
        raise SettingsError(problems)
    ca_file = str(settings.ca_file) if settings.ca_file else None
    http = clients.of(Trust(ca_file=ca_file))
    links = Links(settings.address)
    source = source_of(settings.oin, settings.address)
    webhook = WebhookCourier(http, guard, source=source, origin=links.host)
    chats, alertmanagers = _by_address(settings.chat), _by_address(settings.alertmanager)
    switch = settings.heartbeat
    return Couriers(
        webhook=webhook if derived else None,
        mail=_mail(settings, links, derived, titles, ca_file) if derived else None,
        chat=ChatCourier(chats, secrets, links, titles, ca_file=ca_file),
        alertmanager=AlertmanagerCourier(
            http, alertmanagers, secrets, links, titles, language=settings.language
        ),
        heartbeat=Heartbeat(http, switch, secrets) if switch else None,
        chats=settings.chat,
        alertmanagers=settings.alertmanager,
        language=settings.language,
    )


def _mail(
    settings: Settings,
    links: Links,
    derived: Derived,
    titles: Callable[[], Mapping[str, Words]],
    ca_file: str | None,
) -> MailCourier | None:
    if settings.smtp_url is None:
        return None
    if settings.mail_from is None:
        cure = "write Ketenwacht <ADDRESS>, or take the mail server away"
        raise SettingsError((f"{PREFIX}MAIL_FROM: is missing beside {PREFIX}SMTP_URL; {cure}",))
    try:
        relay = relay_of(settings.smtp_url.get_secret_value(), settings.webhook_allow)
    except RelayError as error:
        raise SettingsError((f"{PREFIX}SMTP_URL: {error}",)) from None
    try:
        sender = sender_of(settings.mail_from)
    except MailAddressError as error:
        raise SettingsError((f"{PREFIX}MAIL_FROM: {error}",)) from None
    return MailCourier(relay, sender, links, derived, titles, ca_file=ca_file)


def _by_address(places: Sequence[Reference]) -> Mapping[str, Reference]:
    """By what their subscriptions have for an address: where the secret one is kept."""
    return {str(place): place for place in places}


def _unreachable(settings: Settings, secrets: Mapping[str, str]) -> Iterator[str]:
    """A sentence for each reference that leads to nothing usable."""
    webs = [("ALERTMANAGER", one) for one in settings.alertmanager]
    if settings.heartbeat:
        webs.append(("HEARTBEAT", settings.heartbeat))
    asked = [
        *(("CHAT", one, address_at) for one in settings.chat),
        *((name, one, place_at) for name, one in webs),
    ]
    for name, reference, read in asked:
        try:
            read(reference, secrets)
        except PlaceError as error:
            yield f"{PREFIX}{name}: {error}"
