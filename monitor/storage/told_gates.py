"""What was last told of each gate, and who is first to tell that it turned."""

from sqlalchemy import Connection, and_, select, update

from monitor.domain.gate import GateQuestion
from monitor.domain.gate_watch import ToldGate
from monitor.domain.landscape import LineId
from monitor.storage.keys import upsert
from monitor.storage.registers import TOLD_GATE


def every(connection: Connection, line: LineId | None = None) -> list[ToldGate]:
    asked = select(TOLD_GATE).order_by(TOLD_GATE.c.line, TOLD_GATE.c.at)
    if line:
        asked = asked.where(TOLD_GATE.c.line == str(line))
    return [
        ToldGate(
            question=GateQuestion(LineId.parse(row.line), row.version, row.environment),
            is_open=row.is_open,
            turn=row.turn,
            at=row.at,
        )
        for row in connection.execute(asked)
    ]


def turn(connection: Connection, told: ToldGate) -> bool:
    """Keep that a gate turned; False: another process was first to do so."""
    asked, its = told.question, TOLD_GATE.c
    where = {
        "line": str(asked.line),
        "version": asked.version,
        "environment": asked.environment,
    }
    stands = {"is_open": told.is_open, "turn": told.turn, "at": told.at}
    if told.turn == 1:
        first = upsert(connection, TOLD_GATE).on_conflict_do_nothing().returning(its.turn)
        return connection.execute(first, where | stands).first() is not None
    before = and_(*(its[name] == one for name, one in where.items()), its.turn == told.turn - 1)
    return connection.execute(update(TOLD_GATE).where(before).values(stands)).rowcount == 1
