"""Whom to write to about this monitor, in the fields that an OpenAPI document has for it."""

from collections.abc import Mapping
from urllib.parse import urlsplit


def contact(address: str, told: str | None) -> Mapping[str, str]:
    """Take `told` for what it is, a mail or a web address; `address` is where we are found.

    The NL API Design Rules ask for an e-mail address even of who configured none: then it is
    the `postmaster` of our own host, whom RFC 2142 wants to be there, and nobody else's.
    """
    told = (told or "").removeprefix("mailto:")
    is_page = told.startswith(("https://", "http://"))
    return {
        "name": "Ketenwacht",
        "url": told if is_page else address,
        "email": told if "@" in told and not is_page else f"postmaster@{_host(address)}",
    }


def _host(address: str) -> str:
    return urlsplit(address).hostname or "localhost"
