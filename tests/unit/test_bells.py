"""Which rows a bell names, and when it cannot tell."""

from monitor.storage.bells import Bells, Channel, tidings

BOTH = (Channel.STANDINGS, Channel.RELEASES)


def test_the_rows_of_several_commits_are_named_together_and_once() -> None:
    bells = Bells()
    with bells.hung(BOTH) as bell:
        bells.ring(tidings(Channel.STANDINGS, (3, 1)))
        bells.ring(tidings(Channel.STANDINGS, (2, 3)))
        assert bell.named(Channel.STANDINGS) == frozenset({1, 2, 3})
        assert bell.named(Channel.STANDINGS) == frozenset()


def test_what_another_channel_tells_does_not_make_rows_uncertain() -> None:
    bells = Bells()
    with bells.hung(BOTH) as bell:
        bells.ring(tidings(Channel.STANDINGS, (1,)))
        bells.ring([*tidings(Channel.RELEASES, ()), *tidings(Channel.DELIVERIES, (9,))])
        assert bell.named(Channel.STANDINGS) == frozenset({1})
        assert bell.named(Channel.RELEASES) is None


def test_who_may_have_missed_something_must_look_at_all() -> None:
    bells = Bells()
    for ring in (
        bells.ring_all,
        lambda: bells.ring(["standings"]),
        lambda: bells.ring(["standings x"]),
    ):
        with bells.hung(BOTH) as bell:
            bells.ring(tidings(Channel.STANDINGS, (1,)))
            ring()
            assert bell.named(Channel.STANDINGS) is None
            assert bell.named(Channel.STANDINGS) == frozenset()


def test_a_tiding_is_never_longer_than_postgresql_carries() -> None:
    keys = range(2**31 - 100_000, 2**31)
    told = [*tidings(Channel.STANDINGS, keys)]
    assert max(len(one.encode()) for one in told) < 8_000
    assert sorted(int(key) for one in told for key in one.split()[1:]) == [*keys]
