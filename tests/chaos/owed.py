"""What must hold of everything that was told, and of those who were to hear of it."""

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, func, select

from monitor.domain.delivery import DeliveryState
from monitor.storage.correspondence import ATTEMPT, DELIVERY, SUBSCRIPTION
from monitor.storage.tables import EVENT

DELIVERED = DeliveryState.DELIVERED.value


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


def unheard(connection: Connection, copies: Mapping[str, int], faults: int) -> Iterator[str]:
    """What should have arrived and did not, or came more often than faults explain.

    `copies`: how often each delivery was received. For subscriptions that want everything.
    """
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
        elif copies[row.id] > min(row.attempts, faults + 1):
            yield f"{subscription} heard {copies[row.id]} times of {key}"
