"""The painted wall: bytes in memory, made at most once for what is known."""

import gzip
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from markupsafe import Markup

from monitor.board import Board
from monitor.domain.landscape import Chain, Environment, LineId
from web.context import Reader
from web.live.judgements import Judgements
from web.templating.environment import render
from web.templating.rows import draw
from web.views.line import wants_a_look
from web.views.notice import stale_from
from web.views.selection import EVERYTHING, Selection
from web.views.status import StatusView, status_view
from web.views.target import Look
from web.words.language import Language
from web.words.moments import MINUTE

COMPRESSION = 6


@dataclass(frozen=True, slots=True)
class Painted:
    """A whole page as it goes over the wire. Strong tags: one per encoding."""

    plain: bytes
    packed: bytes
    tag: str

    @property
    def packed_tag(self) -> str:
        return f'{self.tag[:-1]}-gzip"'


@dataclass(frozen=True, slots=True)
class Group:
    chain: Chain
    rows: tuple[Markup, ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filter offers, and how much there is in all."""

    chains: tuple[Chain, ...]
    environments: tuple[Environment, ...]
    lines: int
    trouble: int


@dataclass(frozen=True, slots=True)
class _Kept:
    revision: int
    holds_from: datetime
    holds_until: datetime
    page: Painted


class Wall:
    """The newest standing of everything, drawn. It never waits and never asks a database."""

    def __init__(self, board: Board, epoch: str) -> None:
        self.board = board
        self.epoch = epoch
        self._judgements = {language: Judgements(board, language) for language in Language}
        self._kept: dict[tuple[Language, str], _Kept] = {}

    @property
    def mark(self) -> str:
        """Where in the stream of changes a page that is drawn now stands."""
        return f"{self.epoch}-{self.board.revision}"

    def view(
        self, language: Language, now: datetime, selection: Selection = EVERYTHING
    ) -> StatusView:
        judgements = self._judgements[language]
        judgements.refresh(now)
        return status_view(self.board, judgements.views, language, now, selection)

    def painted(self, reader: Reader, now: datetime) -> Painted:
        """The whole wall; what was drawn before as long as it is still true."""
        key = (reader.language, reader.theme.value)
        kept = self._kept.get(key)
        if (
            kept
            and kept.revision == self.board.revision
            and kept.holds_from <= now < kept.holds_until
        ):
            return kept.page
        plain = self.html(reader, now).encode()
        tag = f'"{blake2b(plain, digest_size=12).hexdigest()}"'
        page = Painted(plain, gzip.compress(plain, COMPRESSION, mtime=0), tag)
        self._kept[key] = _Kept(
            self.board.revision, now, self._holds_until(reader.language, now), page
        )
        return page

    def html(self, reader: Reader, now: datetime, selection: Selection = EVERYTHING) -> str:
        view = self.view(reader.language, now, selection)
        return render(
            "wall.html",
            reader.language,
            reader=reader,
            now=now,
            view=view,
            selection=selection,
            choices=self._choices(reader.language),
            groups=tuple(self._groups(view, reader.language, now, selection)),
            looks=tuple(Look),
            live=None if selection.environment else f"/live?after={self.mark}",
            at_home=True,
        )

    def headline(self, language: Language, now: datetime) -> str:
        view = self.view(language, now)
        choices = self._choices(language)
        return render("headline.html", language, view=view, choices=choices, now=now)

    def rows(self, language: Language, now: datetime) -> Mapping[str, str]:
        """Every row by the id of its element."""
        judgements = self._judgements[language]
        judgements.refresh(now)
        rows = (judgements.row(line) for line in judgements.views)
        return {row.id: row.html for row in rows if row}

    def _groups(
        self, view: StatusView, language: Language, now: datetime, selection: Selection
    ) -> Iterable[Group]:
        """Rows by chain, in the order of the chains; within one in that of the catalogue."""
        by_chain: dict[Chain, list[Markup]] = {chain: [] for chain in Chain}
        known = {one.id: one for one in self.board.landscape.interfaces}
        for interface in view.interfaces:
            for line in interface.lines:
                row = self._judgements[language].row(LineId.parse(line.id))
                if row is None or selection.environment:  # then it is narrower
                    row = draw(known[interface.id], line, now, language, None)
                by_chain[interface.chain].append(row.html)
        return (Group(chain, tuple(rows)) for chain, rows in by_chain.items() if rows)

    def _choices(self, language: Language) -> Choices:
        landscape = self.board.landscape
        used = {interface.chain for interface in landscape.interfaces}
        lines = self._judgements[language].views.values()
        return Choices(
            chains=tuple(chain for chain in Chain if chain in used),
            environments=landscape.environments,
            lines=len(lines),
            trouble=sum(map(wants_a_look, lines)),
        )

    def _holds_until(self, language: Language, now: datetime) -> datetime:
        """When the page tells another time although nothing is recorded."""
        moments = [now + MINUTE]
        if lines := self._judgements[language].holds_until:
            moments.append(lines)
        if (stale := stale_from(self.board)) and stale > now:
            moments.append(stale)
        return min(moments)
