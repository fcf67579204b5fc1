"""A part of a long list, and where the next part begins."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


class BadCursor(ValueError):  # noqa: N818  named as the fact that it is
    """A cursor that we never gave out."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """`next` is the cursor of the part that follows; None: this is the end."""

    items: tuple[T, ...]
    next: str | None = None


def cursor_of(*place: int) -> str:
    """An opaque text for a place in a list."""
    return urlsafe_b64encode(".".join(map(str, place)).encode()).decode().rstrip("=")


def place_of(cursor: str, size: int) -> tuple[int, ...]:
    """The place of `size` numbers that a cursor stands for; `BadCursor` when it is none."""
    try:
        text = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
        place = tuple(int(number) for number in text.split(".") if number.isdecimal())
    except ValueError:
        raise BadCursor("this cursor is not one of ours; leave it out to begin anew") from None
    if len(place) != size or cursor_of(*place) != cursor or max(place) >= 2**63:
        raise BadCursor("this cursor is not one of ours; leave it out to begin anew")
    return place
