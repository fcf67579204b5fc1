"""What is told of rollouts that wipe the content of an environment."""

from dataclasses import replace

from monitor.domain.event import EventType
from monitor.domain.rollout import Announcement, Rollout, Stage, StageState
from monitor.domain.tidings import of_rollout
from tests.building import MINUTE, NOON, PRESENTEREN

WIPE = Announcement(at=NOON, by="KATO", key="k", content_wipe=True)
ARRIVED = Stage(state=StageState.ARRIVED, changed_at=NOON, arrived_by=NOON)
AWAITED = Rollout(
    id="r",
    line=PRESENTEREN,
    version="8.6.0",
    opened_at=NOON,
    announced=WIPE,
    stages={"lto": Stage(), "prod": Stage()},
)
THERE = replace(AWAITED, stages={"lto": ARRIVED, "prod": Stage()})


def wiped(rollout: Rollout, before: Rollout | None) -> list[str]:
    told = of_rollout(rollout, before)
    return [one.subject for one in told if one.type is EventType.CONTENT_WIPED]


def test_content_is_wiped_where_such_a_rollout_arrives_and_only_then() -> None:
    assert wiped(AWAITED, None) == []
    assert wiped(THERE, AWAITED) == ["presenteren/v8@lto"]
    verified = replace(ARRIVED, state=StageState.VERIFIED, verified_at=NOON + MINUTE)
    assert wiped(replace(THERE, stages={"lto": verified, "prod": Stage()}), THERE) == []


def test_a_rollout_that_wipes_nothing_tells_of_no_wipe() -> None:
    quiet = replace(THERE, announced=replace(WIPE, content_wipe=False))
    assert wiped(quiet, replace(AWAITED, announced=None)) == []


def test_a_wipe_that_is_announced_after_the_arrival_is_told_then() -> None:
    assert wiped(THERE, replace(THERE, announced=None)) == ["presenteren/v8@lto"]
