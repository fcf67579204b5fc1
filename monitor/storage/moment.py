"""Moments as the tables keep them: whole microseconds since 1970, UTC."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import BigInteger, Dialect
from sqlalchemy.types import TypeDecorator
from typing_extensions import override

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
SECOND = 1_000_000
HOUR = 3_600 * SECOND


def micros(moment: datetime) -> int:
    """Microseconds since 1970; `ValueError` for a naive moment."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone; moments are aware, in UTC")
    return (moment - EPOCH) // MICROSECOND


def moment(count: int) -> datetime:
    return EPOCH + timedelta(microseconds=count)


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime, kept as a BIGINT on every database.

    One form for both databases lets one statement do arithmetic on either, keeps the
    microsecond, and sorts, ranges and partitions as the moments do.
    """

    impl = BigInteger
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else micros(value)

    @override
    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else moment(value)
