"""A line at rest: nothing that its next reading can say but what is known, so no rule need look.

Nearly every observation is of a line at rest. To see that takes a tenth of what it takes to
draw the picture; in all doubt the picture is drawn.
"""

from collections.abc import Hashable, Mapping
from datetime import datetime

from monitor.domain.landscape import Line, TargetId
from monitor.domain.sighting import Mood, Sighting
from monitor.domain.standing import TargetStanding
from monitor.drift.atlas import blindness


def rest(
    line: Line, standings: Mapping[TargetId, TargetStanding], now: datetime
) -> tuple[Hashable, ...] | None:
    """What the line rests on; None: it does not rest.

    While this stays the same, the day too, and no deadline went by, so does
    `LinePicture.key`. At rest every environment is settled for more than a moment, can be
    seen, and was read since anything moved anywhere; each reading only makes that surer.
    """
    confirm_after = line.policy.confirm_after
    sides: list[tuple[Hashable, ...]] = []
    moved: datetime | None = None
    read: datetime | None = None
    for plan in line.targets.values():
        standing = standings.get(plan.id)
        if standing is None or blindness(standing, plan, now):
            return None
        readings = standing.readings
        run, settled = readings.current, readings.settled
        if run is None or settled is None or readings.mood is not Mood.SETTLED:
            return None
        if run.readings <= confirm_after:
            return None
        moved = run.by if moved is None else max(moved, run.by)
        read = run.last if read is None else min(read, run.last)
        sides.append(
            (settled.seen, settled.after, settled.by, _previous(readings.previous), standing.soak)
        )
    if moved is None or read is None or read < moved:
        return None
    return tuple(sides)


def _previous(run: Sighting | None) -> Hashable:
    return (run.seen, run.by) if run else None
