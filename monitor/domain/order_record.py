"""Per version that PROD ever had: did LTO have it first, and by how long?"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.domain.landscape import LineId


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
