"""What runs in one process, and how its parts hear of each other."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from structlog.stdlib import get_logger

from checks.client import Clients
from monitor.accord import Accord
from monitor.alerts.post_office import PostOffice
from monitor.catalogue.loader import Catalogue
from monitor.catalogue.reload import Reloader
from monitor.couriers import Couriers
from monitor.crier import Crier
from monitor.domain.landscape import CheckId, TargetId
from monitor.domain.observation import Missed, Observation
from monitor.household import Household
from monitor.measuring import count_carried, measure_owed
from monitor.monitor import Monitor
from monitor.outside import Outside
from monitor.recorder import Recorded, Recorder
from monitor.releases import arrived_since, newer_releases
from monitor.scheduling.asker import Asker
from monitor.scheduling.batch import Origin
from monitor.scheduling.dispatcher import VERSION, Dispatcher, unreachable
from monitor.scheduling.intake import Intake, Written
from monitor.scheduling.lease import lease_on, led_by
from monitor.scheduling.scheduler import HASTE, Scheduler
from monitor.scheduling.watchdog import Upset
from monitor.storage.bulk import parts
from monitor.storage.engine import Database
from monitor.storage.retention import Keep

log = get_logger(__name__)


class Works:
    """All parts of one process, connected and at rest."""

    def __init__(
        self,
        monitor: Monitor,
        clients: Clients,
        secrets: Mapping[str, str],
        catalogue: Catalogue,
        reloader: Reloader,
        *,
        couriers: Couriers,
    ) -> None:
        self.asker = Asker(clients, {})
        self.monitor = replace(monitor, keep=self._keep, ask=self.asker.ask)
        self.board = board = monitor.board
        self.lease = lease_on(
            *(monitor.database, monitor.clock, monitor.settings.lease),
            skewed=monitor.telemetry.skewed,
            begins=self._take_over,
            catalogue=lambda: self.origin.catalogue,
        )
        self.led = led = led_by(self.lease, monitor.database)
        self.recorder = Recorder(led, lambda: board.landscape)
        self.intake = Intake(self.recorder, self._told, self.troubled, partial(_alive, led))
        self.reports = Intake(  # what others saw is taken also where we do not ask
            Recorder(monitor.database, lambda: board.landscape),
            *(self._told, self.troubled, partial(_alive, monitor.database)),
        )
        self.scheduler = self._new_scheduler()
        self.asking = False
        self.dispatcher = Dispatcher(
            led,
            monitor.settings.database_url,
            monitor.clock,
            monitor.telemetry.not_asked,  # it records by itself
            here=monitor.settings.location,
            waiting=monitor.telemetry.handed_out,
        )
        settings = monitor.settings
        kept = Keep(settings.keep_raw, settings.keep_hourly, settings.keep_daily)
        self.household = Household(led, board, monitor.clock, kept)
        self.crier = Crier(led, board, monitor.clock)
        told = (monitor.database, monitor.telemetry)
        self.accord = Accord(*told, lambda: self.origin.catalogue, self._leads)
        self.couriers = couriers
        self.post_office = PostOffice(
            *(monitor.database, lambda: board.landscape, couriers.by_channel),
            *(monitor.derived, monitor.clock),
            noted=partial(count_carried, monitor.telemetry),
            measured=partial(measure_owed, monitor.telemetry),
        )
        beats = monitor.telemetry.heartbeat
        beats.expected = couriers.heartbeat is not None
        self.outside = Outside(led, board, monitor.clock, couriers, arrived=beats.arrived)
        self.stirred = asyncio.Event()  # what gates are decided on has changed
        self.reloader = reloader
        self.catalogue = catalogue
        self._secrets = secrets
        self._bind(catalogue)
        self.dispatcher.follow(catalogue.landscape, self.origin)

    def begin_asking(self) -> None:
        """Ask from now on; what was not asked since the last slots counts as missed."""
        self.scheduler = self._new_scheduler()
        self.asking = True
        last_slots = {
            CheckId(standing.target, name): check.last_slot
            for standing in self.board.standings.values()
            for name, check in standing.checks.items()
            if check.last_slot
        }
        self.scheduler.start(self.board.landscape, last_slots)
        self.dispatcher.begin(last_slots.keys())
        self.board.coming = self.scheduler.next_look
        begin = self.monitor.clock() - HASTE
        for target, since in arrived_since(self.board.standings.values(), begin):
            self.watch_closely((target,), since + HASTE)

    async def end_asking(self, within: timedelta) -> None:
        """Ask nothing more; what is under way may end `within`, and is dropped after it."""
        self.asking = False
        await self.scheduler.stop(within)

    def follow(self, catalogue: Catalogue) -> None:
        """Bring another catalogue into force: all at once, between two probes."""
        self.catalogue = catalogue
        self._bind(catalogue)
        self.board.replan(catalogue.landscape)
        if self.asking:
            self.scheduler.follow(catalogue.landscape)
        self.dispatcher.follow(catalogue.landscape, self.origin)
        log.info("catalogue in force", checks=len(self.asker.bound))

    async def look_at_files(self) -> None:
        """Take a changed catalogue, or keep the last good one and say why."""
        found = await asyncio.to_thread(self.reloader.look)
        if isinstance(found, Catalogue):
            settings = self.monitor.settings
            if why := unreachable(found.landscape, settings.database_url, settings.location):
                self._keep_the_old(why)
                return
            self.follow(found)
        elif found is not None:
            self._keep_the_old(str(found))

    @property
    def origin(self) -> Origin:
        """By what we plan, and can ask."""
        return Origin(self.catalogue.digest, VERSION)

    async def look_at_age(self) -> None:
        for some in parts(tuple(self.board.standings)):
            self.board.age(self.monitor.clock(), some)
            await asyncio.sleep(0)  # 100,000 at a time would hold up all else for 0.4 s
        self.monitor.telemetry.intake.set(self.intake.depth + self.reports.depth)

    def show(self, recorded: Recorded, at: datetime) -> None:
        self.board.apply(
            recorded.standings,
            recorded.incidents,
            at,
            findings=recorded.findings,
            rollouts=recorded.rollouts,
            editions=recorded.editions,
        )

    async def look_at_releases(self) -> None:
        """Take over what another process announced, or ended; mostly one small read."""
        if found := await newer_releases(self.monitor.database, self.board.edition):
            self.board.recall_releases(found)
            self.stirred.set()

    def watch_closely(self, targets: Iterable[TargetId], until: datetime) -> None:
        """Ask more often where a version arrived (semantics.md, section 5)."""
        if not self.asking:
            return
        plans = self.board.landscape.targets
        for target in targets:
            if plan := plans.get(target):
                self.scheduler.hasten((probe.id for probe in plan.probes), until)

    def upset(self, upset: Upset) -> None:
        log.warning(str(upset))
        if self.asking:
            self.scheduler.recover(upset)

    def _new_scheduler(self) -> Scheduler:
        return Scheduler(
            *(self.monitor.clock, self.asker.ask, self._seen, self.missed),
            behind=lambda: self.intake.behind,
            here=self.monitor.settings.location,
        )

    def _bind(self, catalogue: Catalogue) -> None:
        ca_file = self.monitor.settings.ca_file
        self.monitor.telemetry.in_force(catalogue.digest)
        self.asker.bound = catalogue.bound(self._secrets, str(ca_file) if ca_file else None)
        for warning in catalogue.warnings(self._secrets):
            log.warning(warning)

    def _keep_the_old(self, why: str) -> None:
        log.error("the changed catalogue is not in force", problems=why)
        self.board.catalogue_trouble = why
        self.board.touch()
        self.monitor.telemetry.catalogue_ok.set(0)

    def _seen(self, seen: Observation) -> None:
        self.monitor.telemetry.seen(seen)
        self.intake.take(seen)

    async def _keep(self, reported: Observation) -> bool:
        self.monitor.telemetry.seen(reported)
        return await self.reports.keep(reported)

    def missed(self, missed: Missed) -> None:
        self.monitor.telemetry.not_asked(missed)
        self.intake.miss(missed)

    def _told(self, written: Written) -> None:
        recorded, now = written.recorded, self.monitor.clock()
        self.monitor.telemetry.recorded(written.batch, recorded.events, written.seconds, now)
        self.show(recorded, now)
        if self.asking:
            self.scheduler.recheck(recorded.rechecks)
        self.watch_closely(recorded.arrivals, now + HASTE)
        if recorded.findings or recorded.rollouts or recorded.incidents:
            self.stirred.set()

    def troubled(self, trouble: str) -> None:
        self.monitor.telemetry.database_ok.set(0)
        self.board.complain(trouble)

    def _leads(self) -> bool:
        """Whether our catalogue is the one that counts; a worker asks, and follows another's."""
        return self.lease is not None and self.lease.held

    def _take_over(self) -> None:
        """What we saw when we led before was accounted for by who led since."""
        if lost := self.intake.forget():
            log.warning("another process led meanwhile", observations_dropped=lost)


async def _alive(database: Database) -> None:
    """StorageError when nothing can be written."""
    async with database.begin():
        pass
