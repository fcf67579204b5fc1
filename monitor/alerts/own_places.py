"""Where an operator wants to be told: an address that holds a secret, so kept by reference."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field

from httpx2 import URL, InvalidURL

from monitor.catalogue.references import Reference, Unresolved, looked_up


class PlaceError(ValueError):
    """The reference leads to no address; the text names the reference and never the address."""


@dataclass(frozen=True, slots=True)
class OwnPlace:
    """An http:// or https:// address without its user, who goes into a header."""

    url: URL = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    def at(self, path: str) -> URL:
        """Below the address, whether or not that ends in a slash."""
        return self.url.copy_with(path=self.url.path.rstrip("/") + path)


def address_at(reference: Reference, secrets: Mapping[str, str]) -> str:
    """The one line that is kept there. Raises PlaceError."""
    found = looked_up(reference, secrets)
    if isinstance(found, Unresolved):
        raise PlaceError(found.reason)
    address = found.strip()
    if not address or not address.isprintable():
        raise PlaceError(f"{reference} must hold one address, on one line")
    return address


def place_at(reference: Reference, secrets: Mapping[str, str]) -> OwnPlace:
    """Raises PlaceError for what is no web address."""
    cure = f"{reference} must hold an address that begins with https:// or http://"
    try:
        url = URL(address_at(reference, secrets))
    except InvalidURL:
        raise PlaceError(cure) from None
    if url.scheme not in {"http", "https"} or not url.host:
        raise PlaceError(cure)
    if not url.userinfo:
        return OwnPlace(url)
    user = f"{url.username}:{url.password}".encode()
    bare = url.copy_with(username=None, password=None)
    return OwnPlace(bare, {"authorization": f"Basic {b64encode(user).decode()}"})
