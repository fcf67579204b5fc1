"""Where a secret is kept: the catalogue names the place, never the secret."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Self

from typing_extensions import override

LONGEST_SECRET = 8_192  # a header line that any server takes
LONGEST_PATH = 4_000

_ENV = re.compile(r"env:(?P<name>[A-Za-z_][A-Za-z0-9_]{0,127})")
_FILE = re.compile(r"file:(?P<name>/[^\x00-\x1f\x7f]{1,4000})")
_UNFINISHED = re.compile(r"env:|file:|.*-----BEGIN")
_SENDABLE = re.compile(r"[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?")


class Shelf(StrEnum):
    ENV = "env"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Reference:
    """`env:NAME` or `file:/path`."""

    shelf: Shelf
    name: str

    @override
    def __str__(self) -> str:
        return f"{self.shelf}:{self.name}"

    @classmethod
    def parse(cls, raw: object) -> Self:
        """Read a reference; ValueError never repeats what was written: it may be the secret."""
        if isinstance(raw, cls):
            return raw
        text = raw if isinstance(raw, str) else ""
        if found := _ENV.fullmatch(text):
            return cls(Shelf.ENV, found["name"])
        if found := _FILE.fullmatch(text):
            return cls(Shelf.FILE, found["name"])
        raise ValueError(
            "a secret does not belong in the catalogue; write where it is kept: "
            "env:NAME of a variable, or file:/full/path"
        )


def key_place(raw: object) -> Reference:
    """Where a setting says that a key is kept: a reference, or the path of a file."""
    text = raw if isinstance(raw, str) else ""
    known = _ENV.fullmatch(text) or _FILE.fullmatch(text)
    if known or isinstance(raw, Reference):
        return Reference.parse(raw)
    if not text or len(text) > LONGEST_PATH or not text.isprintable() or _UNFINISHED.match(text):
        raise ValueError("names no place; write env:NAME, file:/full/path, or the path of a file")
    return Reference(Shelf.FILE, str(Path(text).absolute()))


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A reference that leads to nothing usable; `reason` names the cure, never the value."""

    reason: str


def header_value(reference: Reference, secrets: Mapping[str, str]) -> str | Unresolved:
    """The secret itself, fit for a header line. `secrets` are the variables that env: may name."""
    found = looked_up(reference, secrets)
    if isinstance(found, Unresolved):
        return found
    value = found.strip()
    if not value:
        return Unresolved(f"{reference} is empty")
    if len(value) > LONGEST_SECRET or not _SENDABLE.fullmatch(value):
        return Unresolved(f"{reference} holds what no header can carry; keep it to one ASCII line")
    return value


def file_path(reference: Reference, secrets: Mapping[str, str]) -> str | Unresolved:
    """The path of a PEM file: what the variable holds, or what stands after file:."""
    path = reference.name if reference.shelf is Shelf.FILE else secrets.get(reference.name, "")
    if not path:
        return Unresolved(f"the variable {reference.name} is not set")
    if "-----BEGIN" in path:
        return Unresolved(f"{reference} holds a certificate; it must hold the path of a PEM file")
    if not Path(path).is_file():
        return Unresolved(f"{reference} names no file that can be read")
    return path


def looked_up(reference: Reference, secrets: Mapping[str, str]) -> str | Unresolved:
    """The text that is kept there, as it is; of a file no more than is any use."""
    if reference.shelf is Shelf.ENV:
        if reference.name not in secrets:
            return Unresolved(f"the variable {reference.name} is not set")
        return secrets[reference.name]
    try:
        with Path(reference.name).open(encoding="utf-8") as file:
            return file.read(LONGEST_SECRET + 1)
    except (OSError, UnicodeDecodeError) as error:
        return Unresolved(f"{reference} cannot be read ({type(error).__name__})")
