"""Per version that PROD ever had: did LTO have it first, and by how long?"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from checks.version import precedence
from monitor.domain.arrivals import Chronicle, arrivals, is_it
from monitor.domain.landscape import LineId
from monitor.domain.sighting import Sighting


class OrderVerdict(StrEnum):
    """The values are the API's."""

    LTO_FIRST = "ltoFirst"
    TOGETHER = "together"  # within probe resolution: nobody can say
    BROKEN = "broken"
    UNKNOWN = "unknown"  # nobody looked when it arrived


@dataclass(frozen=True, slots=True)
class Arrival:
    """In `(after, by]`. `after` None: it was there when we first looked.

    `by` None: it has not been seen; `after` is then the last time something that it should
    have replaced was.
    """

    after: datetime | None = None
    by: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderEntry:
    line: LineId
    version: str
    lto: Arrival
    prod: Arrival
    verdict: OrderVerdict
    lead_time: timedelta | None = None  # that is certain; negative: LTO came later
    lto_version: str | None = None  # where LTO skipped it: the newer one that it had


def order_record(
    line: LineId, first: Sequence[Sighting], then: Sequence[Sighting]
) -> tuple[OrderEntry, ...]:
    """Of each version that ever settled in `then`, its first arrival; newest first.

    `first` and `then` are the runs of the line on LTO and on PROD. A newer version on LTO
    counts as having it: it may be skipped there. What tells no version is left out.
    """
    chronicle = Chronicle(first)
    entries = [_entry(line, one, chronicle) for one in _firsts(arrivals(then))]
    return tuple(reversed(entries))


def order_of(lto: Arrival, prod: Arrival) -> tuple[OrderVerdict, timedelta | None]:
    """Which came first, as far as that is certain, and how long before at the least."""
    if lto.by and prod.after and lto.by <= prod.after:
        return OrderVerdict.LTO_FIRST, prod.after - lto.by
    if prod.by and lto.after and prod.by <= lto.after:
        return OrderVerdict.BROKEN, prod.by - lto.after
    if lto.after and lto.by and prod.after and prod.by:
        return OrderVerdict.TOGETHER, None
    return OrderVerdict.UNKNOWN, None


def arrived(chronicle: Chronicle, version: str) -> Arrival:
    """When the version or a newer one came to stay; or else until when it certainly had not."""
    run = chronicle.first_of(version)
    return Arrival(run.after, run.by) if run else Arrival(chronicle.lacking_at(version))


def _entry(line: LineId, there: Sighting, chronicle: Chronicle) -> OrderEntry:
    version = there.seen.version or ""
    having = chronicle.first_of(version)
    lto, prod = arrived(chronicle, version), Arrival(there.after, there.by)
    verdict, lead_time = order_of(lto, prod)
    skipped = having is not None and not is_it(having, version)
    return OrderEntry(
        line=line,
        version=version,
        lto=lto,
        prod=prod,
        verdict=verdict,
        lead_time=lead_time,
        lto_version=having.seen.version if having and skipped else None,
    )


def _firsts(came: Iterable[Sighting]) -> Iterator[Sighting]:
    """The first arrival of each version, oldest first."""
    known: set[object] = set()
    for one in came:
        version = one.seen.version
        if version is not None and (same := precedence(version) or version) not in known:
            known.add(same)
            yield one
