"""What several locations together say of one check, when they do not all see the same.

`quorum` of them must see a check down, or absent, before it is. Fewer: something is wrong
between some of the locations and the target, and that is no outage of the target: it is
degraded, and the operators are told. A location that knows nothing, because it fell silent or
was refused, counts neither for nor against; where none but such speak against the trouble that
fewer than `quorum` see, nothing is known of the check.
"""

from collections.abc import Collection

from monitor.domain.health import BADNESS, State

TROUBLE = frozenset({State.DOWN, State.ABSENT})
"""What needs a quorum. All else is as bad as the worst of the locations says."""


def most_of(locations: int) -> int:
    """The quorum where none is written: more than half."""
    return locations // 2 + 1


def agreed(voices: Collection[State], quorum: int) -> State:
    """The state of a check, by what each of its locations says of it."""
    known = [state for state in voices if state is not State.UNKNOWN]
    trouble = sorted((s for s in known if s in TROUBLE), key=BADNESS.__getitem__, reverse=True)
    if len(trouble) >= quorum:
        return trouble[quorum - 1]
    if not trouble:
        return max(known, key=BADNESS.__getitem__, default=State.UNKNOWN)
    return State.DEGRADED if len(known) > len(trouble) else State.UNKNOWN


def listed(names: Collection[str]) -> str:
    """`internet, lab and pkio`."""
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last
