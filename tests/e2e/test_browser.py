"""The pages as a person meets them: in a browser, by keyboard, on a phone, without script."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from monitor.domain.health import State
from monitor.domain.landscape import LineId, TargetId
from tests.e2e.browsing import ENLARGED, PHONE
from tests.e2e.releases import ORDER, UNDER_WAY, after_rollouts
from tests.e2e.serving import Served, serving
from tests.e2e.street import NOON, standing

pytestmark = pytest.mark.browser

STAM = TargetId(LineId("stam", "5"), "prod")
PAGES = (
    *("/", "/?environment=prod&only=trouble", "/interfaces/presenteren", "/environments/prod"),
    *("/drift", "/drift?at=2026-09-29T12:00", "/rollouts", f"/rollouts/{UNDER_WAY.id}"),
    *("/roadmap", "/interfaces/swf", "/gate", "/gate/presenteren/v8/8.6.0"),
    *("/incidents", "/maintenance", "/developers"),
)


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("web"), prepare=after_rollouts) as served:
        yield served


@pytest.fixture
def page(browser: Browser, street: Served) -> Iterator[Page]:
    with browser.new_context(base_url=street.url, locale="nl-NL") as context:
        yield context.new_page()


def test_the_wall_is_whole_without_javascript(browser: Browser, street: Served) -> None:
    with browser.new_context(
        base_url=street.url, locale="nl-NL", java_script_enabled=False
    ) as context:
        page = context.new_page()
        page.goto("/")
        expect(page.locator("#line-stam-5")).to_contain_text("storing")
        page.get_by_label("alleen afwijkingen").check()
        page.get_by_role("button", name="Toon").click()
        expect(page).to_have_url(f"{street.url}/?chain=&environment=&q=&only=trouble")
        expect(page.locator("tr.row")).to_have_count(10)
        assert page.locator('noscript meta[http-equiv="refresh"]').count() == 1


def test_a_change_appears_by_itself(page: Page, street: Served) -> None:
    page.goto("/")
    row = page.locator("#line-stam-5")
    expect(row).to_contain_text("storing")
    street.do(lambda: street.board.apply([standing(STAM, state=State.UP)], [], NOON))
    expect(row).not_to_contain_text("storing")
    worse = standing(STAM)
    street.do(lambda: street.board.apply([worse], [], NOON))
    expect(row).to_contain_text("storing")


def test_focus_survives_a_change(page: Page, street: Served) -> None:
    page.goto("/")
    page.locator("#line-stam-5 a").focus()
    street.do(lambda: street.board.apply([standing(STAM, state=State.UP)], [], NOON))
    expect(page.locator("#line-stam-5")).not_to_contain_text("storing")
    expect(page.locator("#line-stam-5 a")).to_be_focused()
    worse = standing(STAM)
    street.do(lambda: street.board.apply([worse], [], NOON))
    expect(page.locator("#line-stam-5")).to_contain_text("storing")


def test_the_first_tab_skips_to_the_content(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Naar de inhoud")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_language_and_colours_are_chosen_by_links(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("link", name="dark", exact=True).click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.goto("/environments/prod")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("html")).to_have_attribute("lang", "en")


@pytest.mark.parametrize("size", [PHONE, ENLARGED], ids=["phone", "enlarged"])
@pytest.mark.parametrize("path", PAGES)
def test_nothing_scrolls_sideways(page: Page, path: str, size: dict[str, int]) -> None:
    page.set_viewport_size({"width": size["width"], "height": size["height"]})
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", [*PAGES, "/accessibility", "/privacy", "/nothing-here"])
def test_axe_finds_nothing_to_complain_of(page: Page, path: str, theme: str) -> None:
    page.goto(f"{path}{'&' if '?' in path else '?'}theme={theme}")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_the_browser_refuses_nothing_of_ours(page: Page) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    for path in PAGES:
        page.goto(path)
    assert complaints == []


def test_the_wall_leads_to_the_evidence(page: Page) -> None:
    page.goto("/")
    page.locator("#line-swf-v5").get_by_role("link", name="PROD kreeg 5.2.0 vóór LTO").click()
    expect(page.locator(f'[id="{ORDER.id}"]')).to_be_in_viewport()


def test_a_past_moment_is_chosen_in_a_form(page: Page, street: Served) -> None:
    page.goto("/drift")
    page.get_by_label("Op", exact=True).fill("2026-09-29T12:00")
    page.get_by_role("button", name="Toon").click()
    expect(page.get_by_text("Zoals het was op 29 sep 2026 12:00:00 +02:00.")).to_be_visible()
    expect(page.get_by_label("Op", exact=True)).to_have_value("2026-09-29T12:00")


def test_the_gate_is_asked_in_a_form(page: Page, street: Served) -> None:
    page.goto("/gate")
    page.get_by_label("Koppelvlakversie").select_option("presenteren/v8")
    page.get_by_label("Versie", exact=True).fill("8.6.0")
    page.get_by_role("button", name="Vraag").click()
    expect(page).to_have_url(f"{street.url}/gate/presenteren/v8/8.6.0?environment=prod")
    expect(page.locator(".criteria > li")).to_have_count(6)
    page.goto("/gate")
    page.get_by_label("Koppelvlakversie").select_option("presenteren/v8")
    page.get_by_label("Versie", exact=True).fill("no version")
    page.get_by_role("button", name="Vraag").click()
    expect(page.get_by_role("alert")).to_contain_text("Deze vraag klopt niet")
    expect(page.get_by_label("Versie", exact=True)).to_have_value("no version")


def test_a_printed_wall_is_a_report(page: Page, tmp_path: Path) -> None:
    page.goto("/")
    page.emulate_media(media="print")
    expect(page.locator("form.filters")).to_be_hidden()
    expect(page.locator("#line-stam-5")).to_be_visible()
