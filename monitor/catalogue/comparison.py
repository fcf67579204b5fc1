"""What two catalogues say differently, key by key."""

from collections.abc import Iterator
from dataclasses import dataclass

from monitor.catalogue.catalogue import Catalogue
from monitor.catalogue.written import Key, Written, dotted


@dataclass(frozen=True, slots=True)
class Difference:
    """One key; `before` None: it was added, `after` None: it was removed."""

    key: str
    before: str | None
    after: str | None


def differences(before: Catalogue, after: Catalogue) -> Iterator[Difference]:
    """Every key that was added, removed or changed, in the order of the files."""
    old, new = dict(_leaves(before.written, ())), dict(_leaves(after.written, ()))
    for key in dict.fromkeys([*old, *new]):
        if old.get(key) != new.get(key):
            yield Difference(dotted(key), old.get(key), new.get(key))


def _leaves(written: Written, key: Key) -> Iterator[tuple[Key, str]]:
    match written.content:
        case dict() as entries if entries:
            for name, value in entries.items():
                yield from _leaves(value, (*key, name))
        case tuple() as items if items:
            for index, item in enumerate(items):
                yield from _leaves(item, (*key, _called(item) or index))
        case dict():
            yield key, "{}"
        case tuple():
            yield key, "[]"
        case scalar:
            yield key, str(scalar)


def _called(item: Written) -> str | None:
    """The name of a check, so that one more in a list does not move the others."""
    name = item.find(("name",)) or item.find(("kind",))
    return str(name.content) if name else None
