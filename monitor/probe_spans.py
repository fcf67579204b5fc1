"""One probe's way as spans: its turn, what went over the wire, and what it came to. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from checks.outcome import Outcome, OutcomeClass, Phases
from monitor.domain.observation import Observation
from monitor.spans import Facts, Kind, Place, Span, handed_at, root_of

STAGES = ("dns", "connect", "tls", "first byte", "body")
FAILING = frozenset({OutcomeClass.FAILED, OutcomeClass.OURS})


@dataclass(frozen=True, slots=True)
class Asked:
    """What a check asks; `method` None: it only shakes hands."""

    url: str
    method: str | None


def of_probe(one: Observation, asked: Asked | None, here: str) -> Iterator[Span]:
    """From its slot to the end of the answer; `here` is our location, of a check that has none.

    `asked` None: it was reported to us, or the catalogue has it no more.
    """
    outcome, root = one.outcome, root_of(one)
    handed = handed_at(one)
    fault = outcome.reason if outcome.outcome_class in FAILING else None
    yield Span(
        name="probe",
        place=root,
        parent=None,
        begin=min(one.slot, one.at),
        end=handed,
        facts=_named(one, here),
        fault=fault,
    )
    if asked is None:
        return
    if one.slot < one.at:
        wait = root.within("wait", str(one.check))
        yield Span(name="wait", place=wait, parent=root, begin=one.slot, end=one.at, facts={})
    asking = root.within("ask", str(one.check))
    yield Span(
        name=asked.method or "handshake",
        place=asking,
        parent=root,
        begin=one.at,
        end=handed,
        kind=Kind.CLIENT,
        facts=_http(outcome, asked),
        fault=fault,
    )
    yield from _phases(outcome.phases, asking, one.at)


def _named(one: Observation, here: str) -> Facts:
    target = one.check.target
    facts = {
        "ketenwacht.interface": target.line.interface,
        "ketenwacht.line": str(target.line),
        "ketenwacht.environment": target.environment,
        "ketenwacht.check": one.check.check,
        "ketenwacht.location": one.check.location or here,
        "ketenwacht.slot": one.slot.isoformat(),
        "ketenwacht.outcome": one.outcome.outcome_class.value,
    }
    if version := one.outcome.reading.version:
        facts["ketenwacht.version"] = version
    return facts


def _http(outcome: Outcome, asked: Asked) -> Facts:
    """By OpenTelemetry's conventions for HTTP clients."""
    facts = dict(_address(asked))
    if outcome.status is not None:
        facts["http.response.status_code"] = outcome.status
    if outcome.status is not None and outcome.status >= 400:  # noqa: PLR2004  as HTTP has it
        facts["error.type"] = str(outcome.status)
    elif trouble := outcome.evidence.get("trouble"):
        facts["error.type"] = trouble
    return facts


@lru_cache(maxsize=4096)
def _address(asked: Asked) -> Facts:
    """Only what holds no key: no query, no user."""
    parts = urlsplit(asked.url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    facts: dict[str, str | int] = {"server.address": parts.hostname or "", "server.port": port}
    if asked.method:
        facts["http.request.method"] = asked.method
        bare = parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="")
        facts["url.full"] = bare.geturl()
    return facts


def _phases(phases: Phases, asking: Place, at: datetime) -> Iterator[Span]:
    """Each begins where the one before ended; what was not reached has none."""
    reached = (phases.dns, phases.connect, phases.tls, phases.first_byte, phases.body)
    for name, took in zip(STAGES, reached, strict=True):
        if took is None:
            continue
        end = at + timedelta(seconds=took)
        place = asking.within(name, f"{asking.span:016x}")
        yield Span(name=name, place=place, parent=asking, begin=at, end=end, facts={})
        at = end
