"""What stands in a catalogue file, each value with the place where it stands."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import Self

from typing_extensions import override

from monitor.refusal import Refusal

Plain = str | int | float | bool | None
Key = tuple[str | int, ...]
"""A way down: ("interfaces", "stam", "lines", "5", "checks", 0)."""

Contradiction = tuple[Key, str]
"""Where two parts of a catalogue contradict each other, with a sentence."""


@dataclass(frozen=True, slots=True)
class Place:
    file: str
    line: int  # counted from 1; 0: the file as a whole


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, where, and what to do about it."""

    place: Place
    key: Key
    message: str

    @property
    def file(self) -> str:
        return self.place.file

    @property
    def line(self) -> int:
        return self.place.line

    @override
    def __str__(self) -> str:
        line = f":{self.line}" if self.line else ""
        key = f" {dotted(self.key)}:" if self.key else ""
        return f"{self.file}{line}:{key} {self.message}"


class CatalogueError(Refusal):
    """The catalogue cannot be used as written; `problems` holds all that is wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True, slots=True)
class Written:
    """A value, as it was written. `text` is the source of a scalar, before it was read."""

    content: "Plain | dict[str, Written] | tuple[Written, ...]"
    place: Place
    text: str = field(default="", repr=False)
    size: int = 1  # how many values it holds, itself included

    @classmethod
    def mapping(cls, entries: dict[str, "Written"], place: Place) -> Self:
        return cls(entries, place, size=1 + sum(one.size for one in entries.values()))

    def find(self, key: Key) -> "Written | None":
        """What stands at `key`, if anything does."""
        found: Written | None = self
        for part in key:
            found = found.child(part) if found else None
        return found

    def nearest(self, key: Key) -> "Written":
        """What stands at `key`, or at the last step towards it that exists."""
        steps = (self.find(key[:length]) for length in range(len(key) + 1))
        return [one for one in takewhile(lambda one: one is not None, steps) if one][-1]

    def child(self, part: str | int) -> "Written | None":
        content = self.content
        if isinstance(content, dict) and isinstance(part, str):
            return content.get(part)
        if isinstance(content, tuple) and isinstance(part, int) and part < len(content):
            return content[part]
        return None


def merged(earlier: Written, later: Written) -> Written:
    """Lay one file over another: mappings merge, everything else is replaced."""
    if not (isinstance(earlier.content, dict) and isinstance(later.content, dict)):
        return later
    entries = dict(earlier.content)
    for key, value in later.content.items():
        entries[key] = merged(entries[key], value) if key in entries else value
    return Written.mapping(entries, later.place)


def without_nulls(written: Written) -> Written:
    """Take out every entry that is null: so a later file takes away what an earlier one says."""
    if not isinstance(written.content, dict):
        return written
    entries = {
        key: without_nulls(value)
        for key, value in written.content.items()
        if value.content is not None
    }
    return replace(written, content=entries)


def plain(written: Written) -> object:
    """The bare values, as a model wants them."""
    match written.content:
        case dict() as entries:
            return {key: plain(value) for key, value in entries.items()}
        case tuple() as items:
            return [plain(item) for item in items]
        case scalar:
            return scalar


def dotted(key: Key) -> str:
    """`interfaces.sttr.lines."3.0".checks.0`: a part that holds a dot is quoted."""
    return ".".join(f'"{part}"' if "." in str(part) else str(part) for part in key)
