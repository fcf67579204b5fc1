"""YAML that two readers could read differently is refused, with file, line and key."""

from pathlib import Path

import pytest

from monitor.catalogue.reading import MOST_BYTES
from monitor.catalogue.scalars import resolve
from tests.unit.catalogues import GOOD, loaded, refused, spoiled

BOMB = "\n".join(
    ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("NO", "NO"),
        ("yes", "yes"),
        ("12:30", "12:30"),
        ("2024-06-01", "2024-06-01"),
        ("v8", "v8"),
        ("1.2.3", "1.2.3"),
        ("1.10", 1.1),
        ("0x1F", 31),
        ("0o17", 15),
        ("-7", -7),
        ("1e3", 1000.0),
        ("-.inf", float("-inf")),
        ("~", None),
        ("True", True),
        ("1_000", "1_000"),
    ],
)
def test_an_unquoted_word_means_what_yaml_1_2_says(text: str, value: object) -> None:
    assert resolve(text) == value
    assert type(resolve(text)) is type(value)


def test_no_and_a_time_stay_text(tmp_path: Path) -> None:
    text = spoiled("{nl: STOP, en: STOP}", "{nl: NO, en: 12:30}")
    title = loaded(tmp_path, text).landscape.interfaces[1].title
    assert (title.nl, title.en) == ("NO", "12:30")


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        (
            'declared: "9.0"',
            "declared: 1.10",
            "1.yaml:39: interfaces.presenteren.lines.v9.targets.lto.declared: 1.10 is read as",
        ),
        (
            "nl: STOP",
            "nl: true",
            "interfaces.stop.title.nl: true is read as a yes or no (true, false); quote it",
        ),
        (
            '"1.4":',
            "1.4:",
            '1.yaml:47: interfaces.stop.lines."1.4": as a key, 1.4 is read as the number 1.4;',
        ),
        ("[[lto, prod]]", "\n  -\n", "13: must_precede.0: is an item without a value"),
        ("nl: STOP", "nl: 1.10", '1.10 is read as the number 1.1; quote it: "1.10"'),
        ("per_host: 3", "per_host: 010", "1.yaml:17: policy.per_host: 010 is another number"),
        ("stop:\n", "presenteren:\n", "1.yaml:42: interfaces.presenteren: stands here twice"),
        ("      v9:\n", "      v8:\n", "lines.v8: stands here twice, first on line 24"),
        (
            "chain: plan\n    policy",
            "chain:\n    policy",
            "1.yaml:21: interfaces.presenteren.chain: has no value",
        ),
        (
            "plan\n    policy",
            "!!python/object:os.system x\n    policy",
            "has the tag tag:yaml.org,2002:python/object:os.system",
        ),
        (
            "    chain: plan\n    standard",
            "\tchain: plan\n    standard",
            "1.yaml:44: a tab indents this line; use spaces",
        ),
        ("plan\n    policy", "*plan\n    policy", "*plan repeats nothing"),
        ("catalogue: 1\n", "%YAML 1.1\n---\ncatalogue: 1\n", "this file is read as YAML 1.2"),
        ("must_precede: [[", "must_precede: [[]", "this is not YAML"),
        ("nl: STOP", 'nl: "ST\x07P"', "1.yaml:43: the character U+0007 is not allowed"),
    ],
)
def test_what_is_ambiguous_or_broken_is_refused(
    tmp_path: Path, right: str, wrong: str, says: str
) -> None:
    assert says in refused(tmp_path, spoiled(right, wrong))


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "1.yaml: is empty"),
        (b"# nothing but a comment\n", "1.yaml: is empty"),
        (b"null\n", "1.yaml: is empty"),
        (GOOD.encode("utf-16"), "1.yaml: is not UTF-8, it looks like UTF-16"),
        (GOOD.encode("utf-16-le"), "1.yaml: is not UTF-8, it looks like UTF-16"),
        (b"catalogue: 1\nx: \xe9\n", "1.yaml: is not UTF-8 on line 2"),
        (b"a: " + b"x" * MOST_BYTES, "1.yaml: is larger than 1000 kB"),
        (BOMB.encode(), "more than 50000 values, with aliases written out"),
        (b"a: &a [*a]\n", "*a repeats nothing"),
        (b"[" * 200_000, "nested deeper than 32 levels"),
        (b"- " * 50_000, "nested deeper than 32 levels"),
        (b"{" * 200_000, "1.yaml:1: "),
        (b"? [a]\n: b\n", "has a key that is not text"),
        (b"catalogue: 1\n---\ncatalogue: 1\n", "1.yaml:2: begins a second document"),
        (b"just text\n", "1.yaml:1: must hold keys of its own"),
        (b"- a list\n", "1.yaml:1: must hold keys of its own"),
    ],
)
def test_a_hostile_file_is_refused(tmp_path: Path, raw: bytes, says: str) -> None:
    assert says in refused(tmp_path, raw)


def test_an_alias_repeats_a_value_where_that_is_harmless(tmp_path: Path) -> None:
    text = spoiled("title: {nl: Presenteren", "title: {nl: &name Presenteren")
    text = text.replace("{nl: STOP, en: STOP}", "{nl: *name, en: *name}")
    assert loaded(tmp_path, text).landscape.interfaces[1].title.en == "Presenteren"


def test_a_byte_order_mark_of_utf_8_is_no_trouble(tmp_path: Path) -> None:
    assert loaded(tmp_path, "\ufeff" + GOOD).landscape.lines


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    text = spoiled("chain: plan\n    policy", "chian: plan\n    policy")
    text = text.replace("per_host: 3", "per_host: many").replace("prod: {base", "prd: {base")
    said = refused(tmp_path, text.replace("references:", "reference:")).splitlines()
    assert [line.split(": ")[1] for line in said] == [
        "reference",
        "policy.per_host",
        "interfaces.presenteren.chain",
        "interfaces.presenteren.chian",
    ]


def test_a_wrong_line_does_not_hide_what_is_wrong_with_another(tmp_path: Path) -> None:
    text = spoiled('declared: "9.0"', "declared: 9.0").replace("prod: {base", "prd: {base")
    said = refused(tmp_path, text)
    assert "lines.v8.targets.prd: no environment is called 'prd'" in said
    assert "lines.v9.targets.lto.declared" in said


def test_the_only_line_of_an_interface_is_not_missed_for_being_wrong(tmp_path: Path) -> None:
    said = refused(tmp_path, spoiled("environments: [lto]", "environment: [lto]"))
    assert "did you mean 'environments'?" in said
    assert len(said.splitlines()) == 1


def test_both_of_two_broken_files_are_named(tmp_path: Path) -> None:
    said = refused(tmp_path, "a: [1\n", "b: {\n")
    assert "1.yaml:" in said
    assert "2.yaml:" in said
