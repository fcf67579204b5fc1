"""Somebody's own answer to the gate, kept beside the computed one."""

from monitor.desk.asking import Answered, Written, answered
from monitor.desk.hand import Hand
from monitor.domain.audit import ActKind
from monitor.domain.event import Event, EventType
from monitor.domain.gate import Override, override
from monitor.domain.landscape import Landscape
from monitor.storage.engine import Database
from monitor.storage.ledger import Ledger


async def override_gate(
    database: Database, landscape: Landscape, written: Written, reason: str, hand: Hand
) -> Answered:
    """Record somebody's own answer; GateQuestionError says what is wrong with the question."""
    async with database.begin() as tx:
        computed = await answered(tx, landscape, written, hand.at)
        made = override(computed.decision, hand.by, reason, hand.at)
        ledger = Ledger(tx)
        await ledger.override(made)
        await ledger.act(hand.did(ActKind.GATE_OVERRIDDEN, _subject(made), reason))
        await ledger.tell([_overridden(made)])
    return Answered(computed.decision, (made, *computed.overrides))


def _subject(made: Override) -> str:
    asked = made.question
    return f"{asked.line}@{asked.environment} {asked.version}"


def _overridden(made: Override) -> Event:
    asked = made.question
    return Event(
        type=EventType.GATE_OVERRIDDEN,
        subject=f"{asked.line}@{asked.environment}",
        at=made.at,
        key=f"{EventType.GATE_OVERRIDDEN}:{_subject(made)}:{made.at.isoformat()}",
        facts={"version": asked.version, "by": made.by, "decision": made.decision.value},
        story=f"gate:{_subject(made)}",
    )
