"""A mail address that one message can be sent to, and nothing but that."""

import re
from dataclasses import dataclass

import idna
from typing_extensions import override

LONGEST = 254
"""Characters of an address that fits an SMTP command (RFC 5321, 4.5.3.1.3)."""
LONGEST_LOCAL = 64  # before the @ (RFC 5321, 4.5.3.1.1)

_LOCAL = re.compile(r"[A-Za-z0-9#$&'*+/=?^_{}~-]+(?:\.[A-Za-z0-9#$&'*+/=?^_{}~-]+)*")
_DOMAIN = re.compile(
    r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?!\d+$)[a-z0-9][a-z0-9-]{0,61}[a-z0-9]"
)
_NUMBERED = re.compile(r"\[.*\]|[0-9.]+|0x[0-9a-f.x]+", re.IGNORECASE)
_CURE = "write one address, as in name@example.nl"


class MailAddressError(ValueError):
    """The text is no address that we send to: one sentence with the cure, never the text."""


@dataclass(frozen=True, slots=True)
class MailAddress:
    """As it is written on the envelope: the local part as its owner wrote it, the host in ASCII."""

    local: str
    host: str

    @override
    def __str__(self) -> str:
        return f"{self.local}@{self.host}"

    @property
    def mailbox(self) -> str:
        """The same for whatever most likely ends in one box: case and plus tags make no other.

        For limits only. Messages go to the address itself.
        """
        name = self.local.partition("+")[0] or self.local
        return f"{name.lower()}@{self.host}"


def mail_address(text: str) -> MailAddress:
    """Read an address strictly. Raises MailAddressError."""
    written = text.strip(" ")
    _refuse_more_than_an_address(written)
    local, at, host = written.rpartition("@")
    if not at:
        raise MailAddressError(f"has no @; {_CURE}")
    if "@" in local:
        raise MailAddressError(f"has more than one @; {_CURE}")
    read = MailAddress(_local(local), _host(host))
    if len(str(read)) > LONGEST:
        raise MailAddressError(f"is longer than {LONGEST} characters; {_CURE}")
    return read


def _refuse_more_than_an_address(text: str) -> None:
    if not text:
        raise MailAddressError(f"is empty; {_CURE}")
    if len(text) > LONGEST:
        raise MailAddressError(f"is longer than {LONGEST} characters; {_CURE}")
    if not text.isprintable():
        raise MailAddressError(f"has line ends or characters that cannot be seen; {_CURE}")
    if "," in text or ";" in text:
        raise MailAddressError("is a list; subscribe each address by itself")
    if '"' in text or "\\" in text:
        raise MailAddressError(f"has quotes, which many mail servers refuse; {_CURE}")
    if any(sign in text for sign in "<>()"):
        raise MailAddressError(f"has a name or a remark beside the address; {_CURE}")
    if " " in text:
        raise MailAddressError(f"has a space in it; {_CURE}")


def _local(text: str) -> str:
    if not text:
        raise MailAddressError(f"has nothing before the @; {_CURE}")
    if not text.isascii():
        raise MailAddressError(
            "has letters before the @ that not every mail server on the way can take; "
            "use an address with plain letters and digits there"
        )
    if len(text) > LONGEST_LOCAL:
        raise MailAddressError(f"has more than {LONGEST_LOCAL} characters before the @; {_CURE}")
    if not _LOCAL.fullmatch(text):
        raise MailAddressError(f"has signs or dots before the @ that do not belong there; {_CURE}")
    return text


def _host(text: str) -> str:
    """The host name in lower case, and in the ASCII form of the DNS (A-labels)."""
    if not text:
        raise MailAddressError(f"has nothing after the @; {_CURE}")
    if _NUMBERED.fullmatch(text):
        raise MailAddressError(f"names a machine by its number; {_CURE}")
    try:
        host = idna.encode(text, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        host = ""
    if not _DOMAIN.fullmatch(host):
        raise MailAddressError(f"has no host name of the internet after the @; {_CURE}")
    return host
