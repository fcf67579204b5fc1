"""How an environment is, told from how its targets are."""

import pytest

from monitor.domain.environment import environment_state
from monitor.domain.health import State

STATES = {
    "u": State.UP,
    "g": State.DEGRADED,
    "d": State.DOWN,
    "m": State.MAINTENANCE,
    "?": State.UNKNOWN,
    "a": State.ABSENT,
    "-": State.NOT_CONFIGURED,
}


@pytest.mark.parametrize(
    ("targets", "then"),
    [
        ("", State.NOT_CONFIGURED),
        ("---", State.NOT_CONFIGURED),
        ("aa-", State.ABSENT),
        ("uuuu", State.UP),
        ("uua--", State.UP),
        ("uuuud", State.DEGRADED),
        ("uuuug", State.DEGRADED),
        ("uuu?", State.UP),
        ("uu??", State.UNKNOWN),
        ("uumm", State.MAINTENANCE),
        ("uudd", State.DOWN),
        ("ddmm", State.DOWN),
        ("mm??", State.MAINTENANCE),
        ("da", State.DOWN),
    ],
)
def test_an_environment_follows_from_its_targets(targets: str, then: State) -> None:
    assert environment_state([STATES[one] for one in targets], broken=False) is then


def test_an_environment_with_an_incident_of_its_own_is_down() -> None:
    assert environment_state([State.UP, State.DOWN, State.UP], broken=True) is State.DOWN
