"""What we tell about ourselves: every Prometheus metric, named once.

Labels are enumerated: environments, lines and states of the catalogue, classes of outcome.
The one text from outside is a version, and that was read by a strict pattern.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from importlib.metadata import version

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)

from monitor.board import Board
from monitor.domain.event import Event
from monitor.domain.observation import Missed, Observation
from monitor.domain.subscription import Channel
from monitor.gauges import Checks, Conclusions, Connections, Heartbeat, Locations, Targets
from monitor.storage.engine import Database
from monitor.tracing import Tracing, Untraced

DURATIONS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
TRANSACTIONS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
LATENESSES = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5)
DELAYS = (0.05, 0.1, 0.25, 0.5, 1, 2, 5, 15, 60)
SIZES = (1, 5, 10, 50, 100, 250, 500)
LATE = 1.0
"""Seconds after its slot from which a start counts as late."""


class Telemetry:
    """Everything is counted in the event loop; a scrape reads and changes nothing."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self.registry = registry = CollectorRegistry()
        self.tracing: Tracing = Untraced()
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        for collector in (Targets, Checks, Conclusions, Locations):
            registry.register(collector(board))
        self.heartbeat = Heartbeat()
        registry.register(self.heartbeat)
        self._about_the_database(registry)
        self.probes = Counter(
            "ketenwacht_probes",
            "Answers by environment and class of outcome.",
            ("environment", "outcome"),
            registry=registry,
        )
        self.duration = Histogram(
            "ketenwacht_probe_duration_seconds",
            "From the start of a probe to its end.",
            ("environment",),
            buckets=DURATIONS,
            registry=registry,
        )
        self.lateness = Histogram(
            "ketenwacht_probe_lateness_seconds",
            "From a slot to the start of its probe.",
            buckets=LATENESSES,
            registry=registry,
        )
        self.late = Counter(
            "ketenwacht_slots_late", "Slots that began more than 1 s late.", registry=registry
        )
        self.missed = Counter(
            "ketenwacht_slots_missed",
            "Slots in which nothing was asked or kept.",
            ("environment",),
            registry=registry,
        )
        self._about_ourselves(registry)

    def _about_the_database(self, registry: CollectorRegistry) -> None:
        self.transactions = Histogram(
            "ketenwacht_database_transaction_seconds",
            "From asking for a connection to the commit.",
            ("kind",),
            buckets=TRANSACTIONS,
            registry=registry,
        )
        self.database_ok = Gauge(
            "ketenwacht_database_ok", "1: the last batch was committed.", registry=registry
        )
        self.database_ok.set(1)

    def _about_ourselves(self, registry: CollectorRegistry) -> None:
        self.intake = Gauge(
            "ketenwacht_intake_observations", "Seen, not yet recorded.", registry=registry
        )
        self.batch_size = Histogram(
            "ketenwacht_batch_observations",
            "Observations per committed batch.",
            buckets=SIZES,
            registry=registry,
        )
        self.batch_duration = Histogram(
            "ketenwacht_batch_duration_seconds", "From a batch to its commit.", registry=registry
        )
        self.loop_lag = Gauge(
            "ketenwacht_event_loop_lag_seconds", "Lag at the last look.", registry=registry
        )
        self.build = Info(
            "ketenwacht_build", "Which Ketenwacht this is, and by what it works.", registry=registry
        )
        self.build.info({"version": version("ketenwacht"), "catalogue": ""})
        self.kept = Gauge(
            "ketenwacht_snapshot_timestamp_seconds",
            "When the page that outlives the database was last kept.",
            registry=registry,
        )
        self.catalogue_ok = Gauge(
            "ketenwacht_catalogue_ok",
            "1: the catalogue on disk is in force; 0: an older one is.",
            registry=registry,
        )
        self.batches = Gauge(
            "ketenwacht_queue_batches",
            "Batches that wait for a worker at a location.",
            ("location",),
            registry=registry,
        )
        self.leads = Gauge(
            "ketenwacht_leader", "1: this process asks; 0: another does.", registry=registry
        )
        self.epoch = Gauge(
            "ketenwacht_leader_epoch",
            "In which this process led last; 0: it never did, or nobody else can lead.",
            registry=registry,
        )
        self.skew = Gauge(
            "ketenwacht_clock_skew_seconds",
            "How far our clock is ahead of the database's.",
            registry=registry,
        )
        self.same_catalogue = Gauge(
            "ketenwacht_leader_catalogue_same",
            "1: whoever leads works by our catalogue; 0: by another.",
            registry=registry,
        )
        self.same_catalogue.set(1)
        self.catalogue_ok.set(1)
        self._about_telling(registry)

    def _about_telling(self, registry: CollectorRegistry) -> None:
        self.deliveries = Counter(
            "ketenwacht_delivery_attempts",
            "Attempts to deliver, by channel and what became of them.",
            ("channel", "fate"),
            registry=registry,
        )
        self.delivery_delay = Histogram(
            "ketenwacht_delivery_delay_seconds",
            "From an event to its arrival, for what arrived at the first try.",
            ("channel",),
            buckets=DELAYS,
            registry=registry,
        )
        self.outstanding = Gauge(
            "ketenwacht_deliveries_waiting",
            "Deliveries that wait to be sent, digests and reminders of later hours too.",
            ("channel",),
            registry=registry,
        )
        self.dead = Gauge(
            "ketenwacht_deliveries_dead",
            "Deliveries that were given up, and that an operator can send once more.",
            ("channel",),
            registry=registry,
        )
        self.overdue = Gauge(
            "ketenwacht_delivery_overdue_seconds",
            "For how long the delivery that is due longest has been due.",
            ("channel",),
            registry=registry,
        )

    def in_force(self, digest: str) -> None:
        """A catalogue of that content is worked by."""
        for environment in self._board.landscape.environments:
            self.missed.labels(environment.id)  # from 0, so that the first one is an increase
        self.build.info({"version": version("ketenwacht"), "catalogue": digest})
        self.catalogue_ok.set(1)

    def page_kept(self, at: datetime) -> None:
        self.kept.set(at.timestamp())

    def watch_database(self, database: Database) -> None:
        self.registry.register(Connections(lambda: database.connections))
        reads, writes = (self.transactions.labels(kind) for kind in ("read", "write"))
        database.took = lambda wrote, seconds: (writes if wrote else reads).observe(seconds)

    def led(self, epoch: int) -> None:
        """We lead from now on."""
        self.leads.set(1)
        self.epoch.set(epoch)

    def skewed(self, by: timedelta) -> None:
        self.skew.set(by.total_seconds())

    def seen(self, one: Observation) -> None:
        environment = one.check.target.environment
        self.probes.labels(environment, one.outcome.outcome_class.value).inc()
        if (total := one.outcome.phases.total) is not None:
            self.duration.labels(environment).observe(total)
        lateness = max(0.0, (one.at - one.slot).total_seconds())
        self.lateness.observe(lateness)
        if lateness > LATE:
            self.late.inc()
        self.tracing.seen(one)

    def recorded(
        self, batch: Sequence[Observation], events: Sequence[Event], seconds: float, now: datetime
    ) -> None:
        """A batch was committed just now, and with it what it told."""
        self.database_ok.set(1)
        self.batch_size.observe(len(batch))
        self.batch_duration.observe(seconds)
        self.tracing.recorded(batch, events, now - timedelta(seconds=seconds), now)

    def not_asked(self, missed: Missed) -> None:
        self.missed.labels(missed.check.target.environment).inc(missed.count)

    def handed_out(self, waiting: Mapping[str, int]) -> None:
        for location, batches in waiting.items():
            self.batches.labels(location).set(batches)

    def delivered(self, channel: Channel, fate: str, delay: timedelta | None) -> None:
        """Note an attempt; `delay` None: it did not arrive, or not at the first try."""
        self.deliveries.labels(channel.value, fate).inc()
        if delay is not None:
            self.delivery_delay.labels(channel.value).observe(max(0.0, delay.total_seconds()))

    def owed(self, channel: Channel, waiting: int, overdue: timedelta, dead: int) -> None:
        self.outstanding.labels(channel.value).set(waiting)
        self.dead.labels(channel.value).set(dead)
        self.overdue.labels(channel.value).set(max(0.0, overdue.total_seconds()))

    def exposition(self) -> bytes:
        """Return everything in Prometheus' text format."""
        return generate_latest(self.registry)
