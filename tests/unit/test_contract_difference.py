"""What differs between two contracts reads as sentences, few and short."""

import pytest

from checks.contract import LINES, contract_of, difference
from tests.unit.contracts import SEEN, SMALL, SUCCESS, Edit, at, drop, edited, put


@pytest.mark.parametrize(
    ("edit", "kind", "line"),
    [
        (SEEN["a path more"], "added", "path /teksten: added"),
        (SEEN["a path less"], "removed", "path /regelingen: removed"),
        (SEEN["an operation more"], "added", "POST /regelingen: added"),
        (SEEN["a parameter less"], "removed", "GET /regelingen parameter page: removed"),
        (
            SEEN["a parameter now required"],
            "changed",
            "GET /regelingen parameter page: required none -> true",
        ),
        (SEEN["a status code more"], "added", "GET /regelingen response 404: added"),
        (SEEN["a media type"], "added", "GET /regelingen response 200 as application/json: added"),
        (
            SEEN["the type of a property"],
            "changed",
            "schema Regeling property titel: type string -> integer",
        ),
        (SEEN["a limit"], "changed", "schema Regeling property titel: maxLength 80 -> 81"),
        (SEEN["a property more"], "added", "schema Regeling property naam: added"),
        (SEEN["a value of an enum less"], "changed", "schema Regeling property soort: enum -c"),
        (SEEN["a property that is now required"], "changed", "schema Regeling: required +info"),
        (SEEN["where the key goes"], "changed", "security scheme apiKey: in header -> query"),
        (
            lambda d: at(d, *SUCCESS, "content")["application/hal+json"].update(
                schema={"$ref": "#/definitions/B"}
            ),
            "changed",
            "GET /regelingen response 200 as application/hal+json: $ref schemas/Regeling -> B",
        ),
    ],
)  # fmt: skip
def test_a_difference_reads_as_a_sentence(edit: Edit, kind: str, line: str) -> None:
    told = difference(contract_of(SMALL).canonical, contract_of(edited(edit)).canonical)
    assert line in getattr(told, kind)


def test_a_whole_path_is_told_once() -> None:
    told = difference(
        contract_of(SMALL).canonical, contract_of(edited(drop("paths", "/regelingen"))).canonical
    )
    assert told.removed == ("path /regelingen: removed",)
    assert (told.added, told.changed) == ((), ())


def test_nothing_differs_from_itself() -> None:
    same = contract_of(SMALL).canonical
    assert difference(same, same) == difference("{}", "{}")
    assert difference(same, same).changed == ()


def test_a_long_difference_is_cut_and_counted() -> None:
    many = edited(
        lambda d: d["paths"].update({f"/{number:02}": {} for number in range(LINES + 12)})
    )
    told = difference(contract_of(SMALL).canonical, contract_of(many).canonical)
    assert len(told.added) == LINES + 1
    assert told.added[-1] == "and 12 more"


def test_hostile_names_are_cleaned_and_cut() -> None:
    many = edited(put("paths", "/\u202e\x07" + "a" * 5000, to={}))
    (line,) = difference(contract_of(SMALL).canonical, contract_of(many).canonical).added
    assert line.isprintable()
    assert len(line) <= 200
