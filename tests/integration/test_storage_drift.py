"""Findings, rollouts, freezes, overrides, acts and tokens come out as they went in."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.domain.audit import Act, ActKind
from monitor.domain.bulletin import Phase, opened
from monitor.domain.event import Reach
from monitor.domain.finding import (
    Finding,
    FindingKind,
    FindingPhase,
    Severity,
    finding_id,
    finding_key,
)
from monitor.domain.freeze import Freeze
from monitor.domain.gate import Answer, CriterionName, GateQuestion, Override
from monitor.domain.incident import IncidentKind, open_incident
from monitor.domain.landscape import LineId, TargetId
from monitor.domain.rollout import Announcement, Rollout, Stage, StageState, rollout_id
from monitor.domain.sighting import Seen, Sighting
from monitor.domain.standing import TargetStanding
from monitor.domain.token import Scope, Token
from monitor.storage.deeds import KeyReused, Request
from monitor.storage.engine import Database
from monitor.storage.ledger import Ledger
from monitor.storage.page import BadCursor
from monitor.storage.queries import Queries
from tests.building import MINUTE, NOON, PRESENTEREN, PROD, STAM

HOUR = timedelta(hours=1)
LTO = TargetId(PRESENTEREN, "lto")


def finding(line: LineId = PRESENTEREN, kind: FindingKind = FindingKind.LAG) -> Finding:
    key = finding_key(line, kind, ("lto", "prod"))
    return Finding(
        id=finding_id(key, NOON),
        key=key,
        kind=kind,
        severity=Severity.INFO,
        phase=FindingPhase.ROLLING_OUT,
        line=line,
        environments=("lto", "prod"),
        opened_at=NOON,
        tolerated_until=NOON + HOUR,
        resolved_at=None,
        evidence={"newest": "8.6.0", "readings": [{"served": True, "fingerprint": None, "n": 1}]},
        changed_at=NOON,
    )


ROLLOUT = Rollout(
    id=rollout_id(PRESENTEREN, "8.6.0"),
    line=PRESENTEREN,
    version="8.6.0",
    opened_at=NOON,
    announced=Announcement(at=NOON, by="kato", key="k", planned={"prod": NOON + HOUR}),
    stages={
        "lto": Stage(state=StageState.ARRIVED, arrived_after=NOON - MINUTE, arrived_by=NOON),
        "prod": Stage(due_at=NOON + HOUR),
    },
)
FREEZE = Freeze(
    id="f1",
    starts_at=NOON,
    ends_at=NOON + HOUR,
    reason="elections",
    rrule="FREQ=WEEKLY",
    environments=("prod",),
    lines=(PRESENTEREN,),
)
OVERRIDE = Override(
    question=GateQuestion(PRESENTEREN, "8.6.0", "prod"),
    at=NOON,
    by="release",
    reason="we must",
    decision=Answer.CLOSED,
    objections=(CriterionName.SOAKED,),
)
TOKEN = Token(
    id="t1", name="kato", scopes=frozenset({Scope.ROLLOUTS_WRITE, Scope.OPERATE}), created_at=NOON
)


async def test_a_finding_comes_back_as_it_was_kept_and_tells_how_it_came_about(
    database: Database,
) -> None:
    opened = finding()
    overdue = replace(opened, phase=FindingPhase.OVERDUE, changed_at=NOON + HOUR)
    resolved = replace(
        overdue,
        phase=FindingPhase.RESOLVED,
        environments=("lto", "pre", "prod"),
        resolved_at=NOON + 2 * HOUR,
        changed_at=NOON + 2 * HOUR,
    )
    for one in (opened, overdue):
        async with database.begin() as tx:
            await Ledger(tx).keep_findings([one])
    async with database.begin() as tx:
        assert await Ledger(tx).open_findings() == [overdue]
        await Ledger(tx).keep_findings([resolved])
        assert await Ledger(tx).open_findings() == []
    async with database.read() as tx:
        queries = Queries(tx)
        assert await queries.finding(opened.id) == resolved
        assert await queries.finding_history(opened.id) == [opened, overdue, resolved]
        assert await queries.finding("nobody") is None
        [kept] = (await queries.findings()).items
        assert list(kept.evidence) == list(opened.evidence)


async def test_findings_are_found_by_what_they_are_about(database: Database) -> None:
    mine = finding()
    other = replace(
        finding(STAM, FindingKind.MIXED), environments=("pre",), resolved_at=NOON + HOUR
    )
    async with database.begin() as tx:
        await Ledger(tx).keep_findings([mine, other])
    async with database.read() as tx:
        ask = Queries(tx).findings
        assert (await ask(open_only=True)).items == (mine,)
        assert (await ask(line=STAM)).items == (other,)
        assert (await ask(kind=FindingKind.MIXED)).items == (other,)
        assert (await ask(environment="prod")).items == (mine,)
        assert (await ask(environment="pro")).items == ()
        assert (await ask(environment="%")).items == ()
        assert (await ask(open_at=NOON)).items == (other, mine)
        assert (await ask(open_at=NOON + HOUR)).items == (mine,)
        assert (await ask(open_at=NOON - MINUTE)).items == ()


async def test_pages_of_findings_hold_each_once_also_those_of_one_moment(
    database: Database,
) -> None:
    made = [
        replace(finding(), id=f"f{n}", opened_at=NOON + (n // 3) * MINUTE, changed_at=NOON)
        for n in range(8)
    ]
    async with database.begin() as tx:
        await Ledger(tx).keep_findings(made)
    found: list[str] = []
    cursor = None
    async with database.read() as tx:
        for _ in range(4):
            page = await Queries(tx).findings(cursor=cursor, limit=2)
            found += [one.id for one in page.items]
            cursor = page.next
        with pytest.raises(BadCursor):
            await Queries(tx).findings(cursor="no")
    assert cursor is None
    assert found == ["f7", "f6", "f5", "f4", "f3", "f2", "f1", "f0"]


async def test_a_rollout_comes_back_as_it_was_kept(database: Database) -> None:
    done = replace(ROLLOUT, done_at=NOON + HOUR)
    async with database.begin() as tx:
        await Ledger(tx).keep_rollouts([ROLLOUT])
        assert await Ledger(tx).every_rollout() == [ROLLOUT]
        assert await Ledger(tx).rollout(ROLLOUT.id) == ROLLOUT
    async with database.begin() as tx:
        await Ledger(tx).keep_rollouts([done])
        assert await Ledger(tx).every_rollout() == [done]
    async with database.read() as tx:
        assert await Queries(tx).rollout(ROLLOUT.id) == done
        assert (await Queries(tx).rollouts()).items == (done,)
        assert (await Queries(tx).rollouts(STAM)).items == ()
        assert (await Queries(tx).rollouts(open_only=True)).items == ()
        assert await Queries(tx).open_rollouts() == []


async def test_a_freeze_counts_until_it_is_withdrawn(database: Database) -> None:
    async with database.begin() as tx:
        await Ledger(tx).keep_freeze(FREEZE)
    async with database.read() as tx:
        assert await Queries(tx).freezes() == [FREEZE]
    async with database.begin() as tx:
        assert await Ledger(tx).withdraw_freeze(FREEZE.id, NOON)
        assert not await Ledger(tx).withdraw_freeze(FREEZE.id, NOON)
    async with database.read() as tx:
        assert await Queries(tx).freezes() == []


async def test_overrides_and_acts_are_only_added_to(database: Database) -> None:
    again = replace(OVERRIDE, at=NOON + MINUTE, reason="we still must")
    act = Act(at=NOON, who="me", what=ActKind.GATE_OVERRIDDEN, subject="s", facts={"a": "b"})
    async with database.begin() as tx:
        for one in (OVERRIDE, again):
            await Ledger(tx).override(one)
        await Ledger(tx).act(act)
        await Ledger(tx).act(replace(act, subject="other"))
    async with database.read() as tx:
        assert await Queries(tx).overrides(PRESENTEREN) == [again, OVERRIDE]
        assert await Queries(tx).overrides(PRESENTEREN, "8.7.0") == []
        assert await Queries(tx).overrides(PRESENTEREN, "8.6.0", "pre") == []
        assert await Queries(tx).acts("s") == [act]
        assert [one.subject for one in await Queries(tx).acts()] == ["other", "s"]


async def test_a_token_is_known_by_its_id_and_the_hash_of_its_secret(database: Database) -> None:
    async with database.begin() as tx:
        await Ledger(tx).keep_token(TOKEN, b"hash")
    async with database.begin() as tx:
        await Ledger(tx).use_token(TOKEN.id, NOON + MINUTE)
        assert await Ledger(tx).revoke_token(TOKEN.id, NOON + HOUR)
        assert not await Ledger(tx).revoke_token(TOKEN.id, NOON + 2 * HOUR)
    used = replace(TOKEN, last_used_at=NOON + MINUTE, revoked_at=NOON + HOUR)
    async with database.read() as tx:
        assert await Queries(tx).token(TOKEN.id) == (used, b"hash")
        assert await Queries(tx).token("t2") is None
        assert await Queries(tx).tokens() == [used]


async def test_a_key_stands_for_one_request(database: Database) -> None:
    request = Request("rollout by kato", "k", b"content")
    async with database.begin() as tx:
        assert await Ledger(tx).once(request, "first", NOON) is None
    async with database.begin() as tx:
        assert await Ledger(tx).once(request, "second", NOON) == "first"
        assert await Ledger(tx).once(replace(request, purpose="x"), "second", NOON) is None
    with pytest.raises(KeyReused, match="a key of its own"):
        async with database.begin() as tx:
            await Ledger(tx).once(replace(request, digest=b"other"), "third", NOON)


async def test_the_edition_grows_with_what_others_remember_only(database: Database) -> None:
    async def edition() -> int:
        async with database.read() as tx:
            return await Queries(tx).edition()

    begin = await edition()
    async with database.begin() as tx:
        await Ledger(tx).keep_token(TOKEN, b"hash")
        await Ledger(tx).keep([TargetStanding(target=PROD)])
    assert await edition() == begin
    writes: tuple[Callable[[Ledger], Awaitable[object]], ...] = (
        lambda ledger: ledger.keep_findings([finding()]),
        lambda ledger: ledger.keep_rollouts([ROLLOUT]),
        lambda ledger: ledger.keep_freeze(FREEZE),
        lambda ledger: ledger.withdraw_freeze(FREEZE.id, NOON),
        lambda ledger: ledger.override(OVERRIDE),
    )
    for write in writes:
        async with database.begin() as tx:
            await write(Ledger(tx))
        begin += 1
        assert await edition() == begin


async def test_the_facts_of_a_line_are_its_own(database: Database) -> None:
    ours = open_incident(IncidentKind.TARGET, str(PROD), NOON, "r")
    elsewhere = open_incident(IncidentKind.TARGET, "presenteren/v80@prod", NOON, "r")
    wide = open_incident(IncidentKind.ENVIRONMENT, "lto", NOON, "r")
    async with database.begin() as tx:
        ledger = Ledger(tx)
        await ledger.keep(
            [TargetStanding(target=one) for one in (PROD, LTO, TargetId(STAM, "lto"))]
        )
        await ledger.keep_findings([finding(), finding(STAM)])
        await ledger.keep_incidents([ours, elsewhere, wide])
        await ledger.keep_rollouts([ROLLOUT])
        await ledger.keep_freeze(FREEZE)
        await ledger.override(OVERRIDE)
        told = opened("b", "No answers", Reach(environments=("lto",)), Phase.INVESTIGATING, NOON)
        await ledger.keep_bulletin(told)
    async with database.read() as tx:
        facts = await Queries(tx).line_facts(PRESENTEREN)
    assert set(facts.standings) == {"lto", "prod"}
    assert facts.findings == (finding(),)
    assert set(facts.incidents) == {ours, wide}
    assert facts.bulletins == (told,)
    assert (facts.rollouts, facts.freezes, facts.overrides) == ((ROLLOUT,), (FREEZE,), (OVERRIDE,))


def run(version: str, minute: float, *, settled: bool = True) -> Sighting:
    by = NOON + minute * MINUTE
    return Sighting(seen=Seen(True, version), after=None, by=by, last=by, settled=settled)


async def test_runs_are_told_oldest_first_and_the_matrix_as_of_any_moment(
    database: Database,
) -> None:
    first, flicker, second = run("1", 0), run("2", 5, settled=False), run("2", 10)
    async with database.begin() as tx:
        seen = [(PROD, one) for one in (second, first, flicker)]
        await Ledger(tx).sight([*seen, (LTO, run("2", 7))])
    async with database.read() as tx:
        queries = Queries(tx)
        runs = await queries.runs(PRESENTEREN)
        assert runs == {PROD: (first, flicker, second), LTO: (run("2", 7),)}
        assert await queries.runs(STAM) == {}
        assert await queries.matrix(NOON - MINUTE) == {}
        assert await queries.matrix(NOON + 6 * MINUTE) == {PROD: first}
        assert await queries.matrix(NOON + 10 * MINUTE) == {PROD: second, LTO: run("2", 7)}
