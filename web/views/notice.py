"""What the banner tells: of DSO-LV, and of this page itself."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import chain

from monitor.board import Board, Progress
from monitor.domain.health import State
from monitor.domain.incident import Incident, IncidentKind, blinds
from monitor.domain.landscape import Landscape, LineId, TargetId
from monitor.domain.location import silences
from monitor.domain.names import HERE
from web.views.line import LineView
from web.views.model import View
from web.views.titles import Titles

QUIET_AT_LEAST = timedelta(minutes=1)
"""A page is not called stale sooner, however often the fastest check asks."""

MANY = 3
"""As few lines as may stand for an environment (semantics.md, section 2), if at least half."""


class Announcement(View):
    """What the public should know now. `line` and `title` None: the whole environment."""

    environment: str
    line: str | None = None
    title: str | None = None
    since: datetime | None
    reason: str = ""

    @property
    def href(self) -> str:
        """The page that tells more."""
        if self.line is None:
            return f"/environments/{self.environment}"
        return "/interfaces/" + self.line.replace("/", "#")


class NoticeKind(StrEnum):
    BUILDING = "building"  # a demonstration's history is being made
    NOT_RECORDING = "notRecording"
    STALE = "stale"
    ISOLATED = "isolated"
    LOCATION_SILENT = "locationSilent"
    CATALOGUE = "catalogue"


class Notice(View):
    kind: NoticeKind
    since: datetime | None = None
    share: float | None = None  # of the history that is made, from 0 to 1
    location: str | None = None  # that fell silent, by its name in the catalogue


def incident_announcements(
    incidents: Iterable[Incident], titles: Titles
) -> tuple[Announcement, ...]:
    return tuple(_announced(incident, titles) for incident in public_outages(incidents))


def public_outages(open_ones: Iterable[Incident]) -> list[Incident]:
    """Environments first, then by age; a child stands under its parent while that is open."""
    known = {one.id: one for one in open_ones}
    public = [
        one
        for one in known.values()
        if one.kind is not IncidentKind.ISOLATED and one.parent not in known
    ]
    public.sort(key=lambda one: (one.kind is not IncidentKind.ENVIRONMENT, one.opened_at, one.id))
    return public


def maintenance_announcements(
    lines: Iterable[LineView], titles: Titles
) -> tuple[Announcement, ...]:
    """Maintenance now; an environment that is mostly in it is named as a whole."""
    by_environment: dict[str, list[Announcement]] = {}
    configured: Counter[str] = Counter()
    for line in lines:
        for target in line.targets:
            configured[target.environment] += target.state is not State.NOT_CONFIGURED
            if target.state is State.MAINTENANCE:
                told = Announcement(
                    environment=target.environment,
                    line=line.id,
                    title=titles.of_line(LineId.parse(line.id)),
                    since=target.since,
                    reason=target.reason,
                )
                by_environment.setdefault(target.environment, []).append(told)
    gathered = (
        (_gathered(several),) if len(several) >= max(MANY, configured[one] / 2) else several
        for one, several in by_environment.items()
    )
    return tuple(chain.from_iterable(gathered))


def is_stale(board: Board, now: datetime) -> bool:
    """Nothing was recorded for as long as the most frequent check may be silent."""
    moment = stale_from(board)
    return moment is not None and now > moment


def stale_from(board: Board) -> datetime | None:
    if board.recorded_at is None or board.progress is not None:
        return None
    return board.recorded_at + patience(board.landscape)


def patience(landscape: Landscape) -> timedelta:
    asked = (probe.stale_after for probe in landscape.probes.values() if probe.asked)
    return max(QUIET_AT_LEAST, min(asked, default=QUIET_AT_LEAST))


def notices(board: Board, now: datetime) -> tuple[Notice, ...]:
    """What a reader should know of the page itself, the most telling first."""
    return tuple(_notices(board, now))


def _notices(board: Board, now: datetime) -> Iterable[Notice]:
    if board.progress is not None:
        yield Notice(kind=NoticeKind.BUILDING, share=_share(board.progress))
    if board.trouble is not None:
        yield Notice(kind=NoticeKind.NOT_RECORDING, since=board.recorded_at)
    elif is_stale(board, now):
        yield Notice(kind=NoticeKind.STALE, since=board.recorded_at)
    isolated = [one for one in board.incidents.values() if blinds(one, [HERE])]
    if isolated:
        yield Notice(kind=NoticeKind.ISOLATED, since=min(one.opened_at for one in isolated))
    if board.landscape.locations and not is_stale(board, now):
        for location, last in sorted(silences(board.landscape, board.standings, now).items()):
            yield Notice(kind=NoticeKind.LOCATION_SILENT, since=last, location=location)
    if board.catalogue_trouble is not None:
        yield Notice(kind=NoticeKind.CATALOGUE)


def _share(progress: Progress) -> float:
    whole = (progress.end - progress.begin).total_seconds()
    done = (progress.now - progress.begin).total_seconds()
    return min(max(done / whole, 0.0), 1.0) if whole > 0 else 1.0


def _announced(incident: Incident, titles: Titles) -> Announcement:
    if incident.kind is IncidentKind.ENVIRONMENT:
        return Announcement(
            environment=incident.subject, since=incident.opened_at, reason=incident.reason
        )
    target = TargetId.parse(incident.subject)
    return Announcement(
        environment=target.environment,
        line=str(target.line),
        title=titles.of_line(target.line),
        since=incident.opened_at,
        reason=incident.reason,
    )


def _gathered(several: list[Announcement]) -> Announcement:
    known = [one.since for one in several if one.since is not None]
    return Announcement(environment=several[0].environment, since=min(known, default=None))
