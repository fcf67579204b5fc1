"""Something that was sent is sent once more, because somebody said so."""

from monitor.desk.hand import Hand
from monitor.domain.audit import ActKind
from monitor.domain.delivery import Delivery
from monitor.storage.engine import Database
from monitor.storage.ledger import Ledger
from monitor.storage.queries import Queries


class NotSendable(Exception):  # noqa: N818  named as the fact that it is
    """Its subscription left or is paused, so nothing more is sent to it."""


async def send_again(database: Database, id_: str, hand: Hand) -> Delivery | None:
    """The delivery, waiting anew under its own id; None: there is none of that name."""
    async with database.begin() as tx:
        if await Queries(tx).delivery(id_) is None:
            return None
        ledger = Ledger(tx)
        if not await ledger.redeliver(id_, hand.at):
            raise NotSendable("its subscription left or is paused: nothing is sent to it")
        await ledger.act(hand.did(ActKind.DELIVERY_SENT_AGAIN, id_))
        return await Queries(tx).delivery(id_)
