"""A supplier subscribes on the page of a real process, and hears of it when PROD goes first."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import httpx2
import pytest
from playwright.async_api import Page, async_playwright, expect
from standardwebhooks import Webhook

from tests.chaos.running import Running, running, until
from tests.chaos.supplier import Supplier, supplying
from tests.e2e.browsing import ARGUMENTS, chromium
from tests.post_office import PostOffice, open_post_office
from tests.receivers import Heard, Receiver, receiving
from tests.servers import answer

pytestmark = pytest.mark.browser

ANNA = "anna@bedrijf.example"
WRONG_ORDER = "Verkeerde volgorde: Stad v8"
DRIFT = "nl.ketenwacht.drift.opened.v1"


@dataclass
class Town:
    """A monitor of two environments, a mailbox, an endpoint, and somebody at a browser."""

    lto: Supplier
    prod: Supplier
    post: PostOffice
    receiver: Receiver
    monitor: Running
    page: Page

    def mails(self, subject: str) -> list[EmailMessage]:
        found = [one.mail for one in self.post.received if one.recipients == (ANNA,)]
        return [mail for mail in found if subject in str(mail["Subject"])]

    def posts(self, type_: str) -> list[Heard]:
        posted = [one for one in self.receiver.heard if one.method == "POST"]
        return [one for one in posted if json.loads(one.body)["type"] == type_]


def consenting(heard: Heard) -> bytes:
    """A receiver that knows the handshake of CloudEvents' web hooks."""
    consents = [b"WebHook-Allowed-Origin: *"] if heard.method == "OPTIONS" else []
    return answer("200 OK", b"", *consents)


def catalogue(lto: str, prod: str) -> str:
    return (
        "catalogue: 1\n"
        "environments:\n"
        "  lto: {name: {nl: LTO, en: LTO}}\n"
        "  prod: {name: {nl: Productie, en: Production}}\n"
        "must_precede: [[lto, prod]]\n"
        "policy: {interval: 1s, per_host: 100, timeout: 20s}\n"
        "interfaces:\n"
        "  town:\n"
        "    title: {nl: Stad, en: Town}\n"
        "    chain: plan\n"
        "    standard: other\n"
        "    checks: [{kind: openapi_document}]\n"
        "    lines:\n"
        f'      "v8": {{targets: {{lto: {{base_url: "{lto}"}}, prod: {{base_url: "{prod}"}}}}}}\n'
    )


@asynccontextmanager
async def town(folder: Path) -> AsyncIterator[Town]:
    path = chromium()
    async with AsyncExitStack() as stack:
        lto = await stack.enter_async_context(supplying())
        prod = await stack.enter_async_context(supplying())
        post = await stack.enter_async_context(open_post_office(PostOffice()))
        receiver = await stack.enter_async_context(receiving(consenting))
        file = folder / "town.yaml"
        file.write_text(catalogue(f"{lto.url}/v8", f"{prod.url}/v8"), "utf-8")
        settings = {
            "KETENWACHT_SMTP_URL": f"smtp://127.0.0.1:{post.port}?starttls=never",
            "KETENWACHT_MAIL_FROM": "Ketenwacht <ketenwacht@example.nl>",
            "KETENWACHT_WEBHOOK_ALLOW": "127.0.0.0/8",
        }
        url = f"sqlite:///{folder / 'town.db'}"
        monitor = await stack.enter_async_context(running(file, url, settings=settings))
        await until(monitor.is_alive)
        playwright = await stack.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        stack.push_async_callback(browser.close)
        context = await browser.new_context(
            base_url=str(monitor.http.base_url), locale="nl-NL", java_script_enabled=False
        )
        yield Town(lto, prod, post, receiver, monitor, await context.new_page())


async def test_subscribing_hearing_of_it_and_leaving_by_one_click(tmp_path: Path) -> None:
    async with town(tmp_path) as there:
        manage = await _by_mail(there)
        secret = await _by_webhook(there)
        await until(lambda: _settled(there.monitor))
        there.prod.version = "8.6.0"
        told = await _first_told(there)
        print("seconds from being told to being there:", told)  # noqa: T201  for who asks with -s
        (post,) = there.posts(DRIFT)
        assert Webhook(secret).verify(post.body, dict(post.headers))
        event = json.loads(post.body)
        assert (event["subject"], event["data"]["kind"]) == ("town/v8", "order-broken")
        (mail,) = there.mails(WRONG_ORDER)
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        await _leave_by_one_click(there, mail)
        await there.page.goto(manage)
        await expect(there.page.locator("main")).to_contain_text("beëindigd")


async def _by_mail(there: Town) -> str:
    """Gives the address of the page to manage it."""
    page = there.page
    await page.goto("/interfaces/town")
    await page.locator("main").get_by_role("link", name="Abonneer").click()
    await expect(page.locator('input[name="line"]')).to_be_checked()
    await page.get_by_label("Mailadres").fill(ANNA)
    await page.get_by_role("button", name="Abonneer").click()
    await expect(page.locator("main")).to_contain_text(f"bericht gestuurd naar {ANNA}")
    await until(lambda: bool(there.post.received))
    text = there.post.received[0].mail.get_body(("plain",))
    assert text
    link = re.search(r"http://\S+/confirm\?token=\S+", text.get_content())
    assert link
    await page.goto(link[0])
    await page.get_by_role("button", name="Bevestig").click()
    await expect(page.locator("main")).to_contain_text("Uw abonnement is actief.")
    return page.url


async def _by_webhook(there: Town) -> str:
    """Gives the secret, once the receiver consented and the subscription is active."""
    page = there.page
    await page.goto("/subscribe")
    await page.get_by_label("naar uw eigen systeem").check()
    await page.get_by_label("Adres, beginnend met").fill(there.receiver.url())
    await page.get_by_role("button", name="Abonneer").click()
    secret = await page.locator("#secret").inner_text()
    await page.locator("#manage").click()

    async def is_active() -> bool:
        await page.reload()
        return "actief" in await page.locator(".lead").inner_text()

    await until(is_active)
    return secret


async def _settled(monitor: Running) -> bool:
    status = await monitor.status()
    targets = status["interfaces"][0]["lines"][0]["targets"]
    return all(one["settled"] for one in targets)


async def _first_told(there: Town) -> dict[str, float]:
    """Wait until both have it; when each had it, counted from when the event could be read."""
    clock = asyncio.get_running_loop().time
    seen: dict[str, float] = {}

    async def look() -> bool:
        events = await there.monitor.items("/api/v1/events?limit=500")
        if any(one["type"] == DRIFT for one in events):
            seen.setdefault("told", clock())
        if there.posts(DRIFT):
            seen.setdefault("webhook", clock())
        if there.mails(WRONG_ORDER):
            seen.setdefault("mail", clock())
        return len(seen) == 3

    await until(look)
    return {way: round(seen[way] - seen["told"], 3) for way in ("webhook", "mail")}


async def _leave_by_one_click(there: Town, mail: EmailMessage) -> None:
    """As a mail program does it: no browser, no cookies, no form of ours."""
    link = re.search(r"<(http[^>]+)>", str(mail["List-Unsubscribe"]))
    assert link
    before = len(there.post.received)
    async with httpx2.AsyncClient(trust_env=False, timeout=60) as program:
        done = await program.post(link[1], data={"List-Unsubscribe": "One-Click"})
    assert done.status_code == 200
    await until(lambda: len(there.post.received) > before)  # the last one, which says so
