"""What a question to the gate means, and what is wrong with one that means nothing."""

from dataclasses import replace

import pytest

from monitor.domain.gate import GateQuestion, GateQuestionError, ask, origin_of
from monitor.domain.landscape import Landscape, LineId
from tests.building import PRESENTEREN, landscape

STREET = landscape()


def with_lines(*names: str) -> Landscape:
    presenteren, stam = STREET.interfaces
    (line,) = stam.lines
    lines = tuple(replace(line, id=LineId("stam", name)) for name in names)
    return replace(STREET, interfaces=(presenteren, replace(stam, lines=lines)))


def test_a_line_is_named_or_found_by_the_major_of_the_version() -> None:
    whole = GateQuestion(PRESENTEREN, "8.6.0", "prod")
    assert ask(STREET, "presenteren/v8", "8.6.0", "prod") == whole
    assert ask(STREET, "presenteren", "8.6.0", "prod") == whole
    assert ask(STREET, "stam", "v5.0.1", "prod").line == LineId("stam", "5")


@pytest.mark.parametrize(
    ("lines", "version", "found"),
    [
        (("4.0", "5", "6"), "5.0.1", "5"),
        (("1.5", "2.0", "3.0"), "3.1.0", "3.0"),
        (("1.3", "1.4"), "1.3.2", "1.3"),
        (("1.3", "1.4"), "1.4", "1.4"),
        (("1.9", "1.10"), "1.10.0", "1.10"),
    ],
)
def test_of_two_lines_with_one_major_the_minor_decides(
    lines: tuple[str, ...], version: str, found: str
) -> None:
    assert ask(with_lines(*lines), "stam", version, "prod").line.line == found


@pytest.mark.parametrize(("lines", "version"), [(("1.3", "1.4"), "1.5"), (("5", "6"), "7.0")])
def test_a_line_that_cannot_be_told_has_to_be_named(lines: tuple[str, ...], version: str) -> None:
    with pytest.raises(GateQuestionError, match=rf"stam/{lines[0]}, stam/{lines[1]}"):
        ask(with_lines(*lines), "stam", version, "prod")
    named = ask(with_lines(*lines), f"stam/{lines[0]}", version, "prod")
    assert named.line.line == lines[0]


@pytest.mark.parametrize(
    ("line", "version", "environment", "cure"),
    [
        ("nobody", "8.6.0", "prod", "presenteren, stam"),
        ("nobody/v8", "8.6.0", "prod", "presenteren, stam"),
        ("presenteren/v9", "8.6.0", "prod", "presenteren/v8"),
        ("presenteren/", "8.6.0", "prod", "presenteren/v8"),
        ("presenteren/v8/x", "8.6.0", "prod", "presenteren/v8"),
        ("", "8.6.0", "prod", "presenteren"),
        ("presenteren/v8", "", "prod", "8.6.0"),
        ("presenteren/v8", "<b>", "prod", "8.6.0"),
        ("presenteren/v8", "8.6.0\n", "prod", "8.6.0"),
        ("presenteren/v8", "\0", "prod", "8.6.0"),
        ("presenteren/v8", "banana", "prod", "8.6.0"),
        ("presenteren/v8", "8.06.0", "prod", "8.6.0"),
        ("presenteren/v8", "8" * 100, "prod", "8.6.0"),
        ("presenteren/v8", "8.6.0", "mars", "lto, pre, prod"),
        ("presenteren/v8", "8.6.0", "lto", "before prod"),
        ("presenteren/v8", "8.6.0", "pre", "before prod"),
    ],
)
def test_a_wrong_question_is_refused_with_the_cure(
    line: str, version: str, environment: str, cure: str
) -> None:
    with pytest.raises(GateQuestionError) as refused:
        ask(STREET, line, version, environment)
    said = str(refused.value)
    assert cure in said
    assert said.isprintable()
    assert len(said) < 300


def test_what_cannot_be_ordered_is_a_version_when_it_was_seen() -> None:
    assert ask(STREET, "presenteren/v8", "banana", "prod", {"banana"}).version == "banana"
    with pytest.raises(GateQuestionError):
        ask(STREET, "presenteren/v8", "\0", "prod", {"\0"})


def test_where_it_has_to_be_first_is_what_the_catalogue_orders() -> None:
    question = ask(STREET, "presenteren", "8.6.0", "prod")
    assert origin_of(STREET, question) == "lto"
    other = replace(STREET, must_precede=(("lto", "pre"), ("pre", "prod")))
    assert origin_of(other, question) == "pre"
    assert origin_of(other, ask(other, "presenteren", "8.6.0", "pre")) == "lto"
    unordered = replace(STREET, must_precede=())
    assert origin_of(unordered, question) == "lto"
    with pytest.raises(GateQuestionError):
        ask(unordered, "presenteren", "8.6.0", "pre")
