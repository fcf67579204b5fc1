"""Durations counted in fixed logarithmic buckets: two histograms merge by adding.

Bucket `i` holds durations in `(GROWTH**(i-1), GROWTH**i]` seconds. A percentile is told as
the bucket's middle, which is off by at most 2 % of the true value (`ERROR`).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from math import ceil, log

ERROR = 0.02
GROWTH = (1 + ERROR) / (1 - ERROR)
SHORTEST = 1e-5  # seconds; anything shorter counts as this
LONGEST = 1e5

_LOG_GROWTH = log(GROWTH)
_FIRST = ceil(log(SHORTEST) / _LOG_GROWTH)
_LAST = ceil(log(LONGEST) / _LOG_GROWTH)


def bucket_of(seconds: float) -> int:
    if seconds <= SHORTEST:
        return _FIRST
    return min(ceil(log(seconds) / _LOG_GROWTH), _LAST)


def duration_of(bucket: int) -> float:
    """The middle of a bucket, in seconds."""
    return float(2 * GROWTH**bucket / (GROWTH + 1))


def percentile(counts: Mapping[int, int], share: float) -> float | None:
    """Seconds within which `share` (0 to 1) of the answers came; None where there are none."""
    total = sum(counts.values())
    if not total:
        return None
    rank = max(ceil(share * total), 1)
    for bucket in sorted(counts):
        rank -= counts[bucket]
        if rank <= 0:
            return duration_of(bucket)
    raise AssertionError("a rank lies within the total")


def merged(histograms: Iterable[Mapping[int, int]]) -> Mapping[int, int]:
    total: Counter[int] = Counter()
    for histogram in histograms:
        total.update(histogram)
    return total


def written(counts: Mapping[int, int]) -> str:
    """As text, `bucket:count` with spaces between."""
    return " ".join(f"{bucket}:{counts[bucket]}" for bucket in sorted(counts))


def read(text: str) -> Mapping[int, int]:
    pairs = (pair.split(":") for pair in text.split())
    return {int(bucket): int(count) for bucket, count in pairs}
