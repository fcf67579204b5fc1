"""Browsers beside other tests: what is expected may take its time."""

from collections.abc import Iterator

import pytest
from playwright import async_api, sync_api

from tests.e2e.browsing import ARGUMENTS, chromium

PATIENCE = 60_000  # milliseconds; 5,000 is the custom

sync_api.expect.set_options(timeout=PATIENCE)
async_api.expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="module")
def browser() -> Iterator[sync_api.Browser]:
    path = chromium()
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield opened
        opened.close()
