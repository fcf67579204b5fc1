"""How we say times, shares and languages."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from web.words.language import Language, preferred
from web.words.moments import (
    ago,
    clock,
    day,
    duration,
    exact,
    moment,
    seconds,
    share,
    span,
    span_holds_until,
)
from web.words.translation import LOCALE

NL, EN = Language.NL, Language.EN
NOON = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
WEB = LOCALE.parent


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        ("", NL),
        ("en", EN),
        ("en-GB,en;q=0.9", EN),
        ("de,en;q=0.3,nl;q=0.7", NL),
        ("nl;q=0,en;q=0.1", EN),
        ("fr", NL),
        ("en;q=nonsense", NL),
        ("*", NL),
        (",;=,;q", NL),
    ],
)
def test_the_language_is_the_best_of_what_is_wished(accept: str, language: Language) -> None:
    assert preferred(accept) is language


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(seconds=59), "< 1 min"),
        (timedelta(minutes=12, seconds=59), "12 min"),
        (timedelta(hours=5), "5 u"),
        (timedelta(hours=47), "47 u"),
        (timedelta(hours=72), "3 d"),
    ],
)
def test_a_span_is_short(length: timedelta, text: str) -> None:
    assert span(length, NL) == text


@pytest.mark.parametrize("minutes", [0, 1, 59, 60, 61, 47 * 60, 49 * 60, 100 * 60])
def test_a_span_reads_the_same_until_it_says_so(minutes: int) -> None:
    since = NOON - timedelta(minutes=minutes)
    until = span_holds_until(since, NOON)
    assert until > NOON
    just_before = until - timedelta(microseconds=1)
    assert ago(since, just_before, NL) == ago(since, NOON, NL)
    assert ago(since, until, NL) != ago(since, NOON, NL)


def test_times_are_those_of_amsterdam_with_their_offset() -> None:
    assert clock(NOON, NOON, NL) == "14:00:00"
    assert clock(NOON, NOON + timedelta(days=1), EN) == "1 Jul 2026 14:00:00"
    assert exact(NOON, NL) == "1 jul 2026 14:00:00 +02:00"
    winter = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert exact(winter, EN) == "1 Jan 2027 00:30:00 +01:00"
    assert day(winter, NL) == "1 jan 2027"
    assert day(date(2026, 3, 1), NL) == "1 mrt 2026"


def test_a_moment_of_today_needs_no_day() -> None:
    assert moment(NOON, NOON, NL) == "14:00"
    assert moment(NOON - timedelta(days=1), NOON, NL) == "30 jun 2026 14:00"


def test_the_hour_that_comes_twice_tells_which_it_is() -> None:
    first, again = (datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1))
    assert moment(first, NOON, EN) == "25 Oct 2026 02:30 +02:00"
    assert moment(again, again, NL) == "02:30 +01:00"
    assert clock(again, again, NL) == "02:30:00 +01:00"
    assert moment(again + timedelta(minutes=30), again, NL) == "03:00"


def test_a_hundred_percent_means_always() -> None:
    assert share(1.0, NL) == "100 %"
    assert share(0.99999, NL) == "99,99 %"
    assert share(0.9661, EN) == "96.61 %"
    assert share(None, NL) == "\N{EN DASH}"


def test_durations_and_intervals() -> None:
    assert duration(0.1824, NL) == "182 ms"
    assert duration(1.236, NL) == "1,24 s"
    assert (seconds(30), seconds(60), seconds(90), seconds(300)) == (
        *("30 s", "1 min"),
        *("90 s", "5 min"),
    )


def _asked_for(folder: Path) -> set[str]:
    found = extract_from_dir(
        folder,
        method_map=[("templates/**", "jinja2.ext.babel_extract"), ("**.py", "python")],
        options_map={"templates/**": {"newstyle_gettext": "true", "silent": "false"}},
        keywords={"_": None, "gettext": None, "ngettext": (1, 2)},
    )
    return {text[0] if isinstance(text, tuple) else text for _, _, text, _, _ in found}


def test_every_text_has_its_dutch_and_no_dutch_is_left_over() -> None:
    with (LOCALE / "nl" / "ketenwacht.po").open("rb") as source:
        catalog = read_po(source, locale="nl")
    translated = {
        text.id[0] if isinstance(text.id, (tuple, list)) else text.id: text.string
        for text in catalog
        if text.id
    }
    assert translated.keys() == _asked_for(WEB)
    assert all(all(text) if isinstance(text, tuple) else text for text in translated.values())
    assert not any(text.fuzzy for text in catalog if text.id)
    assert not [error for text, errors in catalog.check() for error in errors]


def test_dutch_texts_never_say_drift() -> None:
    with (LOCALE / "nl" / "ketenwacht.po").open("rb") as source:
        catalog = read_po(source, locale="nl")
    assert not [one.string for one in catalog if one.id and "drift" in str(one.string).lower()]
