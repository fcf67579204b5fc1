"""Mail: one message to one address, through one mail server, over a line that nobody reads."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from email.headerregistry import Address
from ipaddress import ip_address

from aiosmtplib import SMTP, SMTPException

from checks.outcome import Trust
from checks.wire.trust import Keyring
from checks.wire.unanswered import Unanswered
from monitor.alerts.links import Links
from monitor.alerts.mime import mail_of
from monitor.alerts.parcel import Fate, Parcel, Receipt
from monitor.alerts.relay import Relay
from monitor.alerts.smtp_trouble import NO_LOGIN, STRIPPED, TOO_SLOW, Unsafe, receipt_of
from monitor.alerts.wording.letter import Keys, subject_of
from monitor.alerts.wording.message import story_text
from monitor.desk.derived import Derived
from monitor.domain.landscape import Words
from monitor.domain.mail_address import MailAddressError

TOTAL = 20.0  # seconds for one attempt: a claim lasts 30 (semantics.md, section 7)
IDLE = 10.0  # seconds that a line is kept for the next mail; servers hang up after minutes
LINES = 4  # that are kept at most
PATIENCE = 2.0  # seconds in which a line that was kept shows that it is alive
GOODBYE = 1.0  # seconds for it


class MailCourier:
    """`titles` gives what the interfaces are called now: the catalogue may change.

    Lines to the mail server are kept for a while, so that many mails cost one greeting.
    """

    def __init__(
        self,
        relay: Relay,
        sender: Address,
        links: Links,
        derived: Derived,
        titles: Callable[[], Mapping[str, Words]],
        *,
        ca_file: str | None = None,
        total: float = TOTAL,
    ) -> None:
        self._relay = relay
        self._sender = sender
        self._links = links
        self._derived = derived
        self._titles = titles
        self._keyring = Keyring(Trust(ca_file=ca_file))
        self._total = total
        self._idle: list[SMTP] = []

    async def deliver(self, parcel: Parcel) -> Receipt:
        """Send it. Who hangs up after the text may have taken it: it comes again, by one id."""
        try:
            recipient, content = self._written(parcel)
        except MailAddressError as error:
            return Receipt(Fate.REFUSED, f"the address {error}")
        line: SMTP | None = None
        try:
            async with asyncio.timeout(self._total):
                line = await self._line()
                await line.sendmail(self._sender.addr_spec, [recipient], content)
        except TimeoutError:
            return Receipt(Fate.AGAIN, TOO_SLOW)
        except Unanswered as error:
            return Receipt(Fate.AGAIN, f"no mail can be sent: {error.trouble.sentence}")
        except (SMTPException, OSError, Unsafe) as error:
            return receipt_of(error)
        else:
            self._keep(line)
            line = None
            return Receipt(Fate.ARRIVED)
        finally:
            if line is not None:
                line.close()

    async def aclose(self) -> None:
        """Say goodbye on the lines that are kept."""
        lines, self._idle = self._idle, []
        await asyncio.gather(*map(_part, lines))

    def _written(self, parcel: Parcel) -> tuple[str, bytes]:
        titles = self._titles()
        id_ = parcel.subscription.id
        keys = Keys(self._derived.token("manage", id_), self._derived.token("leave", id_))
        mail = mail_of(
            parcel,
            story_text(parcel, self._links, keys, titles),
            subject_of(parcel, titles),
            sender=self._sender,
            links=self._links,
            keys=keys,
        )
        return mail["To"].addresses[0].addr_spec, mail.as_bytes()

    async def _line(self) -> SMTP:
        """One that was kept and is alive, or a new one."""
        while self._idle:
            kept = self._idle.pop()
            try:
                await kept.rset(timeout=PATIENCE)
            except BaseException as error:
                kept.close()
                if not isinstance(error, SMTPException | OSError):
                    raise
            else:
                return kept
        return await self._called()

    async def _called(self) -> SMTP:
        relay = self._relay
        line = SMTP(
            hostname=relay.host,
            port=relay.port,
            local_hostname=_greeting(self._links.host),
            timeout=self._total,
            use_tls=relay.tls_at_once,
            start_tls=False,  # done below: a server that does not offer it is told apart
            tls_context=None if relay.in_the_clear else self._keyring.context(),
        )
        try:
            await line.connect()
            await self._made_safe(line)
        except BaseException:
            line.close()
            raise
        return line

    async def _made_safe(self, line: SMTP) -> None:
        """Nothing but a greeting is said before the line is TLS: no name, no password, no mail."""
        relay = self._relay
        await line.ehlo()
        if not (relay.tls_at_once or relay.in_the_clear):
            if not line.supports_extension("starttls"):
                raise Unsafe(STRIPPED)
            await line.starttls()
            await line.ehlo()
        if relay.user is not None and relay.password is not None:
            if not line.supports_extension("auth"):
                raise Unsafe(NO_LOGIN)
            await line.login(relay.user, relay.password)

    def _keep(self, line: SMTP) -> None:
        if len(self._idle) >= LINES or not line.is_connected:
            line.close()
            return
        self._idle.append(line)
        asyncio.get_running_loop().call_later(IDLE, self._forget, line)

    def _forget(self, line: SMTP) -> None:
        if line in self._idle:
            self._idle.remove(line)
            line.close()


async def _part(line: SMTP) -> None:
    with suppress(SMTPException, OSError, TimeoutError):
        async with asyncio.timeout(GOODBYE):
            await line.quit()
    line.close()


def _greeting(host: str) -> str:
    """What we call ourselves in EHLO: a name, or an address in brackets (RFC 5321, 4.1.3)."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return f"[{address}]" if address.version == 4 else f"[IPv6:{address}]"  # noqa: PLR2004
