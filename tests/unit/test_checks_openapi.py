"""What an OpenAPI document tells, and what of it is kept."""

import pytest
from httpx2 import Response

from checks.common.openapi_document import Shelf
from checks.contract import contract_of
from checks.outcome import UNREADABLE, Target
from tests.unit.asking import DOCUMENT, FAILED, OK, TARGET, asked, document


async def test_an_openapi_document_gives_version_and_fingerprint() -> None:
    outcome = await asked({"kind": "openapi_document"}, Response(200, json=DOCUMENT))
    assert outcome.outcome_class is OK
    assert outcome.reading.version == "8.5.2"
    assert outcome.contract == contract_of(DOCUMENT)
    assert outcome.reading.fingerprint == contract_of(DOCUMENT).fingerprint


@pytest.mark.parametrize(
    ("version", "said"),
    [
        (1.10, "it must be quoted"),
        ({"major": 8}, "an object or a list"),
        ("<script>alert(1)</script>", "no readable version"),
        ("8.5.2\n2026-11-22 ERROR", "no readable version"),
        ("", "is empty"),
        (None, "no version is given at info.version"),
    ],
)
async def test_an_unreadable_version_is_no_outage_and_no_version(
    version: object, said: str
) -> None:
    answer = Response(200, json=document(info={"version": version}))
    outcome = await asked({"kind": "openapi_document"}, answer)
    assert (outcome.outcome_class, outcome.reading) == (OK, UNREADABLE)
    assert said in outcome.reason
    assert outcome.evidence.get("versionHash", "") != str(version)


async def test_an_unreadable_version_is_not_replaced_by_the_declared_one() -> None:
    declared = Target(id=TARGET.id, base_url=TARGET.base_url, declared="8.0.0")
    answer = Response(200, json=document(info={"version": 1.1}))
    assert (await asked({"kind": "openapi_document"}, answer, declared)).reading == UNREADABLE


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Response(200, html="<html>Inloggen</html>"), "not with JSON"),
        (Response(200), "not with JSON"),
        (Response(204), "answered 204"),
        (Response(200, json={"app-info": {}}), "no OpenAPI document"),
        (Response(200, json=[]), "no OpenAPI document"),
    ],
)
async def test_another_content_than_a_contract_is_a_failure(answer: Response, said: str) -> None:
    outcome = await asked({"kind": "openapi_document"}, answer)
    assert (outcome.outcome_class, outcome.reading) == (FAILED, UNREADABLE)
    assert said in outcome.reason


async def test_of_a_key_that_stands_twice_one_counts_and_nothing_breaks() -> None:
    twice = b'{"openapi":"3.0.0","paths":{},"info":{"version":"1"},"info":{"version":"2"}}'
    outcome = await asked({"kind": "openapi_document"}, Response(200, content=twice))
    assert outcome.reading.version == "2"


def test_an_unchanged_document_is_read_once() -> None:
    shelf, answer = Shelf(), Response(200, json=DOCUMENT)
    assert shelf.read(answer) is shelf.read(Response(200, json=DOCUMENT))
    assert shelf.read(Response(200, json=document(info={}))) is not shelf.read(answer)


def test_the_shelf_holds_no_more_than_it_is_allowed_to() -> None:
    few, small = Shelf(entries=2), Shelf(characters=400)
    for shelf in (few, small):
        first = shelf.read(Response(200, json=DOCUMENT))
        for number in range(20):
            shelf.read(Response(200, json=document(paths={f"/{number}": {}})))
        assert shelf.read(Response(200, json=DOCUMENT)) is not first
        assert len(shelf._kept) <= 20


def test_what_is_asked_for_often_stays_on_the_shelf() -> None:
    shelf = Shelf(entries=2)
    first = shelf.read(Response(200, json=DOCUMENT))
    for number in range(5):
        shelf.read(Response(200, json=document(paths={f"/{number}": {}})))
        assert shelf.read(Response(200, json=DOCUMENT)) is first


def test_a_version_that_cannot_be_read_takes_no_room_on_the_shelf() -> None:
    shelf = Shelf()
    for number in range(5):
        shelf.read(Response(200, json=document(info={"version": ["x" * 1000, number]})))
    assert shelf._kept == {}
