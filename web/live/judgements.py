"""Every line as it is said now, judged and drawn again only when something differs."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from monitor.board import Board
from monitor.domain.finding import Finding
from monitor.domain.landscape import Interface, Landscape, Line, LineId, TargetId
from monitor.domain.life_cycle import Phase, phases
from monitor.domain.standing import TargetStanding
from web.templating.rows import Row, draw
from web.views.line import Judged, LineView, judge_line
from web.views.titles import Titles
from web.words.language import Language
from web.words.moments import AMSTERDAM

Standings = tuple[TargetStanding | None, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    standings: Standings
    findings: Sequence[Finding]
    judged: Judged
    row: Row


class Judgements:
    """The memory of one language: judging and drawing 500 lines costs little when few moved.

    A standing is immutable, so the same object means the same conclusion; what time alone
    changes (an age, staleness, a day of the life cycle) is in `Judged.holds_until`.
    """

    def __init__(self, board: Board, language: Language) -> None:
        self._board = board
        self._language = language
        self._known: dict[LineId, _Known] = {}
        self._landscape: Landscape | None = None
        self._titles = Titles(board.landscape, language)
        self._day: date | None = None
        self._phases: Mapping[LineId, Phase] = {}
        self._asked: list[tuple[Interface, Line, tuple[TargetId, ...]]] = []

    def refresh(self, now: datetime) -> None:
        self._follow_catalogue()
        self._follow_day(now.astimezone(AMSTERDAM).date())
        standings = self._board.standings
        findings = self._findings()
        for interface, line, targets in self._asked:
            these = tuple(map(standings.get, targets))
            found = findings.get(line.id, ())
            known = self._known.get(line.id)
            if (
                known is None
                or not known.judged.holds(now)
                or not _same(known.standings, these)
                or not _same(known.findings, found)
            ):
                self._known[line.id] = self._judge(
                    interface, line, these, found, known=known, now=now
                )

    @property
    def views(self) -> Mapping[LineId, LineView]:
        """Every line of the catalogue, in its order."""
        return {id_: known.judged.view for id_, known in self._known.items()}

    @property
    def holds_until(self) -> datetime | None:
        """When a line says something else although nothing is measured."""
        return min((known.judged.holds_until for known in self._known.values()), default=None)

    def row(self, line: LineId) -> Row | None:
        known = self._known.get(line)
        return known.row if known else None

    def _judge(
        self,
        interface: Interface,
        line: Line,
        standings: Standings,
        findings: Sequence[Finding],
        *,
        known: _Known | None,
        now: datetime,
    ) -> _Known:
        judged = judge_line(
            self._board.landscape,
            line,
            self._phases[line.id],
            self._board.standings,
            findings,
            titles=self._titles,
            now=now,
        )
        row = draw(interface, judged.view, now, self._language, known.row if known else None)
        return _Known(standings, findings, judged, row)

    def _findings(self) -> Mapping[LineId, Sequence[Finding]]:
        by_line: dict[LineId, list[Finding]] = defaultdict(list)
        for one in self._board.findings.values():
            by_line[one.line].append(one)
        return by_line

    def _follow_catalogue(self) -> None:
        landscape = self._board.landscape
        if landscape is self._landscape:
            return
        self._landscape = landscape
        self._titles = Titles(landscape, self._language)
        self._day = None
        self._known = {}
        self._asked = [
            (interface, line, tuple(TargetId(line.id, one.id) for one in landscape.environments))
            for interface in landscape.interfaces
            for line in interface.lines
        ]

    def _follow_day(self, today: date) -> None:
        if today != self._day:
            self._day = today
            self._phases = phases(self._board.landscape, today)


def _same(before: Sequence[object], after: Sequence[object]) -> bool:
    return len(before) == len(after) and all(
        one is other for one, other in zip(before, after, strict=True)
    )
