"""What runs in one process, and how its parts hear of each other."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from structlog.stdlib import get_logger

from checks.client import Clients
from checks.outcome import Outcome
from monitor.alerts.guard import Guard
from monitor.alerts.parcel import Fate
from monitor.alerts.post_office import PostOffice
from monitor.alerts.postman import Carried
from monitor.board import Board
from monitor.catalogue.loader import Catalogue
from monitor.catalogue.reload import Reloader
from monitor.couriers import Couriers
from monitor.desk.almanac import Almanac
from monitor.desk.derived import Derived
from monitor.desk.heralding import Herald, Scene
from monitor.desk.privacy import forget
from monitor.desk.roll_call import RollCall
from monitor.desk.signing import Signer
from monitor.domain.delivery import DeliveryKind
from monitor.domain.landscape import CheckId, TargetId
from monitor.domain.observation import Missed, Observation
from monitor.domain.subscription import Channel
from monitor.outside import Outside
from monitor.recorder import Recorded, Recorder
from monitor.releases import arrived_since, newer_releases
from monitor.scheduling.asker import Asker
from monitor.scheduling.batch import Origin
from monitor.scheduling.dispatcher import VERSION, Dispatcher, unreachable
from monitor.scheduling.intake import Intake, Written
from monitor.scheduling.lease import lease_on
from monitor.scheduling.scheduler import HASTE, Scheduler
from monitor.scheduling.watchdog import Upset
from monitor.settings import Settings
from monitor.storage.engine import Database
from monitor.storage.outbox import Outstanding
from monitor.storage.partitions import make_days
from monitor.storage.queries import Queries
from monitor.storage.retention import Keep, prune
from monitor.storage.rollup import roll
from monitor.storage.seat import admission
from monitor.telemetry import Telemetry

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Monitor:
    """What those above may use of what runs."""

    clock: Callable[[], datetime]
    board: Board
    database: Database
    telemetry: Telemetry
    settings: Settings
    signer: Signer | None = None  # None: nothing can be signed here
    derived: Derived | None = None  # None: nobody can subscribe here
    guard: Guard = field(default_factory=Guard)
    keep: Callable[[Observation], Awaitable[bool]] | None = None
    """Takes what others saw; answers when it is recorded. None: nothing is taken here."""
    ask: Callable[[CheckId], Awaitable[Outcome]] | None = None
    """Asks a check once, now, for whoever wants to see its answer. None: nothing is asked here."""
    snapshot: Path | None = None
    """Where the wall is kept for when no database can be reached. None: it is not kept."""

    @property
    def public_base_url(self) -> str | None:
        return self.settings.public_base_url


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
        )
        self.led = led = (  # nothing is written through it by who does not lead
            monitor.database.under(
                admission(self.lease.vouch, self.lease.forfeit, monitor.settings.lease)
            )
            if self.lease
            else monitor.database
        )
        self.recorder = Recorder(led, lambda: board.landscape)
        self.intake = Intake(self.recorder, self._told, self.troubled, self._alive)
        self.reports = Intake(  # what others saw is taken also where we do not ask
            Recorder(monitor.database, lambda: board.landscape),
            *(self._told, self.troubled, self._alive),
        )
        self.scheduler = self._new_scheduler()
        self.asking = False
        self.dispatcher = Dispatcher(
            led,
            monitor.settings.database_url,
            monitor.clock,
            self.missed,
            here=monitor.settings.location,
            waiting=monitor.telemetry.handed_out,
        )
        self.roll_call = RollCall(led)
        self.herald = Herald(led)
        self.almanac = Almanac(led)
        self.couriers = couriers
        self.post_office = PostOffice(
            *(monitor.database, lambda: board.landscape, couriers.by_channel),
            *(monitor.derived, monitor.clock),
            noted=self._carried,
            measured=self._owed,
        )
        self.outside = Outside(led, board, monitor.clock, couriers)
        self.stirred = asyncio.Event()  # what gates are decided on has changed
        self.reloader = reloader
        self.catalogue = catalogue
        self._secrets = secrets
        self._bind(catalogue)
        self.dispatcher.follow(catalogue.landscape, self.origin)

    async def catch_up(self) -> None:
        """Take over what other processes recorded."""
        async with self.monitor.database.read() as tx:
            queries = Queries(tx)
            standings = await queries.standings()
            incidents = await queries.incidents(open_only=True)
        self.board.take_over(standings, incidents)
        if not self.asking:
            self.board.relieve()
            self.monitor.telemetry.database_ok.set(1)

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

    async def keep_history_small(self) -> None:
        settings = self.monitor.settings
        keep = Keep(settings.keep_raw, settings.keep_hourly, settings.keep_daily)
        await prune(self.led, self.monitor.clock(), keep)

    async def forget_who_left(self) -> None:
        await forget(self.led, self.monitor.clock())

    async def make_days(self) -> None:
        await make_days(self.led, self.monitor.clock())

    async def roll_up(self) -> None:
        await roll(self.led, self.monitor.clock(), self.board.landscape)

    @property
    def origin(self) -> Origin:
        """By what we plan, and can ask."""
        return Origin(self.catalogue.digest, VERSION)

    async def call_the_roll(self) -> None:
        """Tell which of our locations fell silent, and which are heard again."""
        await self.roll_call.look(self.board.landscape, self.board.standings, self.monitor.clock())

    async def look_at_age(self) -> None:
        self.board.age(self.monitor.clock())
        self.monitor.telemetry.intake.set(self.intake.depth)

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

    async def tell_of_gates(self) -> None:
        """Tell which gates opened, and which are open no more."""
        board = self.board
        scene = Scene(
            landscape=board.landscape,
            standings=board.standings,
            findings=[*board.findings.values()],
            incidents=[*board.incidents.values()],
            rollouts=[*board.rollouts.values()],
            freezes=board.freezes,
        )
        await self.herald.look(scene, self.monitor.clock())

    async def tell_what_time_brings(self) -> None:
        """Tell of maintenance that starts or ends, and of support that does."""
        board = self.board
        await self.almanac.look(board.landscape, board.maintenance, self.monitor.clock())

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
        telemetry = self.monitor.telemetry
        telemetry.database_ok.set(1)
        telemetry.batch_size.observe(written.size)
        telemetry.batch_duration.observe(written.seconds)
        recorded = written.recorded
        now = self.monitor.clock()
        self.show(recorded, now)
        if self.asking:
            self.scheduler.recheck(recorded.rechecks)
        self.watch_closely(recorded.arrivals, now + HASTE)
        if recorded.findings or recorded.rollouts or recorded.incidents:
            self.stirred.set()

    def _carried(self, carried: Carried) -> None:
        delivery, receipt = carried.claim.delivery, carried.receipt
        at_once = delivery.kind is DeliveryKind.EVENT and delivery.attempts == 1
        arrived = receipt.fate is Fate.ARRIVED and at_once
        delay = carried.at - delivery.created_at if arrived else None
        channel = carried.claim.subscription.channel
        self.monitor.telemetry.delivered(channel, receipt.fate.value, delay)

    def _owed(self, outstanding: Mapping[Channel, Outstanding], now: datetime) -> None:
        nothing = Outstanding(0, None, 0)
        for channel in Channel:
            of_it = outstanding.get(channel, nothing)
            overdue = now - (of_it.first_due or now)
            self.monitor.telemetry.owed(channel, of_it.count, overdue, of_it.dead)

    def troubled(self, trouble: str) -> None:
        self.monitor.telemetry.database_ok.set(0)
        self.board.complain(trouble)

    async def _alive(self) -> None:
        async with self.led.begin():
            pass

    def _take_over(self) -> None:
        """What we saw when we led before was accounted for by who led since."""
        if lost := self.intake.forget():
            log.warning("another process led meanwhile", observations_dropped=lost)
