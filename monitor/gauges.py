"""What is so just now, read from the board at each scrape; it changes nothing."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector
from typing_extensions import override

from monitor.board import Board
from monitor.domain.finding import FindingKind, Severity
from monitor.domain.health import State
from monitor.domain.incident import IncidentKind
from monitor.domain.landscape import CheckId
from monitor.domain.location import last_heard


class Targets(Collector):
    """State and version of every target, read from what is concluded."""

    def __init__(self, board: Board) -> None:
        self._board = board

    @override
    def collect(self) -> Iterator[Metric]:
        where = ("interface", "line", "environment")
        state = GaugeMetricFamily(
            "ketenwacht_target_state", "1: the state it is in.", labels=(*where, "state")
        )
        since = GaugeMetricFamily(
            "ketenwacht_target_last_seen_timestamp_seconds", "Its newest answer.", labels=where
        )
        version = InfoMetricFamily(
            "ketenwacht_target_version", "What it runs, where that is settled.", labels=where
        )
        for one in self._board.standings.values():
            target = one.target
            place = (target.line.interface, target.line.line, target.environment)
            for each in State:
                state.add_metric((*place, each.value), float(one.state is each))
            if one.last_at:
                since.add_metric(place, _seconds(one.last_at))
            if one.readings.settled and one.readings.settled.seen.version:
                version.add_metric(place, {"version": one.readings.settled.seen.version})
        yield from (state, since, version)


class Checks(Collector):
    """The state of every check, wherever it is asked: one sample each, its own."""

    def __init__(self, board: Board) -> None:
        self._board = board

    @override
    def collect(self) -> Iterator[Metric]:
        where = ("interface", "line", "environment", "check", "location")
        state = GaugeMetricFamily(
            "ketenwacht_check_state", "1: the state it is in.", labels=(*where, "state")
        )
        for one in self._board.standings.values():
            target = one.target
            place = (target.line.interface, target.line.line, target.environment)
            for name, check in one.checks.items():
                id_ = CheckId(target, name)
                state.add_metric((*place, id_.check, id_.location, check.state.value), 1.0)
        yield state


class Conclusions(Collector):
    """What is wrong just now, and how fresh what a page shows is."""

    def __init__(self, board: Board) -> None:
        self._board = board

    @override
    def collect(self) -> Iterator[Metric]:
        findings = GaugeMetricFamily(
            "ketenwacht_findings", "Open findings.", labels=("kind", "severity")
        )
        found = Counter((one.kind, one.severity) for one in self._board.findings.values())
        for kind in FindingKind:
            for severity in Severity:
                findings.add_metric((kind.value, severity.value), found[kind, severity])
        incidents = GaugeMetricFamily(
            "ketenwacht_incidents", "Open incidents that the rules opened.", labels=("kind",)
        )
        opened = Counter(one.kind for one in self._board.incidents.values())
        for each in IncidentKind:
            incidents.add_metric((each.value,), opened[each])
        recorded = GaugeMetricFamily(
            "ketenwacht_recorded_timestamp_seconds", "When something was last recorded."
        )
        if self._board.recorded_at:
            recorded.add_metric((), _seconds(self._board.recorded_at))
        checks = GaugeMetricFamily("ketenwacht_catalogue_checks", "Checks of the catalogue.")
        checks.add_metric((), len(self._board.landscape.probes))
        yield from (findings, incidents, recorded, checks)


class Locations(Collector):
    """Which vantage points are heard; the one without a name is that of whoever leads."""

    def __init__(self, board: Board) -> None:
        self._board = board

    @override
    def collect(self) -> Iterator[Metric]:
        landscape = self._board.landscape
        last = GaugeMetricFamily(
            "ketenwacht_location_last_heard_timestamp_seconds",
            "The newest answer from there; 0: there never was one.",
            labels=("location",),
        )
        often = GaugeMetricFamily(
            "ketenwacht_location_interval_seconds",
            "How often something is asked from there, at the least.",
            labels=("location",),
        )
        heard = last_heard(landscape, self._board.standings)
        for location, targets in landscape.asked_from.items():
            at = heard.get(location)
            last.add_metric((location,), _seconds(at) if at else 0.0)
            often.add_metric((location,), min(targets.values()).total_seconds())
        yield from (last, often)


class Connections(Collector):
    """How many connections to the database are in use, of how many."""

    def __init__(self, connections: Callable[[], Mapping[str, tuple[int, int]]]) -> None:
        self._connections = connections

    @override
    def collect(self) -> Iterator[Metric]:
        used = GaugeMetricFamily(
            "ketenwacht_database_connections_in_use", "Just now.", labels=("kind",)
        )
        most = GaugeMetricFamily(
            "ketenwacht_database_connections_max", "At most.", labels=("kind",)
        )
        for kind, (now, at_most) in self._connections().items():
            used.add_metric((kind,), now)
            most.add_metric((kind,), at_most)
        yield from (used, most)


class Heartbeat(Collector):
    """When a sign of life last arrived outside; no sample where none is to be given."""

    def __init__(self) -> None:
        self.expected = False
        self._arrived_at: datetime | None = None

    def arrived(self, at: datetime) -> None:
        self._arrived_at = at

    @override
    def collect(self) -> Iterator[Metric]:
        last = GaugeMetricFamily(
            "ketenwacht_heartbeat_last_success_timestamp_seconds",
            "When a sign of life last arrived outside; 0: none of this process did.",
        )
        if self.expected:
            last.add_metric((), _seconds(self._arrived_at) if self._arrived_at else 0.0)
        yield last


def _seconds(moment: datetime) -> float:
    return moment.timestamp()
