"""Forms as browsers send them, and whether a page of ours holds them."""

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from fastapi import HTTPException, Request
from starlette.requests import ClientDisconnect

FORM = "application/x-www-form-urlencoded"
MOST_FIELDS: Final = 1_000
"""A form of ours has one for each line of the catalogue, and a few more."""


class Fields:
    """What a form or a query says: names with one text or several."""

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        self._texts: dict[str, list[str]] = {}
        for name, text in pairs:
            self._texts.setdefault(name, []).append(text.strip())

    def all(self, name: str) -> tuple[str, ...]:
        """Without blanks, each once."""
        return tuple(dict.fromkeys(text for text in self._texts.get(name, ()) if text))

    def one(self, name: str, otherwise: str = "") -> str:
        """The last one: that is what a browser shows of several."""
        return next(iter(reversed(self.all(name))), otherwise)

    def __contains__(self, name: str) -> bool:
        return name in self._texts


async def form_of(request: Request) -> Fields:
    """The form that a page of ours sent; nothing that another site made a browser send."""
    return Fields(_seen(await _sent(request)))


async def letter_of(request: Request) -> Fields:
    """The same, where what somebody wrote over several lines becomes one."""
    sent = [(name, " ".join(text.split())) for name, text in await _sent(request)]
    return Fields(_seen(sent))


def is_foreign(headers: Mapping[str, str]) -> bool:
    """Whether the browser says that another site's page sends this.

    Our pages send no referrer, so a browser calls their origin null; it tells by
    Sec-Fetch-Site that they are ours, but only over https and on the machine itself. What
    knows neither header is no browser, and has no rights that could be abused.
    """
    if site := headers.get("sec-fetch-site"):
        return site not in {"same-origin", "none"}
    origin = headers.get("origin", "null")
    return origin != "null" and urlsplit(origin).netloc.lower() != headers.get("host", "").lower()


async def _sent(request: Request) -> list[tuple[str, str]]:
    if is_foreign(request.headers):
        raise HTTPException(403, "This form came from another site; open it here and send it.")
    return _pairs(request.headers.get("content-type", ""), await _bytes(request))


def _pairs(content_type: str, raw: bytes) -> list[tuple[str, str]]:
    if content_type.partition(";")[0].strip().lower() != FORM:
        raise HTTPException(415, f"The form must come as {FORM}.")
    try:
        return parse_qsl(
            raw.decode("utf-8"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError as error:
        raise HTTPException(400, "The form cannot be read; open the page anew.") from error


def _seen(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    if not all(name.isprintable() and text.strip().isprintable() for name, text in pairs):
        raise HTTPException(400, "The form has control or invisible characters; leave them out.")
    return pairs


async def _bytes(request: Request) -> bytes:
    try:
        return await request.body()
    except ClientDisconnect:
        raise HTTPException(413, "The form is too large, or it was cut off.") from None
