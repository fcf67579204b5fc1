"""The same landscape, watched at a calmer pace."""

from dataclasses import replace
from datetime import timedelta

from monitor.domain.landscape import STALE_INTERVALS, Interface, Landscape, Line, Probe


def paced(landscape: Landscape, step: timedelta) -> Landscape:
    """Look no more often than every `step`, and wait as much longer before calling it stale.

    For time-lapse: what is asked every two hours must not be stale for most of them.
    """
    return replace(
        landscape,
        interfaces=tuple(_interface(one, step) for one in landscape.interfaces),
        references=tuple(_probe(one, step) for one in landscape.references),
        policy=replace(landscape.policy, interval=max(landscape.policy.interval, step)),
    )


def _interface(interface: Interface, step: timedelta) -> Interface:
    return replace(interface, lines=tuple(_line(line, step) for line in interface.lines))


def _line(line: Line, step: timedelta) -> Line:
    return replace(
        line,
        policy=replace(line.policy, interval=max(line.policy.interval, step)),
        targets={
            environment: replace(plan, probes=tuple(_probe(one, step) for one in plan.probes))
            for environment, plan in line.targets.items()
        },
    )


def _probe(probe: Probe, step: timedelta) -> Probe:
    return replace(
        probe,
        interval=max(probe.interval, step),
        stale_after=max(probe.stale_after, STALE_INTERVALS * step),
    )
