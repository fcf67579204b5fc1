"""The kinds of value that a catalogue's key takes, with a sentence for what does not fit."""

import re
from datetime import date, timedelta
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from checks.check import Check
from checks.duration import duration, spelled
from checks.registry import parse
from checks.version import readable
from monitor.catalogue.references import Reference

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_HEADER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_OURS = frozenset(
    {
        *("host", "connection", "content-length", "transfer-encoding", "te", "trailer", "upgrade"),
        *("accept-encoding", "expect", "user-agent", "cookie"),
    }
)
"""Headers that the client sets or never sends; a catalogue has no say in them."""


def _day(raw: object) -> date:
    if isinstance(raw, date):
        return raw
    if not (isinstance(raw, str) and _DAY.fullmatch(raw)):
        raise ValueError(f"{raw!r} is no day; write year-month-day, as in 2026-07-01")
    try:
        return date.fromisoformat(raw)
    except ValueError:
        raise ValueError(f"{raw} is not in the calendar; correct the month or the day") from None


def _address(text: str) -> str:
    """An http(s) address without what a base URL must not have."""
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ValueError("is no address; check the host and the port") from None
    if parts.scheme not in {"http", "https"}:
        raise ValueError(f"is of scheme {parts.scheme!r}; only https and http are asked")
    if "@" in parts.netloc:
        raise ValueError("holds a user name or password; take it out, use headers by reference")
    if not host or port == 0 or not re.fullmatch(r"[0-9A-Za-z.:_-]+", host):
        raise ValueError("names no host; write https://host/path")
    if parts.query or parts.fragment or "?" in text or "#" in text:
        raise ValueError("has a query or a fragment; put what is asked in the path of a check")
    if not re.fullmatch(r"[\x21-\x7e]+", text):
        raise ValueError("holds a space or a letter that an address cannot have; encode it as %..")
    return text


def _header(text: str) -> str:
    if not _HEADER.fullmatch(text):
        raise ValueError("is no header name; write letters, digits and dashes")
    if text.lower() in _OURS:
        raise ValueError(f"the header {text} is set by Ketenwacht itself; leave it out")
    return text


def _version(text: str) -> str:
    if readable(text) is None:
        raise ValueError("is no version; write letters, digits and . + _ - only, as in 1.4")
    return text


def _between(shortest: timedelta, longest: timedelta) -> AfterValidator:
    def within(span: timedelta) -> timedelta:
        if not shortest <= span <= longest:
            bounds = f"between {spelled(shortest)} and {spelled(longest)}"
            raise ValueError(f"is {spelled(span)}; keep it {bounds}")
        return span

    return AfterValidator(within)


_Span = Annotated[timedelta, BeforeValidator(duration)]
Interval = Annotated[_Span, _between(timedelta(seconds=1), timedelta(days=1))]
Deadline = Annotated[_Span, _between(timedelta(milliseconds=100), timedelta(minutes=2))]
Grace = Annotated[_Span, _between(timedelta(0), timedelta(days=365))]

Count = Annotated[int, Field(strict=True, ge=1, le=100)]
Text = Annotated[
    str, StringConstraints(min_length=1, max_length=500, pattern=r"^[^\x00-\x1f\x7f]+$")
]
Day = Annotated[date, BeforeValidator(_day)]
Address = Annotated[Text, AfterValidator(_address)]
Version = Annotated[Text, AfterValidator(_version)]
HeaderName = Annotated[str, AfterValidator(_header)]
Secret = Annotated[Reference, BeforeValidator(Reference.parse)]
AnyCheck = Annotated[Check, BeforeValidator(parse)]

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([._-][a-z0-9]+)*$", max_length=64)]
"""An id as it stands in addresses and files: presenteren, v8, 3.0."""
