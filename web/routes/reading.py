"""What a page needs from the database, read in one transaction."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Depends, HTTPException, Request

from monitor.bootstrap import Monitor
from monitor.domain.landscape import Interface, Line, TargetPlan
from monitor.storage.queries import Queries
from web.context import Now, Tongue, Watched
from web.live.wall import Wall
from web.templating.chart import DRAWN
from web.views.announced import announced
from web.views.environment import EnvironmentView, environment_view
from web.views.history import observation_view, sighting_view, signals
from web.views.interface import (
    InterfaceView,
    LineDetail,
    TargetHistory,
    check_views,
    interface_view,
    line_detail,
)
from web.views.line import LineView
from web.views.selection import Selection
from web.views.titles import Titles
from web.views.uptime import day_shares, response_times, windows
from web.words.language import Language

HISTORY = timedelta(days=90)
A_DAY = timedelta(hours=24)
READ = 24
"""Newest answers in which signs of deprecation are looked for."""
SHOWN = 12


class Reading:
    """Everything that one answer says is of one moment, in one language."""

    def __init__(self, monitor: Monitor, wall: Wall, language: Language, now: datetime) -> None:
        self._monitor = monitor
        self._wall = wall
        self._language = language
        self._now = now
        self._titles = Titles(monitor.board.landscape, language)

    async def interface(self, id_: str) -> InterfaceView:
        interface = self._interface(id_)
        lines = self._lines()
        async with self._monitor.database.read() as tx:
            queries = Queries(tx)
            details = [
                await self._detail(queries, line, lines[str(line.id)]) for line in interface.lines
            ]
        every = announced(self._monitor.board, self._now)
        return interface_view(interface, details, every, self._titles)

    async def line(self, interface: str, name: str) -> LineDetail:
        line = next((one for one in self._interface(interface).lines if one.id.line == name), None)
        if line is None:
            raise HTTPException(404, "This interface has no line of that name; ask /interfaces.")
        async with self._monitor.database.read() as tx:
            return await self._detail(Queries(tx), line, self._lines()[str(line.id)])

    async def environment(self, id_: str) -> EnvironmentView:
        if self._monitor.board.landscape.environment(id_) is None:
            raise HTTPException(404, "There is no environment of that name; ask /status.")
        status = self._wall.view(self._language, self._now, Selection(environment=id_))
        async with self._monitor.database.read() as tx:
            incidents = await Queries(tx).incidents(open_only=False)
        return environment_view(id_, status, incidents, self._titles)

    def _interface(self, id_: str) -> Interface:
        interface = self._monitor.board.landscape.interface(id_)
        if interface is None:
            raise HTTPException(404, "There is no interface of that name; ask /interfaces.")
        return interface

    def _lines(self) -> dict[str, LineView]:
        status = self._wall.view(self._language, self._now)
        return {line.id: line for interface in status.interfaces for line in interface.lines}

    async def _detail(self, queries: Queries, line: Line, view: LineView) -> LineDetail:
        history = [
            await self._history(queries, plan)
            for environment in self._monitor.board.landscape.environments
            if (plan := line.targets.get(environment.id))
        ]
        sightings = [sighting_view(*one) for one in await queries.sightings(line.id)]
        return line_detail(line, view, history, sightings, self._titles)

    async def _history(self, queries: Queries, plan: TargetPlan) -> TargetHistory:
        now, target = self._now, plan.id
        long = await queries.uptime(target, now - HISTORY, now, plan)
        short = await queries.uptime(target, now - A_DAY, now, plan)
        points = await queries.response_times(target, now - DRAWN, now)
        latest = await queries.latest(target, READ)
        return TargetHistory(
            environment=target.environment,
            days=tuple(map(day_shares, long.days)),
            windows=windows(short.total, long.days),
            response_times=response_times(points),
            observations=tuple(map(observation_view, latest[:SHOWN])),
            signals=signals(latest),
            checks=check_views(plan),
        )


async def reading(request: Request, monitor: Watched, now: Now, language: Tongue) -> Reading:
    return Reading(monitor, request.state.wall, language, now)


Read = Annotated[Reading, Depends(reading)]
