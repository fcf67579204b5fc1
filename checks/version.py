"""Which version text can be believed, and which of two versions is the older."""

import re
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

# Fixed patterns without overlapping repeats: they take linear time on hostile text.
_READABLE = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+_-]{0,63}")  # reliability.md, "Asking"
_NUMBER = r"(0|[1-9][0-9]*)"
_WORD = r"(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
_PARSABLE = re.compile(
    rf"[vV]?{_NUMBER}(?:\.{_NUMBER})?(?:\.{_NUMBER})?"
    rf"(?:-(?P<pre>{_WORD}(?:\.{_WORD})*))?"
    r"(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?"
)


class Order(StrEnum):
    """How the first of two versions stands to the second."""

    OLDER = "older"
    SAME = "same"
    NEWER = "newer"
    UNORDERED = "unordered"  # they differ, and nobody can say in which direction


class Change(StrEnum):
    """The class of a change: X, Y or Z of X.Y.Z."""

    MAJOR = "major"
    MINOR = "minor"
    PATCH = "patch"


class Precedence(NamedTuple):
    """The order of SemVer 2.0.0, section 11: fields compare from left to right."""

    major: int
    minor: int
    patch: int
    released: bool  # a pre-release comes before its release
    identifiers: tuple[tuple[bool, int, str], ...]  # numbers before words


def readable(text: object) -> str | None:
    """Give the text back when it can pass for a version; None when it cannot.

    A number is no version: the JSON number 1.10 has become 1.1 before anyone could look.
    """
    if isinstance(text, str) and _READABLE.fullmatch(text):
        return text
    return None


def unreadable_because(value: object, place: str) -> str:
    """Tell in one sentence why `value`, found at `place`, is no version."""
    match value:
        case None:
            return f"no version is given at {place}"
        case bool():
            return f"{place} is true or false, not a version text"
        case dict() | list():
            return f"{place} is an object or a list, not a version text"
        case int() | float():
            return f"{place} is a number, so 1.10 and 1.1 cannot be told apart; it must be quoted"
        case "":
            return f"{place} is empty"
        case _:
            return f"{place} holds no readable version; it is kept as a hash only"


def short_hash(value: object) -> str:
    """Make an unreadable version recognisable without repeating what it says."""
    return sha256(repr(value).encode("utf-8", "backslashreplace")).hexdigest()[:12]


@lru_cache(maxsize=16_384)  # the same two are compared at every look
def compare(a: str, b: str) -> Order:
    """Say whether `a` is older or newer than `b` (semantics.md, section 3).

    Lenient SemVer: `5` is 5.0.0, a leading `v` and build metadata count for nothing.
    What cannot be parsed is the same as its own text and unordered to all else.
    """
    if a == b:
        return Order.SAME
    left, right = precedence(a), precedence(b)
    if left is None or right is None:
        return Order.UNORDERED
    if left == right:
        return Order.SAME
    return Order.OLDER if left < right else Order.NEWER


@lru_cache(maxsize=16_384)
def change(old: str, new: str) -> Change:
    """Tell the class of the step between two versions, in either direction.

    Versions that cannot be ordered count as the widest class (semantics.md, section 4:
    `differs`); a step between pre-releases of one version, or none at all, as the smallest.
    """
    before, after = precedence(old), precedence(new)
    if old == new:
        return Change.PATCH
    if before is None or after is None or before.major != after.major:
        return Change.MAJOR
    return Change.MINOR if before.minor != after.minor else Change.PATCH


@lru_cache(maxsize=16_384)  # each version is compared again and again
def precedence(text: str) -> Precedence | None:
    """The place of a version in the order of all; None: it cannot be ordered."""
    parts = _PARSABLE.fullmatch(text) if readable(text) else None
    if parts is None:
        return None
    major, minor, patch = (int(number or 0) for number in parts.group(1, 2, 3))
    pre = parts["pre"]
    words = tuple(_identifier(word) for word in pre.split(".")) if pre else ()
    return Precedence(major, minor, patch, released=not words, identifiers=words)


def _identifier(word: str) -> tuple[bool, int, str]:
    if word.isdecimal():
        return (False, int(word), "")
    return (True, 0, word)
