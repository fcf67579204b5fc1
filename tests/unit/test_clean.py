"""Evidence is fit to be shown, whatever it was."""

from hypothesis import given
from hypothesis import strategies as st

from checks.clean import clean


def test_plain_text_stays_as_it_is() -> None:
    assert clean("Inloggegevens ontbreken") == "Inloggegevens ontbreken"


def test_letters_with_accents_stay() -> None:
    assert clean("coördinaatstelsel é ü") == "coördinaatstelsel é ü"


def test_a_forged_log_line_becomes_part_of_one_line() -> None:
    assert clean("fine\r\n2026-01-01 ERROR all is lost\n") == "fine 2026-01-01 ERROR all is lost"


def test_bidi_and_zero_width_characters_go() -> None:
    assert clean("a\u202eb\u200bc\u2066d\ufeffe\u00adf\u2028g") == "abcdef g"


def test_control_characters_lone_surrogates_and_escapes_go() -> None:
    assert clean("a\x00b\x1b[31mc\ud800d\x7fe") == "ab[31mcde"


def test_markup_stays_for_whoever_renders_it_to_escape() -> None:
    assert clean("<script>alert(1)</script>") == "<script>alert(1)</script>"


def test_long_text_is_cut_and_says_so() -> None:
    cut = clean("x" * 500)
    assert len(cut) == 200
    assert cut.endswith("…")


@given(st.text(max_size=2000), st.integers(min_value=1, max_value=300))
def test_nothing_longer_than_asked_for_and_nothing_invisible(text: str, limit: int) -> None:
    cleaned = clean(text, limit)
    assert len(cleaned) <= limit
    assert "\n" not in cleaned
    assert cleaned.replace(" ", "").isprintable()
    assert clean(cleaned, limit) == cleaned
