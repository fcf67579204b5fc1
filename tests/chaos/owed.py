"""What must hold of everything that was told, and of those who were to hear of it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select, text

from monitor.domain.delivery import DeliveryState
from monitor.storage.correspondence import ATTEMPT, DELIVERY, SUBSCRIPTION
from monitor.storage.tables import EVENT

DELIVERED = DeliveryState.DELIVERED.value

WITNESS = (
    "CREATE TABLE claimed (delivery text, claim text, who text, at timestamptz)",
    """CREATE FUNCTION witness() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO claimed VALUES
            (NEW.id, NEW.claim, current_setting('application_name'), clock_timestamp());
        RETURN NULL;
    END $$""",
    """CREATE TRIGGER witness AFTER UPDATE ON delivery FOR EACH ROW
        WHEN (OLD.claim IS DISTINCT FROM NEW.claim) EXECUTE FUNCTION witness()""",
)
"""Writes down, in PostgreSQL, who held which delivery from when on: committed with the claim."""

_HELD = text(
    """SELECT delivery FROM
        (SELECT DISTINCT ON (delivery) * FROM claimed WHERE at <= :at
         ORDER BY delivery, at DESC) newest
    WHERE claim IS NOT NULL AND who = :who"""
)


@dataclass(frozen=True, slots=True)
class Fault:
    """What befell a process, by its number."""

    who: int
    at: datetime


def deliveries(connection: Connection) -> Iterator[str]:
    """One sentence for each row that cannot be."""
    its = DELIVERY.c
    for row in connection.execute(select(DELIVERY)):
        waits = row.state == DeliveryState.WAITING.value
        if row.claim and not waits:
            yield f"the delivery {row.id} is settled and claimed at once"
        if waits is (row.settled_at is not None):
            yield f"the delivery {row.id} is {row.state}, and settled at {row.settled_at}"
    lead = func.coalesce(its.lead, its.id)
    arrived = select(ATTEMPT.c.delivery).where(ATTEMPT.c.fate == "arrived")
    unproven = select(its.id).where(its.state == DELIVERED, lead.not_in(arrived))
    for (id_,) in connection.execute(unproven):
        yield f"the delivery {id_} is delivered, and no attempt says so"
    stranger = select(its.id).where(
        its.event.is_not(None), its.event.not_in(select(EVENT.c.number))
    )
    for (id_,) in connection.execute(stranger):
        yield f"the delivery {id_} tells an event that there is not"


def witness(connection: Connection) -> None:
    for statement in WITNESS:
        connection.exec_driver_sql(statement)


def hits(connection: Connection, faults: Sequence[Fault]) -> Counter[str]:
    """By delivery, how many faults befell who held it at that moment."""
    found: Counter[str] = Counter()
    for one in faults:
        found.update(connection.scalars(_HELD, {"who": str(one.who), "at": one.at}))
    return found


def unheard(
    connection: Connection, copies: Mapping[str, int], faults: Sequence[Fault]
) -> Iterator[str]:
    """What should have arrived and did not, or came more often than the faults that hit it.

    `copies`: how often each delivery was received. For subscriptions that want everything.
    """
    hit = hits(connection, faults)
    its = DELIVERY.c
    everything = select(EVENT.c.number, EVENT.c.key, SUBSCRIPTION.c.id).join(
        SUBSCRIPTION, SUBSCRIPTION.c.state == "active"
    )
    asked = select(its.event, its.subscription, its.id, its.attempts, its.state)
    owed = {(row.event, row.subscription): row for row in connection.execute(asked)}
    for number, key, subscription in connection.execute(everything):
        row = owed.get((number, subscription))
        if row is None:
            yield f"{subscription} was never owed {key}"
        elif not copies.get(row.id):
            yield f"{subscription} never heard of {key}, which is {row.state}"
        elif copies[row.id] > min(row.attempts, 1 + hit[row.id]):
            yield f"{subscription} heard {copies[row.id]} times of {key}, hit {hit[row.id]} times"
