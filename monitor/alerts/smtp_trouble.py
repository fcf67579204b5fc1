"""What went wrong with a mail server: a fault that may pass, or a refusal for good."""

import ssl
from collections.abc import Iterator

from aiosmtplib import (
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPDataError,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
    SMTPTimeoutError,
)

from checks.wire.tls import VERIFY
from monitor.alerts.parcel import Fate, Receipt

TOO_SLOW = "the mail server did not answer in time"
STRIPPED = (
    "the mail server offers no STARTTLS, or somebody on the way took it out; nothing was sent. "
    "Mend the server, or write smtps:// in KETENWACHT_SMTP_URL"
)
NO_LOGIN = "the mail server takes no user and password; take them out of KETENWACHT_SMTP_URL"

_FOR_GOOD = 500
"""Answers from here on stay the same at another attempt (RFC 5321, section 4.2.1)."""


class Unsafe(Exception):  # noqa: N818  a fact, and named as one
    """We say no more to this server; the sentence says why."""


def receipt_of(error: Exception) -> Receipt:
    """Judge an error of aiosmtplib, of TLS or of the network."""
    if isinstance(error, SMTPRecipientsRefused):
        return _of_recipient(max(one.code for one in error.recipients))
    if isinstance(error, SMTPDataError) and error.code >= _FOR_GOOD:
        return Receipt(Fate.REFUSED, f"the mail server refuses the message for good ({error.code})")
    return Receipt(Fate.AGAIN, _sentence(error))


def _of_recipient(code: int) -> Receipt:
    if code >= _FOR_GOOD:
        return Receipt(Fate.REFUSED, f"the mail server refuses the address for good ({code})")
    return Receipt(Fate.AGAIN, f"the mail server puts the address off ({code})")


def _sentence(error: Exception) -> str:
    match error:
        case Unsafe():
            return str(error)
        case SMTPSenderRefused(code=code):
            cure = "look at KETENWACHT_MAIL_FROM"
            return f"the mail server refuses our own address ({code}); {cure}"
        case SMTPAuthenticationError(code=code):
            cure = "look at KETENWACHT_SMTP_URL"
            return f"the mail server refuses our user and password ({code}); {cure}"
        case SMTPResponseException(code=code):
            return f"the mail server cannot take it now ({code})"
        case _:
            return _of_line(error)


def _of_line(error: Exception) -> str:
    chain = tuple(_chain(error))
    unproven = next((one for one in chain if isinstance(one, ssl.SSLCertVerificationError)), None)
    if unproven:
        _, known = VERIFY.get(
            unproven.verify_code, (None, "the server's certificate is not trusted")
        )
        return f"no safe line to the mail server: {known}; nothing was sent"
    if any(isinstance(one, ssl.SSLError) for one in chain):
        return "no safe line to the mail server: TLS failed; nothing was sent"
    if isinstance(error, SMTPTimeoutError | TimeoutError):
        return TOO_SLOW
    if isinstance(error, SMTPConnectError | SMTPServerDisconnected | OSError):
        return "the mail server cannot be reached, or hung up"
    return "the mail server does not speak SMTP as we know it"


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
