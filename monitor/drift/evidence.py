"""What was seen, as data that can be kept, compared and told in any language."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache

from monitor.domain.finding import Json
from monitor.domain.sighting import Sighting
from monitor.drift.picture import Here

VERSIONS = frozenset({"version", "newest", "from", "to"})
"""Keys whose text may vary in its build metadata, which counts for nothing."""


def reading(environment: str, run: Sighting) -> dict[str, Json]:
    """What was read in an environment, and when it arrived: in `(arrivedAfter, arrivedBy]`."""
    return {
        "environment": environment,
        "served": run.seen.served,
        "version": run.seen.version,
        "fingerprint": run.seen.fingerprint,
        "arrivedAfter": moment(run.after) if run.after else None,
        "arrivedBy": moment(run.by),
    }


def readings(here: Sequence[Here]) -> list[Json]:
    """Of all that ever settled."""
    return [reading(one.environment, one.settled) for one in here if one.settled]


@lru_cache(maxsize=8192)  # an arrival is told again at every look
def moment(at: datetime) -> str:
    """RFC 3339 in UTC, so that one moment has one text."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def says_the_same(evidence: Mapping[str, Json], known: Mapping[str, Json]) -> bool:
    """Whether what is known holds all of this evidence; it may hold more."""
    return all(key in known and _same(value, known[key], key) for key, value in evidence.items())


def _same(one: Json, other: Json, key: str) -> bool:
    if one == other:
        return True  # nearly always, and quickly told
    if isinstance(one, str):
        if key in VERSIONS and isinstance(other, str):
            return one.partition("+")[0] == other.partition("+")[0]
        return False
    if isinstance(one, Mapping):
        return (
            isinstance(other, Mapping)
            and one.keys() == other.keys()
            and all(_same(value, other[name], name) for name, value in one.items())
        )
    if isinstance(one, Sequence):
        return (
            isinstance(other, Sequence)
            and len(one) == len(other)
            and all(_same(*pair, key) for pair in zip(one, other, strict=True))
        )
    return False
