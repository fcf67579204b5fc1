"""What operators see and the public does not."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from checks.outcome import Outcome, OutcomeClass
from monitor.board import Board
from monitor.domain.audit import Act, ActKind
from monitor.domain.landscape import CheckId
from monitor.domain.location import silences
from web.views.incidents import IncidentEntry
from web.views.model import View
from web.views.notice import Notice, notices
from web.views.titles import Titles


class Refused(View):
    """A check whose credential is not accepted: our own trouble, and no outage."""

    target: str
    title: str
    environment: str
    check: str
    reason: str
    at: datetime | None


class Silent(View):
    location: str
    since: datetime


class Attention(View):
    """What wants somebody's eye now."""

    notices: tuple[Notice, ...]
    incidents: tuple[IncidentEntry, ...]
    refused: tuple[Refused, ...]
    silent: tuple[Silent, ...]
    dead: int
    many_dead: bool  # there are more than were counted
    failing: int  # subscriptions to which nothing arrives

    @property
    def nothing(self) -> bool:
        found = (self.notices, self.incidents, self.refused, self.silent)
        return not any(found) and not self.dead and not self.failing


class Answer(View):
    """What one check said when it was asked, now."""

    check: str
    outcome_class: OutcomeClass
    reason: str
    status: int | None
    version: str | None
    fingerprint: str | None
    seconds: float | None
    evidence: Mapping[str, str]


class ActView(View):
    at: datetime
    who: str
    what: ActKind
    subject: str
    reason: str
    facts: Mapping[str, str]


def attention(
    board: Board,
    incidents: Iterable[IncidentEntry],
    titles: Titles,
    now: datetime,
    *,
    dead: int,
    many_dead: bool,
    failing: int,
) -> Attention:
    silent = silences(board.landscape, board.standings, now)
    return Attention(
        notices=notices(board, now),
        incidents=tuple(incidents),
        refused=tuple(_refused(board, titles)),
        silent=tuple(Silent(location=one, since=at) for one, at in sorted(silent.items())),
        dead=dead,
        many_dead=many_dead,
        failing=failing,
    )


def answer_view(check: CheckId, outcome: Outcome) -> Answer:
    return Answer(
        check=check.name,
        outcome_class=outcome.outcome_class,
        reason=outcome.reason,
        status=outcome.status,
        version=outcome.reading.version,
        fingerprint=outcome.reading.fingerprint,
        seconds=outcome.phases.total,
        evidence=outcome.evidence,
    )


def act_view(one: Act) -> ActView:
    return ActView(
        at=one.at,
        who=one.who,
        what=one.what,
        subject=one.subject,
        reason=one.reason,
        facts=one.facts,
    )


def _refused(board: Board, titles: Titles) -> Iterator[Refused]:
    for plan in board.landscape.targets.values():
        standing = board.standings.get(plan.id)
        for name, check in standing.checks.items() if standing else ():
            if check.last_class is OutcomeClass.REFUSED:
                yield Refused(
                    target=str(plan.id),
                    title=titles.of_line(plan.id.line),
                    environment=plan.id.environment,
                    check=name,
                    reason=check.last_reason,
                    at=check.last_at,
                )
