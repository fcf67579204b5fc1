"""Freezes planned and ended, each with its record."""

from secrets import token_hex

from monitor.desk.hand import Hand
from monitor.domain.audit import ActKind
from monitor.domain.event import Reach
from monitor.domain.freeze import Freeze
from monitor.domain.landscape import Landscape
from monitor.domain.window import Timetable, planned
from monitor.storage.engine import Database
from monitor.storage.ledger import Ledger


async def plan_freeze(database: Database, freeze: Freeze, hand: Hand) -> Freeze:
    """Keep a freeze; FreezeError says why it cannot be meant."""
    checked = planned(freeze)
    async with database.begin() as tx:
        ledger = Ledger(tx)
        await ledger.keep_freeze(checked)
        await ledger.act(hand.did(ActKind.FREEZE_PLANNED, checked.id, checked.reason))
    return checked


async def end_freeze(database: Database, id_: str, hand: Hand) -> bool:
    """From now on the freeze counts no more; False: there is none that does."""
    async with database.begin() as tx:
        ledger = Ledger(tx)
        done = await ledger.withdraw_freeze(id_, hand.at)
        if done:
            await ledger.act(hand.did(ActKind.FREEZE_ENDED, id_))
    return done


def new_freeze_id() -> str:
    return token_hex(8)


def strangers(one: Timetable, landscape: Landscape) -> tuple[str, ...]:
    """What it names that the catalogue does not know."""
    return unknown_of(one.about, landscape)


def unknown_of(about: Reach, landscape: Landscape) -> tuple[str, ...]:
    known = {
        *(its.id for its in landscape.environments),
        *(its.id for its in landscape.interfaces),
        *map(str, landscape.lines),
    }
    named = (*about.environments, *about.interfaces, *map(str, about.lines))
    return tuple(name for name in named if name not in known)
