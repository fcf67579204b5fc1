"""Which kinds of check there are: one per file in the two folders, never a list."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

from checks import common, interfaces
from checks.check import Check


@cache
def every_check() -> dict[str, type[Check]]:
    """Give every kind of check by its name, in the order of the names."""
    found: dict[str, type[Check]] = {}
    for check in _discovered(common, interfaces):
        kind = check.model_fields["kind"].default
        if kind in found:
            raise LookupError(f"two checks call themselves {kind!r}; a kind names one")
        found[kind] = check
    return dict(sorted(found.items()))


def parse(raw: Any) -> Check:
    """Turn a catalogue entry, as in `{kind: health, path: /app-health}`, into its check.

    ValueError for an entry without a known kind; for parameters that do not fit, pydantic's
    ValidationError, whose places are those inside the entry.
    """
    if isinstance(raw, Check):
        return raw
    if not isinstance(raw, Mapping):
        raise ValueError(  # noqa: TRY004  pydantic gathers ValueErrors only
            "a check is written as {kind: health, path: /app-health}"
        )
    kind = raw.get("kind")
    if not isinstance(kind, str) or kind not in every_check():
        raise ValueError(f"no check is called {kind!r}{_hint(kind)}; there are {_kinds()}")
    return every_check()[kind].model_validate(dict(raw))


def _hint(kind: object) -> str:
    near = get_close_matches(str(kind)[:80].lower(), every_check(), n=1)
    return f"; did you mean {near[0]!r}" if near else ""


def _kinds() -> str:
    return ", ".join(every_check())


def _discovered(*folders: ModuleType) -> Iterator[type[Check]]:
    for folder in folders:
        for file in iter_modules(folder.__path__):
            module = import_module(f"{folder.__name__}.{file.name}")
            for thing in vars(module).values():
                if _is_check(thing) and thing.__module__ == module.__name__:
                    yield thing


def _is_check(thing: Any) -> bool:
    return isinstance(thing, type) and issubclass(thing, Check)
