"""Which state a target was in, and when: the kept history and what silence adds to it."""

from datetime import datetime

from sqlalchemy import Connection, or_, select

from monitor.domain.ageing import entered
from monitor.domain.health import State, StateSpan
from monitor.domain.landscape import TargetPlan
from monitor.domain.standing import TargetStanding
from monitor.storage.tables import STATE_SPAN

Spans = dict[int, list[StateSpan]]


def between(
    connection: Connection, since: datetime, until: datetime, key: int | None = None
) -> Spans:
    """By target key, oldest first: the spans that touch `[since, until)`."""
    columns = STATE_SPAN.c
    asked = (
        select(columns.target_key, columns.state, columns.since, columns.until)
        .where(columns.since < until, or_(columns.until.is_(None), columns.until > since))
        .order_by(columns.target_key, columns.since)
    )
    if key is not None:
        asked = asked.where(columns.target_key == key)
    found: Spans = {}
    for row in connection.execute(asked):
        span = StateSpan(State(row.state), row.since, row.until)
        found.setdefault(row.target_key, []).append(span)
    return found


def silenced(
    spans: list[StateSpan],
    standing: TargetStanding | None,
    plan: TargetPlan | None,
    until: datetime,
) -> list[StateSpan]:
    """The spans as they are at `until`, when the checks have been silent for too long.

    Without a plan nobody asks the target any more: from its last answer on it is unknown.
    """
    if not spans or spans[-1].until or not standing or not standing.last_at:
        return spans
    last = spans[-1]
    if plan is None:
        later = [StateSpan(State.UNKNOWN, max(standing.last_at, last.since))]
    else:
        later = [*entered(standing.checks, plan, last, standing.last_at, until)]
    for span in later:
        spans = [*spans[:-1], StateSpan(spans[-1].state, spans[-1].since, span.since), span]
    return spans
