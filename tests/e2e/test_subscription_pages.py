"""The pages on subscriptions in a browser: for everybody, at every width, in either colours."""

import re
from collections.abc import Iterator, Mapping

import pytest
from axe_playwright_python.sync_playwright import Axe
from httpx2 import Client
from playwright.sync_api import Browser, expect

from tests.e2e.browsing import ENLARGED, PHONE
from tests.e2e.serving import Served, serving

pytestmark = pytest.mark.browser

HOOK = "http://127.0.0.1:9/" + "very-long-address/" * 12


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("web")) as served:
        yield served


@pytest.fixture(scope="module")
def pages(street: Served) -> Mapping[str, str]:
    """Addresses of every page, of one subscription that is active and one that waits."""
    derived = street.monitor[0].derived
    assert derived
    path, told = "/api/v1/subscriptions", {"channel": "webhook", "address": HOOK}
    with Client(base_url=street.url, timeout=60) as ask:
        made = [ask.post(path, json=told).json() for _ in range(2)]
        active, waits = (one["id"] for one in made)
        code = derived.token("confirm", active)
        assert ask.post(f"{path}/{active}/confirmation", json={"code": code}).status_code == 200
    return {
        "subscribe": "/subscribe?line=presenteren/v8",
        "confirm": f"/subscriptions/{waits}/confirm?token={derived.token('confirm', waits)}",
        "waits": f"/subscriptions/{waits}?token={derived.token('manage', waits)}",
        "manage": f"/subscriptions/{active}?token={derived.token('manage', active)}&said=changed",
        "leave": f"/subscriptions/{active}/leave?token={derived.token('leave', active)}",
        "dead": "/subscriptions/x?token=y",
    }


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_to_complain_of(
    browser: Browser, street: Served, pages: Mapping[str, str], theme: str
) -> None:
    with browser.new_context(base_url=street.url, locale="nl-NL") as context:
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        for path in pages.values():
            page.goto(f"{path}{'&' if '?' in path else '?'}theme={theme}")
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()
        page.goto("/subscribe")
        page.get_by_role("button", name="Abonneer").click()
        wrong = page.get_by_label("Mailadres")
        expect(wrong).to_have_attribute("aria-describedby", "wrong-mail")
        expect(page.locator("#wrong")).to_be_focused()
        expect(page).to_have_title(re.compile("Er klopt iets nog niet"))
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.keyboard.type("anna@")
        expect(wrong).to_have_value("anna@")
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
    refused = [one for one in complaints if "status of 4" not in one]
    assert refused == []


def test_nothing_scrolls_sideways(
    browser: Browser, street: Served, pages: Mapping[str, str]
) -> None:
    with browser.new_context(base_url=street.url, locale="nl-NL") as context:
        page = context.new_page()
        for size in (PHONE, ENLARGED):
            page.set_viewport_size({"width": size["width"], "height": size["height"]})
            for name, path in pages.items():
                page.goto(path)
                width = page.evaluate("document.documentElement.scrollWidth")
                assert width <= size["width"], name
