"""What the wall says of a board, and that it says it from memory."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from checks.outcome import OutcomeClass
from monitor.board import Board, Progress
from monitor.domain.finding import Severity
from monitor.domain.health import State
from monitor.domain.incident import Incident, IncidentKind
from monitor.domain.landscape import LifeCycle, LineId, TargetId, Words
from monitor.domain.life_cycle import Phase
from monitor.domain.sighting import Mood
from tests import building
from tests.e2e.releases import ORDER
from tests.e2e.street import NOON, board, landscape, standing
from tests.unit.histories import History
from tests.unit.test_quorum import everywhere, round_of
from web.context import Reader, Theme
from web.live.judgements import Judgements
from web.live.wall import Wall
from web.templating.cells import cell
from web.templating.days import DayLook, day_bar
from web.views.line import conclude
from web.views.notice import NoticeKind
from web.views.selection import Selection
from web.views.target import Look, TargetView, in_trouble, look_of
from web.views.uptime import DayShares
from web.words.language import Language

NL = Language.NL
READER = Reader(NL, Theme.AUTO)
STAM = TargetId(LineId("stam", "5"), "prod")


def target(state: State, **facts: object) -> TargetView:
    return TargetView.model_validate({"environment": "prod", "state": state, **facts})


@pytest.mark.parametrize(
    ("view", "look"),
    [
        (target(State.UP, version="1.0"), Look.UP),
        (target(State.UP, version="1.0", mood=Mood.MIXED), Look.MIXED),
        (target(State.UP, outcome_class=OutcomeClass.UNAUTHENTICATED), Look.REACHABLE),
        (target(State.UP, outcome_class=OutcomeClass.UNAUTHENTICATED, version="1"), Look.UP),
        (target(State.DOWN, mood=Mood.MIXED), Look.DOWN),
        (target(State.ABSENT, expected=False), Look.NOT_YET),
        (target(State.ABSENT, expected=False, ended=True), Look.GONE),
        (target(State.ABSENT, expected=True), Look.ABSENT),
        (target(State.NOT_CONFIGURED, expected=False), Look.NOT_YET),
        (target(State.NOT_CONFIGURED, expected=True), Look.NOT_CONFIGURED),
        (target(State.MAINTENANCE), Look.MAINTENANCE),
        (target(State.UNKNOWN), Look.UNKNOWN),
    ],
)
def test_a_target_looks_like_its_state(view: TargetView, look: Look) -> None:
    assert look_of(view) is look


def test_what_is_not_meant_to_be_there_is_no_trouble() -> None:
    assert in_trouble(target(State.ABSENT, expected=True))
    assert not in_trouble(target(State.ABSENT, expected=False))
    assert in_trouble(target(State.UNKNOWN))


def test_the_age_in_a_cell_is_that_of_the_version_or_of_the_trouble() -> None:
    days = NOON - timedelta(days=41)
    minutes = NOON - timedelta(minutes=12)
    up = target(State.UP, version="8.5.2", since=minutes, arrived_by=days, arrived_after=days)
    assert cell(up, NOON, NL).age == "41 d"
    down = up.model_copy(update={"state": State.DOWN})
    assert cell(down, NOON, NL).age == "12 min"
    first = up.model_copy(update={"arrived_after": None})
    assert cell(first, NOON, NL).at_least
    assert not cell(down, NOON, NL).at_least


def test_an_available_version_needs_no_word_and_all_else_does() -> None:
    assert not cell(target(State.UP, version="1.0"), NOON, NL).word_shown
    assert cell(target(State.UP), NOON, NL).word_shown
    assert cell(target(State.DOWN, version="1.0"), NOON, NL).word_shown


def test_the_life_cycle_is_concluded_from_the_catalogue_only() -> None:
    line = landscape().lines[LineId("presenteren", "v8")]
    today = date(2026, 9, 30)
    until = date(2027, 12, 31)
    assert conclude(line, Phase.LATEST, (), today).day == until
    over = replace(line, life_cycle=LifeCycle({}, date(2026, 8, 31), None))
    assert conclude(over, Phase.UNSUPPORTED, (), today).day == date(2026, 9, 1)
    assert conclude(over, Phase.RETIRED, (), today).day is None
    assert conclude(line, Phase.NEXT, ("lto",), today).environments == ("lto",)


def test_an_environment_outage_stands_for_its_targets() -> None:
    street = board()
    child = next(iter(street.incidents.values()))
    whole = Incident(
        id="w",
        kind=IncidentKind.ENVIRONMENT,
        subject="prod",
        opened_at=NOON - timedelta(minutes=9),
        reason="12 of 20 down",
    )
    street.apply([], [whole, replace(child, parent="w")], NOON)
    view = Wall(street, "e").view(NL, NOON)
    assert [(one.environment, one.line) for one in view.incidents] == [("prod", None)]
    assert [one.state for one in view.environments if one.id == "prod"] == [State.DOWN]


def test_what_outlasts_the_outage_of_its_environment_is_announced_itself() -> None:
    street = board()
    child = next(iter(street.incidents.values()))
    street.apply([], [replace(child, parent="w")], NOON)
    view = Wall(street, "e").view(NL, NOON)
    assert [(one.environment, one.line) for one in view.incidents] == [("prod", "stam/5")]


def test_what_the_rules_found_wants_a_look_in_the_environments_it_is_about() -> None:
    street = board()
    street.findings = {ORDER.id: ORDER}
    street.touch()
    wall = Wall(street, "e")

    def shown(environment: str) -> set[str]:
        chosen = Selection(only_trouble=True, environment=environment)
        view = wall.view(NL, NOON, chosen)
        return {line.id for interface in view.interfaces for line in interface.lines}

    assert "swf/v5" in shown("prod")
    assert "swf/v5" not in shown("pre")
    street.findings = {ORDER.id: replace(ORDER, severity=Severity.INFO)}
    street.touch()
    assert "swf/v5" not in shown("prod")


def test_an_isolated_monitor_announces_no_outage() -> None:
    street = board()
    street.incidents.clear()
    alone = Incident(
        id="i", kind=IncidentKind.ISOLATED, subject="monitor", opened_at=NOON, reason=""
    )
    street.apply([], [alone], NOON)
    view = Wall(street, "e").view(NL, NOON)
    assert view.incidents == ()
    assert [one.kind for one in view.notices] == [NoticeKind.ISOLATED]


def test_a_location_of_ours_that_fell_silent_is_told_on_the_wall() -> None:
    land = everywhere()
    land = replace(land, locations={"internet": Words("i", "i"), "pkio": Words("p", "p")})
    street, history = Board(land), History(land)
    history.record(round_of(land, 0, "pkio", "ok"))
    for minute in range(5):
        history.record(round_of(land, minute, "internet", "ok"))
    now = building.NOON + timedelta(minutes=5)
    street.apply(history.standings.values(), [], now)
    (notice,) = Wall(street, "e").view(NL, now).notices
    assert (notice.kind, notice.location) == (NoticeKind.LOCATION_SILENT, "pkio")
    assert notice.since == building.NOON


def test_maintenance_of_most_lines_is_maintenance_of_the_environment() -> None:
    street = board()
    pre = [one for one in street.landscape.targets if one.environment == "pre"]
    street.apply([standing(one, state=State.MAINTENANCE) for one in pre], [], NOON)
    told = Wall(street, "e").view(NL, NOON).maintenance
    assert [(one.environment, one.line) for one in told] == [("pre", None)]


def test_a_history_being_made_is_not_stale() -> None:
    street = board()
    street.progress = Progress(NOON - timedelta(days=90), NOON - timedelta(days=9), NOON)
    view = Wall(street, "e").view(NL, NOON + timedelta(days=1))
    assert not view.stale
    assert [(one.kind, one.share) for one in view.notices] == [(NoticeKind.BUILDING, 0.9)]


def test_nothing_is_drawn_twice_that_looks_the_same() -> None:
    street = board()
    judgements = Judgements(street, NL)
    judgements.refresh(NOON)
    before = {line: judgements.row(line) for line in judgements.views}
    later = NOON + timedelta(seconds=10)
    known = street.standings[STAM]
    street.apply([replace(known, last_at=later)], [], later)
    judgements.refresh(later)
    assert all(judgements.row(line) is row for line, row in before.items())
    street.apply([standing(STAM, state=State.UP)], [], later)
    judgements.refresh(later)
    changed = [line for line, row in before.items() if judgements.row(line) is not row]
    assert changed == [STAM.line]


def test_the_wall_is_painted_once_for_what_is_known() -> None:
    street = board()
    wall = Wall(street, "e")
    first = wall.painted(READER, NOON)
    assert wall.painted(READER, NOON + timedelta(seconds=5)) is first
    assert wall.painted(Reader(NL, Theme.DARK), NOON) is not first
    street.touch()
    assert wall.painted(READER, NOON) is not first


def test_ages_grow_although_nothing_is_recorded() -> None:
    wall = Wall(board(), "e")
    assert b"12 min" in wall.painted(READER, NOON).plain
    assert b"13 min" in wall.painted(READER, NOON + timedelta(minutes=1)).plain


def test_a_clock_that_is_set_back_keeps_nothing_of_the_future() -> None:
    wall = Wall(board(), "e")
    wall.painted(READER, NOON + timedelta(hours=1))
    assert b"niet actueel" not in wall.painted(READER, NOON).plain


def test_a_new_catalogue_shows_at_once() -> None:
    street = board()
    wall = Wall(street, "e")
    assert "line-stam-5" in wall.rows(NL, NOON)
    street.replan(replace(street.landscape, interfaces=street.landscape.interfaces[:1]))
    assert set(wall.rows(NL, NOON)) == {f"line-presenteren-v{number}" for number in (7, 8, 9)}


def test_markup_from_outside_is_text() -> None:
    street = board()
    evil = standing(STAM, state=State.UP, version="<i>5</i>")
    street.apply([evil], [], NOON)
    assert "<i>5</i>" not in Wall(street, "e").rows(NL, NOON)["line-stam-5"]


def test_a_choice_of_text_wants_every_word() -> None:
    wall = Wall(board(), "e")
    found = wall.view(NL, NOON, Selection(text="omgevingsDOCUMENTEN v8"))
    assert [line.id for one in found.interfaces for line in one.lines] == ["presenteren/v8"]


@pytest.mark.parametrize(
    ("parts", "look"),
    [
        ({"up": 1.0}, DayLook.UP),
        ({"unknown": 1.0}, DayLook.UNKNOWN),
        ({"up": 0.9, "down": 0.1}, DayLook.PART),
        ({"down": 0.8, "up": 0.2}, DayLook.DOWN),
        ({"unknown": 0.9, "down": 0.1}, DayLook.PART),
        ({"up": 0.8, "maintenance": 0.2}, DayLook.MAINTENANCE),
        ({"up": 0.8, "degraded": 0.2}, DayLook.DEGRADED),
        ({"absent": 1.0}, DayLook.ABSENT),
    ],
)
def test_a_day_looks_like_the_worst_that_shows(parts: dict[str, float], look: DayLook) -> None:
    none = dict.fromkeys(("up", "degraded", "down", "maintenance", "unknown", "absent"), 0.0)
    shares = {**none, **parts, "uptime": None, "p50": None, "p95": None}
    assert day_bar(DayShares(date=NOON.date(), **shares)).look is look
