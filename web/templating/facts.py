"""Reads evidence, which is data that another version of us may have written: never a surprise."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from pydantic import JsonValue

Evidence = Mapping[str, JsonValue]


def items(evidence: Evidence, name: str) -> Iterator[Evidence]:
    found = evidence.get(name)
    if isinstance(found, list | tuple):
        yield from (one for one in found if isinstance(one, Mapping))


def names(evidence: Evidence, name: str) -> list[str]:
    found = evidence.get(name)
    return [str(one) for one in found] if isinstance(found, list | tuple) else []


def text(evidence: Evidence, name: str) -> str:
    found = evidence.get(name)
    return found if isinstance(found, str) else ""


def moment(evidence: Evidence, name: str) -> datetime | None:
    told = text(evidence, name)
    return datetime.fromisoformat(told) if told else None


def day(evidence: Evidence, name: str) -> date | str:
    told = text(evidence, name)
    return date.fromisoformat(told) if told else ""
