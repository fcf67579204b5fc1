"""Whether something changes too often to be believed (Nagios' weighted state changes)."""

from collections.abc import Sequence

REMEMBERED = 21
"""States; between them are 20 places where one may change (semantics.md, section 2)."""
OLDEST, NEWEST = 0.8, 1.2
"""The weights of a change at the oldest and at the newest place; between them a line."""
ON_ABOVE, OFF_BELOW = 0.30, 0.20

_PLACES = REMEMBERED - 1
_WEIGHTS = tuple(
    OLDEST + place * (NEWEST - OLDEST) / (_PLACES - 1) for place in reversed(range(_PLACES))
)  # newest first: a short history stands at the new end


def unrest(states: Sequence[object]) -> float:
    """The weighted share of the last 20 places at which a state changed, from 0 to 1."""
    if states.count(states[-1]) == len(states) if states else True:
        return 0.0
    newest_first = states[::-1]
    changes = zip(newest_first, newest_first[1:], _WEIGHTS, strict=False)
    return sum(weight for new, old, weight in changes if new != old) / _PLACES


def is_flapping(states: Sequence[object], *, already: bool) -> bool:
    """Begin above 30 %, end below 20 %, and in between leave it as it was."""
    share = unrest(states)
    return share >= OFF_BELOW if already else share > ON_ABOVE
