"""How an environment is, told from how its targets are."""

from collections.abc import Iterable

from monitor.domain.health import State


def environment_state(states: Iterable[State], *, broken: bool) -> State:
    """Derive an environment's state; `broken`: an environment incident is open.

    Down with such an incident or with half of the targets down; else maintenance, else
    unknown where half of them are; degraded when anything is down or degraded; else up.
    What is absent or not configured is no part of it: an X+1 that has yet to come takes
    nothing away. An environment of which nothing is left is not configured, or absent.
    """
    every = tuple(state for state in states if state is not State.NOT_CONFIGURED)
    counted = tuple(state for state in every if state is not State.ABSENT)
    if not every:
        return State.NOT_CONFIGURED
    if broken:
        return State.DOWN
    if not counted:
        return State.ABSENT
    for state in (State.DOWN, State.MAINTENANCE, State.UNKNOWN):
        if 2 * counted.count(state) >= len(counted):
            return state
    troubled = State.DOWN in counted or State.DEGRADED in counted
    return State.DEGRADED if troubled else State.UP
