"""Answers counted by the database: how many, how many failed, and how fast the good ones were."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import BigInteger, Connection, func, select, type_coerce

from checks.outcome import OutcomeClass
from monitor.storage.moment import HOUR, moment
from monitor.storage.tables import CHECK, OBSERVATION

SLOT_HOUR = type_coerce(OBSERVATION.c.slot, BigInteger) // HOUR


@dataclass(slots=True)
class Answers:
    """Gathered row by row; then taken into a tally."""

    probes: int = 0
    failures: int = 0
    times: Counter[int] = field(default_factory=Counter)

    def add(self, bucket: int | None, outcome_class: str, count: int) -> None:
        self.probes += count
        if outcome_class == OutcomeClass.FAILED:
            self.failures += count
        if bucket is not None:
            self.times[bucket] += count


def of_everyone(
    connection: Connection, since: datetime, until: datetime
) -> dict[tuple[int, datetime], Answers]:
    """By target key and beginning of the hour, of the slots in `[since, until)`."""
    asked = (
        select(
            CHECK.c.target_key,
            SLOT_HOUR,
            OBSERVATION.c.bucket,
            OBSERVATION.c.outcome_class,
            func.count(),
        )
        .join(CHECK, CHECK.c.key == OBSERVATION.c.check_key)
        .where(OBSERVATION.c.slot >= since, OBSERVATION.c.slot < until)
        .group_by(CHECK.c.target_key, SLOT_HOUR, OBSERVATION.c.bucket, OBSERVATION.c.outcome_class)
    )
    found: dict[tuple[int, datetime], Answers] = {}
    for target_key, hour, bucket, outcome_class, count in connection.execute(asked):
        of_hour = found.setdefault((target_key, moment(hour * HOUR)), Answers())
        of_hour.add(bucket, outcome_class, count)
    return found


def of_target(connection: Connection, key: int, since: datetime, until: datetime) -> Answers:
    """Of one target, by seeks in the primary key."""
    asked = (
        select(OBSERVATION.c.bucket, OBSERVATION.c.outcome_class, func.count())
        .join(CHECK, CHECK.c.key == OBSERVATION.c.check_key)
        .where(CHECK.c.target_key == key, OBSERVATION.c.slot >= since, OBSERVATION.c.slot < until)
        .group_by(OBSERVATION.c.bucket, OBSERVATION.c.outcome_class)
    )
    answers = Answers()
    for bucket, outcome_class, count in connection.execute(asked):
        answers.add(bucket, outcome_class, count)
    return answers
