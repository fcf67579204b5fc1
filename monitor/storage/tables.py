"""The tables. Private to this room."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
)
from sqlalchemy.types import BigInteger

from monitor.storage.moment import Moment

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _key(name: str, to: str, *, primary: bool = False) -> Column[int]:
    return Column(
        name, Integer, ForeignKey(to), primary_key=primary, nullable=False, autoincrement=False
    )


INSTALLATION = Table(
    "installation",  # one row
    METADATA,
    Column("id", Text, primary_key=True),
    Column("rolled_until", Moment),  # every hour before it is in rollup_hour; null: none yet
    Column("pruned_until", Moment),  # observations before it may be gone; null: none is
    Column("hours_pruned_until", Moment),  # hours of the roll-up before it may be gone
    Column("edition", Integer, nullable=False, server_default="0"),  # see edition.py
    Column("oldest_form", Text),  # of which the code may use these tables; null: today's only
)

LEASE = Table(
    "lease",  # see seat.py; on SQLite nobody needs one
    METADATA,
    Column("name", Text, primary_key=True),
    Column("epoch", Integer, nullable=False),  # grows with every other holder
    Column("holder", Text, nullable=False),
    Column("expires_at", Moment, nullable=False),  # by the clock of the database
    Column("catalogue", Text),  # by whose content the holder works
)

TARGET = Table(
    "target",
    METADATA,
    Column("key", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("line", Text, nullable=False),
    Column("environment", Text, nullable=False),
    Index(None, "line"),
)

CHECK = Table(
    "check_of_target",  # CHECK itself is a word of SQL
    METADATA,
    Column("key", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    _key("target_key", "target.key"),
    Index(None, "target_key"),
)

OBSERVATION = Table(
    "observation",  # no key of its own: PostgreSQL keeps each day as a table, see partitions.py
    METADATA,
    _key("check_key", "check_of_target.key", primary=True),
    Column("slot", Moment, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("outcome_class", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("status", Integer),
    Column("reading", Text, nullable=False),
    Column("version", Text),
    Column("fingerprint", Text),
    Column("dns", Float),  # seconds, these six
    Column("connect", Float),
    Column("tls", Float),
    Column("first_byte", Float),
    Column("body", Float),
    Column("total", Float),
    Column("bucket", SmallInteger),  # of `total`, see histogram.py; null: not timed
    Column("retry_after", Float),
    Column("evidence", Text),  # JSON; null: none
    Column("trace", Text),
    Column("epoch", Integer),  # of the leader that wrote it; the database fills it in, see seat.py
    Index(None, "slot"),  # newest first over all checks; roll-up and retention by time
)

MISSED = Table(
    "missed",
    METADATA,
    _key("check_key", "check_of_target.key", primary=True),
    Column("first", Moment, primary_key=True),
    Column("last", Moment, nullable=False),
    Column("count", Integer, nullable=False),
    Column("reason", Text, nullable=False),
)

STANDING = Table(
    "target_standing",
    METADATA,
    _key("target_key", "target.key", primary=True),
    Column("revision", Integer, nullable=False),  # grows with every write; 0: nothing concluded
    Column("state", Text, nullable=False),
    Column("since", Moment),
    Column("last_at", Moment),
    Column("memory", Text),  # the whole standing, see codec.py
)

STATE_SPAN = Table(
    "state_span",
    METADATA,
    _key("target_key", "target.key", primary=True),
    Column("since", Moment, primary_key=True),
    Column("until", Moment),  # null: it still is
    Column("state", Text, nullable=False),
)

SIGHTING = Table(
    "sighting",
    METADATA,
    _key("target_key", "target.key", primary=True),
    Column("by", Moment, primary_key=True),
    Column("after", Moment),
    Column("served", Boolean, nullable=False),
    Column("version", Text),
    Column("fingerprint", Text),
    Column("last", Moment, nullable=False),  # of the run in progress: as of its last change
    Column("readings", Integer, nullable=False),
    Column("settled", Boolean, nullable=False),
)

CONTRACT = Table(
    "contract",
    METADATA,
    Column("fingerprint", Text, primary_key=True),
    Column("first_seen", Moment, nullable=False),
    Column("canonical", LargeBinary, nullable=False),  # zlib: a tenth, and read once in a while
)

INCIDENT = Table(
    "incident",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("opened_at", Moment, nullable=False, index=True),
    Column("reason", Text, nullable=False),
    Column("resolved_at", Moment, index=True),  # null: open
    Column("parent", Text),
    Column("told", Boolean, nullable=False),
    Column("held_from", Moment),  # null: from its opening
)

EVENT = Table(
    "event",
    METADATA,
    Column("number", Integer, primary_key=True),  # the order in which they were told
    Column("key", Text, nullable=False, unique=True),
    Column("type", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("facts", Text, nullable=False),  # JSON
    Column("story", Text, nullable=False, server_default="", index=True),  # empty: the key
)


def _tally() -> tuple[Column[int] | Column[str], ...]:
    """Time per state in microseconds, like moments, so that sums are exact."""
    states = ("up", "degraded", "down", "maintenance", "unknown", "absent")
    return (
        *(Column(state, BigInteger, nullable=False) for state in states),
        Column("probes", Integer, nullable=False),
        Column("failures", Integer, nullable=False),
        Column("times", Text, nullable=False),  # see histogram.py
    )


ROLLUP_HOUR = Table(
    "rollup_hour",
    METADATA,
    _key("target_key", "target.key", primary=True),
    Column("start", Moment, primary_key=True),
    *_tally(),
    Index(None, "start"),
)

ROLLUP_DAY = Table(
    "rollup_day",
    METADATA,
    _key("target_key", "target.key", primary=True),
    Column("day", Date, primary_key=True),  # Europe/Amsterdam's
    *_tally(),
    Index(None, "day"),
)

DISPATCH = Table(
    "dispatch",  # one row for each location that others ask from
    METADATA,
    Column("location", Text, primary_key=True),
    Column("until", Moment, nullable=False),  # every slot before it was handed to the queue
    Column("catalogue", Text, nullable=False),  # the digest by which they were
    Column("version", Text, nullable=False),
)
