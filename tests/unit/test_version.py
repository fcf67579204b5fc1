"""Which version text can be believed, and which of two versions is the older."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.version import Change, Order, change, compare, readable, short_hash, unreadable_because

UNTIMED = settings(deadline=None)  # a busy machine is no counterexample
NUMBERS = st.integers(min_value=0, max_value=30).map(str)
WORDS = st.sampled_from(["alpha", "beta", "rc", "SNAPSHOT", "x-y", "0a"]) | NUMBERS
PARSABLE = st.builds(
    lambda v, numbers, words, build: (
        v + ".".join(numbers) + ("-" if words else "") + ".".join(words) + build
    ),
    st.sampled_from(["", "v", "V"]),
    st.lists(NUMBERS, min_size=1, max_size=3),
    st.lists(WORDS, max_size=3),
    st.sampled_from(["", "+abc", "+7.f00"]),
)
ANY = PARSABLE | st.text(max_size=8)

MIRROR = {
    Order.OLDER: Order.NEWER,
    Order.NEWER: Order.OLDER,
    Order.SAME: Order.SAME,
    Order.UNORDERED: Order.UNORDERED,
}


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("1.9", "1.10"),
        ("8.5.2", "8.5.10"),
        ("v8", "9"),
        ("4", "4.0.1"),
        ("2.0.0-rc.1", "2.0.0"),
        ("2.0.0-alpha", "2.0.0-alpha.1"),
        ("2.0.0-alpha.1", "2.0.0-alpha.beta"),
        ("2.0.0-beta.2", "2.0.0-beta.11"),
        ("2.0.0-beta.11", "2.0.0-rc.1"),
        ("2-rc1", "2"),
    ],
)
def test_the_older_comes_before_the_newer(older: str, newer: str) -> None:
    assert compare(older, newer) is Order.OLDER
    assert compare(newer, older) is Order.NEWER


@pytest.mark.parametrize(
    ("one", "other"),
    [("5", "5.0.0"), ("v5", "5"), ("5.1", "5.1.0"), ("1.2.3+a", "1.2.3+b"), ("V2-rc", "2.0-rc+7")],
)
def test_what_is_left_out_or_decoration_makes_no_difference(one: str, other: str) -> None:
    assert compare(one, other) is Order.SAME


@pytest.mark.parametrize(
    "odd",
    ["stop-1.4", "1.2.3.4", "01.2", "1.2-", "1.0-01", "1..2", "latest", "", "1.2.3_4", "\u0661.2"],
)
def test_what_cannot_be_parsed_is_never_older_or_newer(odd: str) -> None:
    assert compare(odd, "1.2.3") is Order.UNORDERED
    assert compare("1.2.3", odd) is Order.UNORDERED
    assert compare(odd, odd) is Order.SAME


def test_an_endless_number_is_unordered_and_breaks_nothing() -> None:
    assert compare("9" * 5000, "1") is Order.UNORDERED


@UNTIMED
@given(ANY)
def test_a_version_is_the_same_as_itself(version: str) -> None:
    assert compare(version, version) is Order.SAME


@UNTIMED
@given(ANY, ANY)
def test_turned_round_the_order_is_turned_round(a: str, b: str) -> None:
    assert compare(b, a) is MIRROR[compare(a, b)]


@UNTIMED
@given(PARSABLE, PARSABLE)
def test_parsable_versions_are_always_ordered(a: str, b: str) -> None:
    assert compare(a, b) is not Order.UNORDERED


@UNTIMED
@given(PARSABLE, PARSABLE, PARSABLE)
def test_the_order_is_transitive(a: str, b: str, c: str) -> None:
    not_newer = (Order.OLDER, Order.SAME)
    if compare(a, b) in not_newer and compare(b, c) in not_newer:
        together = {compare(a, b), compare(b, c)}
        expected = Order.SAME if together == {Order.SAME} else Order.OLDER
        assert compare(a, c) is expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("8.5.2", "9.0.0", Change.MAJOR),
        ("9", "8.5", Change.MAJOR),
        ("8.5.2", "8.6.0", Change.MINOR),
        ("8.5.2", "8.5.3", Change.PATCH),
        ("8.5", "8.5.0", Change.PATCH),
        ("8.5.0-rc.1", "8.5.0", Change.PATCH),
        ("stop-1.3", "stop-1.4", Change.MAJOR),
        ("stop-1.3", "stop-1.3", Change.PATCH),
    ],
)
def test_a_step_has_a_class(old: str, new: str, expected: Change) -> None:
    assert change(old, new) is expected


@pytest.mark.parametrize("text", ["8.5.2", "v1", "1.4.0-rc.1+7", "a" * 64, "IMOW_3"])
def test_a_plain_version_text_is_readable(text: str) -> None:
    assert readable(text) == text


@pytest.mark.parametrize(
    "value",
    [
        "",
        "a" * 65,
        "1.0\n",
        " 1.0",
        "<b>1</b>",
        "-1",
        "1.0\u202e",
        "1.0\x00",
        1.1,
        5,
        None,
        {},
        ["1"],
        True,
    ],
)
def test_anything_else_is_not(value: object) -> None:
    assert readable(value) is None


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (1.1, "it must be quoted"),
        (5, "it must be quoted"),
        (True, "true or false"),
        ({"v": "1"}, "an object or a list"),
        ("", "is empty"),
        (None, "no version is given at info.version"),
        ("<script>", "no readable version"),
    ],
)
def test_the_reason_says_what_is_wrong(value: object, said: str) -> None:
    assert said in unreadable_because(value, "info.version")


def test_an_unreadable_version_is_known_by_its_hash_and_never_repeated() -> None:
    assert short_hash("<script>") == short_hash("<script>") != short_hash("<scripT>")
    assert "<script>" not in unreadable_because("<script>", "info.version")
    assert len(short_hash("\ud800")) == 12
