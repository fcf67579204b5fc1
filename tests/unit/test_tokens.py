"""A token is known by its hash, for its time, and nothing else passes for one."""

from datetime import timedelta

import pytest

from monitor.desk.tokens import digest, id_in, in_force, is_genuine, issue, worth_telling
from monitor.domain.token import Scope
from tests.building import MINUTE, NOON


def test_a_token_is_recognised_by_its_hash_alone() -> None:
    one, other = (issue("pipeline", [Scope.ROLLOUTS_WRITE], NOON) for _ in range(2))
    assert is_genuine(one.text, one.digest)
    assert not is_genuine(other.text, one.digest)
    assert not is_genuine(one.text, None)
    assert len(one.digest) == 32
    assert id_in(one.text) == one.token.id != other.token.id


def test_a_secret_has_256_bits_and_is_not_shown() -> None:
    issued = issue("pipeline", [Scope.ROLLOUTS_WRITE], NOON)
    secret = issued.text.rpartition(issued.token.id)[2]
    assert len(secret) == 1 + 43  # 43 characters of base64url hold 32 bytes
    assert secret not in repr(issued)
    assert secret not in repr(issued.token)


@pytest.mark.parametrize(
    "text", ["", "kw_", "kw_0123456789ab_short", "x" * 60, "kw_0123456789AB_" + "a" * 43]
)
def test_what_has_not_our_form_is_none_of_ours(text: str) -> None:
    assert id_in(text) is None
    assert not is_genuine(text, digest("something else"))


def test_a_token_ends_when_it_expires_or_is_revoked() -> None:
    issued = issue("pipeline", [], NOON, NOON + MINUTE).token
    assert in_force(issued, NOON)
    assert not in_force(issued, NOON + MINUTE)
    revoked = type(issued)(
        id="a", name="b", scopes=frozenset(), created_at=NOON, revoked_at=NOON + MINUTE
    )
    assert in_force(revoked, NOON)
    assert not in_force(revoked, NOON + MINUTE)


def test_the_last_use_is_told_at_most_once_a_minute() -> None:
    used = type(issue("a", [], NOON).token)(
        id="a", name="b", scopes=frozenset(), created_at=NOON, last_used_at=NOON
    )
    assert not worth_telling(used, NOON + timedelta(seconds=59))
    assert worth_telling(used, NOON + MINUTE)
