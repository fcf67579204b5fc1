"""A message as mail: its headers, and its text in two forms."""

import re
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime, parseaddr
from hashlib import sha256
from typing import Any

from typing_extensions import override

from checks.clean import clean
from monitor.alerts.links import Links
from monitor.alerts.parcel import Parcel
from monitor.alerts.wording.letter import Keys
from monitor.alerts.wording.message import Message
from monitor.domain.delivery import DeliveryKind
from monitor.domain.mail_address import MailAddress, mail_address

LONGEST_SUBJECT = 200  # characters; mail programs show far fewer

_WHOLE = frozenset({"message-id", "in-reply-to", "references", "list-id", "list-unsubscribe"})
_IN_ORDER = frozenset({DeliveryKind.EVENT, DeliveryKind.REMINDER})
_BULK = frozenset({*DeliveryKind} - {DeliveryKind.CONFIRMATION, DeliveryKind.LEFT})
_PLAIN_ID = re.compile(r"[A-Za-z0-9_.~-]{1,100}")


class _Whole(EmailPolicy):
    """Folds like SMTP, but never inside an address that mail programs must find whole.

    The standard library encodes words that are longer than a line, and a link that is encoded
    is no link any more (RFC 8058 wants it as it is). Where a line ends between two encoded
    words it also loses the space between them, so that a subject line is encoded as a whole.
    """

    @override
    def fold(self, name: str, value: Any) -> str:
        if name.lower() in _WHOLE:
            return f"{name}: {value}{self.linesep}"
        if name.lower() == "subject" and not str(value).isascii():
            return f"{name}: {_encoded(str(value), name, self.linesep)}{self.linesep}"
        return str(super().fold(name, value))

    @override
    def fold_binary(self, name: str, value: Any) -> bytes:
        return self.fold(name, value).encode("ascii")


def _encoded(text: str, name: str, linesep: str) -> str:
    return Header(text, "utf-8", header_name=name).encode(linesep=linesep)


POLICY = _Whole(linesep=SMTP.linesep, max_line_length=SMTP.max_line_length)


def sender_of(text: str) -> Address:
    """Read `Ketenwacht <ketenwacht@example.nl>`. Raises MailAddressError."""
    name, written = parseaddr(text)
    return _addressed(mail_address(written), name)


def mail_of(
    parcel: Parcel, message: Message, subject: str, *, sender: Address, links: Links, keys: Keys
) -> EmailMessage:
    """Write the whole mail. The same delivery has the same Message-ID at every attempt.

    MailAddressError: the subscription's address is none.
    """
    mail = EmailMessage(policy=POLICY)
    mail["From"] = sender
    mail["To"] = _addressed(mail_address(parcel.subscription.address))
    mail["Subject"] = clean(subject, LONGEST_SUBJECT)
    mail["Date"] = format_datetime(parcel.now)
    mail["Message-ID"] = _id(parcel.delivery.id, links)
    if parcel.delivery.kind in _IN_ORDER:
        _thread(mail, parcel, links)
    mail["Auto-Submitted"] = "auto-generated"  # so that nobody's absence answers us (RFC 3834)
    if parcel.delivery.kind in _BULK:
        leave = links.leave(parcel.subscription.id, keys.leave)
        mail["List-Id"] = f"Ketenwacht <ketenwacht.{links.host}>"
        mail["List-Unsubscribe"] = f"<{leave}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(message.text, cte="quoted-printable")
    if message.html is not None:
        mail.add_alternative(message.html, subtype="html", cte="quoted-printable")
    mail["Content-Language"] = parcel.subscription.language  # now: of both parts, not of the first
    return mail


def _thread(mail: EmailMessage, parcel: Parcel, links: Links) -> None:
    """Hang it under its story, and under the opening of it where this subscription got that.

    The story has an id of its own, that no mail has: mail programs keep together what refers
    to it, even where the opening was lost or is not known.
    """
    about = f"{parcel.subscription.id} {parcel.delivery.story}"
    root = _id(f"story-{sha256(about.encode()).hexdigest()[:32]}", links)
    if parcel.opened_by and parcel.opened_by != parcel.delivery.id:
        opening = _id(parcel.opened_by, links)
        mail["In-Reply-To"] = opening
        mail["References"] = f"{root} {opening}"
    else:
        mail["References"] = root


def _id(name: str, links: Links) -> str:
    plain = name if _PLAIN_ID.fullmatch(name) else sha256(name.encode()).hexdigest()
    return f"<{plain}@{links.host}>"


def _addressed(address: MailAddress, name: str = "") -> Address:
    return Address(display_name=clean(name), username=address.local, domain=address.host)
