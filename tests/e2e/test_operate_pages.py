"""The pages for operators in a browser: for everybody, at every width, without script."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from monitor.board import Board
from monitor.domain.token import Scope
from monitor.storage.engine import Database
from tests.e2e.browsing import ENLARGED, PHONE
from tests.e2e.serving import Served, serving
from tests.integration.test_operate_pages import ask
from tests.integration.test_web_deliveries import lived
from tests.operating import given_out

pytestmark = pytest.mark.browser

TARGET = "?target=presenteren/v8@prod"
VERSION = "?line=presenteren/v8&version=8.6.0&environment=prod"
PAGES = (
    *("", "/incidents?template=outage", "/planning", "/rollouts", f"/gate{VERSION}"),
    *(f"/checks{TARGET}", "/deliveries", "/subscriptions", "/record"),
)


async def prepare(database: Database, _board: Board) -> None:
    await lived(database)


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("web"), prepare=prepare, ask=ask) as served:
        yield served


@pytest.fixture(scope="module")
def token(street: Served) -> str:
    return given_out(street, *Scope).text


def entered(context: BrowserContext, token: str) -> Page:
    page = context.new_page()
    page.goto("/operate")
    page.get_by_label("Token").fill(token)
    page.get_by_role("button", name="Aanmelden").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Wat aandacht vraagt")
    return page


def test_axe_finds_nothing_to_complain_of_in_either_colours(
    browser: Browser, street: Served, token: str
) -> None:
    complaints: list[str] = []
    with browser.new_context(base_url=street.url, locale="nl-NL") as context:
        page = context.new_page()
        page.goto("/operate/sign-in")
        complaints += told(page)
        page = entered(context, token)
        for path in (*PAGES, "/planning?theme=dark", "/deliveries", f"/checks{TARGET}"):
            page.goto(f"/operate{path}")
            complaints += told(page)
    assert complaints == []


def told(page: Page) -> list[str]:
    found = Axe().run(page)
    return [f"{page.url}: {one['id']}" for one in found.response["violations"]]


@pytest.mark.parametrize("width", [PHONE["width"], ENLARGED["width"]])
def test_nothing_sticks_out_at_the_side(
    browser: Browser, street: Served, token: str, width: int
) -> None:
    with browser.new_context(
        base_url=street.url, locale="nl-NL", viewport={"width": width, "height": 800}
    ) as context:
        page = entered(context, token)
        for path in PAGES:
            page.goto(f"/operate{path}")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_without_script_one_signs_in_asks_a_check_and_signs_out(
    browser: Browser, street: Served, token: str
) -> None:
    with browser.new_context(
        base_url=street.url, locale="nl-NL", java_script_enabled=False
    ) as context:
        page = entered(context, token)
        page.goto(f"/operate/checks{TARGET}")
        page.get_by_role("button", name="Nu vragen").click()
        expect(page.get_by_text("Wat er net werd geantwoord")).to_be_visible()
        page.get_by_role("button", name="Afmelden").click()
        expect(page.get_by_role("status")).to_have_text("U bent afgemeld.")
        page.goto("/operate/record")
        expect(page.get_by_role("heading", level=1)).to_have_text("Aanmelden")
