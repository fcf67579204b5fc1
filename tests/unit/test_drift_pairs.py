"""A catalogue that orders more than LTO before PROD: each pair is judged by itself."""

from dataclasses import replace

from tests.unit.drifting import Story, watched

PAIRS = (("lto", "pre"), ("pre", "prod"))


def story(*pairs: tuple[str, str]) -> Story:
    return Story(replace(watched(), must_precede=pairs))


def test_only_the_pair_whose_order_is_broken_is_told() -> None:
    told = story(*PAIRS).tell(lto="1 1 2*6", pre="1*8", prod="1*4 2*4")
    assert told.kinds == ["order-broken pre prod"]


def test_what_came_to_the_end_first_breaks_one_order_after_the_other() -> None:
    told = story(*PAIRS).tell(lto="1*9", pre="1*5 2*4", prod="1*2 2*7")
    assert told.ever == ["order-broken pre prod", "order-broken lto pre"]
    assert told.kinds == ["order-broken lto pre"]


def test_a_pair_that_is_not_ordered_is_not_judged() -> None:
    told = story(*PAIRS).tell(lto="1*9", pre="-", prod="1*2 2*7")
    assert told.kinds == ["lag"]


def test_an_environment_that_the_line_does_not_have_is_passed_over() -> None:
    told = Story(
        replace(watched(environments=("lto", "prod")), must_precede=(*PAIRS, ("lto", "prod")))
    ).tell(lto="1*6", prod="1 1 2*4")
    assert told.kinds == ["order-broken lto prod"]
