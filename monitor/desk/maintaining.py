"""Maintenance planned, changed and ended, each with its record and its event."""

from dataclasses import replace
from secrets import token_hex

from monitor.desk.hand import Hand
from monitor.domain.audit import ActKind
from monitor.domain.event import Event
from monitor.domain.maintenance import Maintenance
from monitor.domain.window import Window, planned
from monitor.storage.engine import Database
from monitor.storage.ledger import Ledger


async def plan_maintenance(database: Database, one: Maintenance, hand: Hand) -> Maintenance:
    """Keep and tell it; WindowError says why it cannot be meant."""
    checked = planned(one)
    async with database.begin() as tx:
        ledger = Ledger(tx)
        await ledger.keep_maintenance(checked)
        await ledger.act(hand.did(ActKind.MAINTENANCE_PLANNED, checked.id, checked.reason))
        await ledger.tell([checked.planned(hand.at)])
    return checked


async def change_maintenance(
    database: Database, one: Maintenance, hand: Hand
) -> Maintenance | None:
    """Plan it otherwise, by its id; None: there is none that counts."""
    checked = planned(one)
    async with database.begin() as tx:
        ledger = Ledger(tx)
        await ledger.next_edition()  # nobody else changes it until the commit
        before = await ledger.maintenance(one.id)
        if before is None or before.withdrawn_at:
            return None
        if checked == before:
            return checked
        await ledger.keep_maintenance(checked)
        await ledger.act(hand.did(ActKind.MAINTENANCE_CHANGED, checked.id, checked.reason))
        on = None if checked.now(hand.at) else before.now(hand.at)
        cut = Window(on.start, hand.at) if on else None
        await ledger.tell([checked.changed(hand.at), *await _ended(ledger, cut, checked)])
    return checked


async def end_maintenance(database: Database, id_: str, hand: Hand) -> bool:
    """From now on it covers nothing; False: there is none that does, or would."""
    async with database.begin() as tx:
        ledger = Ledger(tx)
        await ledger.next_edition()
        before = await ledger.maintenance(id_)
        if before is None or before.withdrawn_at:
            return False
        on = before.now(hand.at)
        if not on and not before.coming(hand.at):
            return False
        after = replace(before, withdrawn_at=hand.at)
        await ledger.keep_maintenance(after)
        await ledger.act(hand.did(ActKind.MAINTENANCE_ENDED, id_))
        ended = await _ended(ledger, after.past(hand.at) if on else None, after)
        whole = bool(ended) and not after.rrule  # it began, and would not have come back
        await ledger.tell(ended if whole else [after.changed(hand.at), *ended])
    return True


def new_maintenance_id() -> str:
    return token_hex(8)


async def _ended(ledger: Ledger, window: Window | None, one: Maintenance) -> list[Event]:
    """The end of a window, where its start was told."""
    if window is None or not await ledger.told([one.started(window).key]):
        return []
    return [one.ended(window)]
