"""Which steps lead to today's form of the tables, read and not run: running them takes 10 MB."""

import re
from ast import literal_eval
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

_SAID = re.compile(r"^(revision|down_revision|additive) = (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Step:
    """`additive`: code of the form before goes on working beside it."""

    revision: str
    down_revision: str | None
    additive: bool = False


@cache
def steps() -> tuple[Step, ...]:
    """Every step, the newest first."""
    folder = files("monitor.storage.migrations.versions")
    written = (one.read_text("utf-8") for one in folder.iterdir() if one.name[0].isdecimal())
    after = {step.down_revision: step for step in map(_step, written)}
    found: list[Step] = []
    while following := after.get(found[-1].revision if found else None):
        found.append(following)
    return tuple(reversed(found))


def _step(written: str) -> Step:
    said: dict[str, Any] = {name: literal_eval(value) for name, value in _SAID.findall(written)}
    return Step(**said)
