"""The tables of who is told, and of what is owed to them. Private to this room, too."""

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from monitor.storage.moment import Moment
from monitor.storage.registers import EVERY_TABLE as METADATA

EVERY_TABLE = METADATA
"""Complete, once this module is there."""

SUBSCRIPTION = Table(
    "subscription",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("address_digest", LargeBinary, index=True),  # of the normalised address
    Column("wanted", Text, nullable=False),  # JSON
    Column("mode", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("reminder_interval", BigInteger),  # microseconds; null: no reminders
    Column("state", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("confirmed_at", Moment),
    Column("left_at", Moment),
    Column("failing_since", Moment),
    Column("secret_generation", Integer, nullable=False),
    Column("rotated_at", Moment),
    Column("confirmation_digest", LargeBinary),  # SHA-256 of the token; null: none is awaited
    Column("confirmation_until", Moment),
)

AUDIENCE = Table(
    "audience",  # one row
    METADATA,
    Column("key", Integer, primary_key=True),
    Column("number", Integer, nullable=False),  # grows with every change of who is told what
    Column("chains", Text, nullable=False),  # JSON: interface to chain
)

DELIVERY = Table(
    "delivery",
    METADATA,
    Column("number", Integer, primary_key=True),  # the order of a story
    Column("id", Text, nullable=False, unique=True),
    Column("subscription", Text, ForeignKey("subscription.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("event", Integer, ForeignKey("event.number")),  # null: it tells none
    Column("round", Integer, nullable=False),  # of reminders: the first is 1; else 0
    Column("story", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("lane", Text, nullable=False),  # what may hold it up: a host, mostly
    Column("created_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),  # while it is claimed: when the claim ends
    Column("attempts", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("claim", Text),  # whose it is now; null: nobody's
    Column("lead", Text),  # the delivery with which it makes one message
    Column("settled_at", Moment),
    Column("trouble", Text),
    UniqueConstraint("event", "subscription", "kind", "round"),
    Index(None, "state", "due_at"),
    Index(None, "subscription", "story"),
    Index(None, "lead"),
)

ATTEMPT = Table(
    "attempt",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("delivery", Text, nullable=False, index=True),
    Column("at", Moment, nullable=False, index=True),
    Column("fate", Text, nullable=False),
    Column("trouble", Text),
    Column("seconds", Float, nullable=False),
)

HELD = Table(
    "held_opening",  # told, but suppressed: its deliveries wait until that is over
    METADATA,
    Column("event", Integer, ForeignKey("event.number"), primary_key=True),
    Column("at", Moment, nullable=False),
)

LIMIT_COUNT = Table(
    "limit_count",
    METADATA,
    Column("key", Text, primary_key=True),  # a digest where it would tell who asked
    Column("window", Moment, primary_key=True),
    Column("count", Integer, nullable=False),
    Index(None, "window"),
)
