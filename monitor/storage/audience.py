"""Who is told something, remembered by this process until somebody changes it.

A number in the database grows with every such change. Who tells something reads that number,
and only when it is another one the subscriptions.
"""

from collections.abc import Mapping

import msgspec
from sqlalchemy import Connection, select, update

from monitor.domain.audience import Audience
from monitor.domain.subscription import SubscriptionState
from monitor.storage.codec import facts_of
from monitor.storage.correspondence import AUDIENCE, SUBSCRIPTION
from monitor.storage.engine import Transaction
from monitor.storage.subscription_form import subscription_of


def audience(connection: Connection, tx: Transaction) -> Audience:
    """The active subscriptions as they are now."""
    number, chains = connection.execute(select(AUDIENCE.c.number, AUDIENCE.c.chains)).one()
    found = tx.fresh.audiences.get(number) or tx.known.audiences.get(number)
    if found is None:
        active = SUBSCRIPTION.c.state == SubscriptionState.ACTIVE.value
        rows = connection.execute(select(SUBSCRIPTION).where(active).order_by(SUBSCRIPTION.c.id))
        found = Audience(map(subscription_of, rows), facts_of(chains))
    tx.fresh.audiences[number] = found
    return found


def keep_chains(connection: Connection, chains: Mapping[str, str]) -> None:
    """Interface to chain; nothing changes where it is known already."""
    text = msgspec.json.encode(dict(chains), order="deterministic").decode()
    its = AUDIENCE.c
    grown = update(AUDIENCE).where(its.chains != text)
    connection.execute(grown.values(chains=text, number=its.number + 1))
