"""The page for who builds on us, held against the document that it is made of."""

import re
from collections.abc import Iterator

import pytest
from httpx2 import Client

from tests.e2e.serving import Served, serving


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("developers")) as served:
        yield served


def test_every_operation_of_the_api_is_told_with_its_fields(street: Served) -> None:
    with Client(base_url=street.url, timeout=30) as ask:
        page = ask.get("/developers").text
        document = ask.get("/api/v1/openapi.json").json()
    told = set(re.findall(r'<details id="(\w+)">', page))
    operations = {
        one["operationId"]: one for path in document["paths"].values() for one in path.values()
    }
    assert told == set(operations)
    announced = page.partition('<details id="announceRollout">')[2].partition("</details>")[0]
    for field in ("Idempotency-Key", "line", "version", "contentWipe"):
        assert f"<code>{field}</code>" in announced


def test_every_address_that_the_page_leads_to_is_there(street: Served) -> None:
    with Client(base_url=street.url, timeout=30) as ask:
        page = ask.get("/developers").text.partition("<main")[2].partition("</main>")[0]
        for href in {*re.findall(r'(?:href|src)="(/[^"#]*)"', page)}:
            assert ask.get(href).status_code == 200, href
