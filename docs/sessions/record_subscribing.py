"""Records a supplier who subscribes and hears of it: python docs/sessions/record_subscribing.py.

Starts `ketenwacht demo`, a mail server and a webhook receiver, all on this machine, and plays
the supplier in a Chromium. Ten minutes later `subscribing.txt` and its pictures are beside it.
"""

import asyncio
import json
import re
from datetime import datetime, timedelta
from email.message import EmailMessage
from html import unescape
from typing import Any

import httpx2
from playwright.async_api import expect
from standardwebhooks import Webhook, WebhookVerificationError

from checks.simulator.course import Course
from checks.simulator.lines import LINES, PROD
from checks.simulator.live import CYCLE
from docs.sessions.stage import ANNA, HERE, Stage, stage
from monitor.bootstrap import utc_now
from tests.chaos.running import until


def first_to_roll() -> str:
    """The line of the first release of a demonstration that starts now."""
    now = utc_now()
    course, end = Course(1, now), now + CYCLE
    (line,) = (
        one.key
        for one in LINES
        if course.running(one.key, PROD, now) != course.running(one.key, PROD, end)
    )
    return line


LINE = first_to_roll()
WRONG_ORDER = "Verkeerde volgorde"
BAR = timedelta(seconds=2)
HISTORY, RELEASE, SOON = 900.0, 1800.0, 30.0  # seconds waited at most
GLANCE = 0.02


async def has_history(there: Stage) -> bool:
    try:
        page = await there.http.get("/")
    except httpx2.TransportError:
        return False
    return page.status_code == httpx2.codes.OK and "<progress" not in page.text


async def subscribe_by_mail(there: Stage) -> str:
    """Gives the page to manage it, which the link in the mail leads to."""
    page, log = there.page, there.log
    await page.goto(f"/interfaces/{LINE.partition('/')[0]}")
    await page.locator("main").get_by_role("link", name="Abonneer").first.click()
    await page.get_by_label("Mailadres").fill(ANNA)
    log.say(f"Anna follows 'Abonneer' on the page of {LINE}: {page.url}")
    await there.picture("1-form")
    await page.get_by_role("button", name="Abonneer").click()
    log.show(await page.locator("main p").first.inner_text())
    await until(lambda: bool(there.mailbox.received), SOON)
    mail, _ = there.mailbox.received[0].mail, there.mailbox.arrivals[0]
    log.say(f"a mail came, over STARTTLS: {mail['Subject']}")
    log.show(text_of(mail))
    log.say(f"a link scanner GETs every link of it ({await scanned(there, mail)})")
    (confirm,) = (link for link in links_of(mail) if "/confirm?" in link)
    await page.goto(confirm)
    await expect(page.get_by_role("button", name="Bevestig")).to_be_visible()
    log.say("it is not confirmed by that: the page still asks")
    await there.picture("2-confirm")
    await page.get_by_role("button", name="Bevestig").click()
    await expect(page.locator(".lead")).to_contain_text("actief")
    log.say(f"confirmed by the button: {await page.locator('.lead').inner_text()}")
    return page.url


async def subscribe_by_webhook(there: Stage) -> tuple[str, str]:
    """Gives the page to manage it, and the secret of the signatures."""
    page, log = there.page, there.log
    await page.goto(f"/subscribe?line={LINE}")
    await page.get_by_label("naar uw eigen systeem").check()
    await page.get_by_label("Adres, beginnend met").fill(there.receiver.url("https"))
    await page.get_by_role("button", name="Abonneer").click()
    secret = await page.locator("#secret").inner_text()
    log.say(f"Anna subscribes {there.receiver.url('https')}; the secret is {secret}")
    await until(lambda: bool(there.receiver.heard), SOON)
    asked = there.receiver.heard[0]
    log.say(f"it is asked first: {asked.method} {asked.path}")
    log.show(f"WebHook-Request-Origin: {asked.headers['webhook-request-origin']}")
    log.show("answered 200, WebHook-Allowed-Origin: *")
    await page.locator("#manage").click()
    while "actief" not in await page.locator(".lead").inner_text():
        await page.reload()
    log.say(f"it agreed: {await page.locator('.lead').inner_text()}")
    return page.url, secret


async def release(there: Stage) -> None:
    """Wait for the wrong order, and measure how soon both have it."""
    log = there.log
    log.say(f"waiting for {LINE} to go to PROD first; each check asks once a minute")
    _, cursor = await there.events(None)
    told: dict[str, Any] = {}
    seen = None
    async with asyncio.timeout(RELEASE):
        while not told:
            fresh, cursor = await there.events(cursor)
            seen = utc_now()
            told = next((one for one in fresh if is_wrong_order(one)), {})
            await asyncio.sleep(GLANCE)
    assert seen
    log.say(f"{told['type']} of {told['subject']}, told {told['time']}")
    hook = there.endpoint
    await until(lambda: bool(hook.found(kind="order-broken")), SOON)
    await until(lambda: bool(there.mailbox.found(WRONG_ORDER)), SOON)
    log.say("how long after the event, and after its commit was first seen (asked every 20 ms):")
    at = datetime.fromisoformat(str(told["time"]))
    for way, found in (
        ("webhook", hook.found(kind="order-broken")),
        ("mail", there.mailbox.found(WRONG_ORDER)),
    ):
        assert found
        since, after = found[1] - at, found[1] - seen
        verdict = "within 2 s" if since <= BAR else "NOT within 2 s"
        log.show(
            f"{way:8}{since.total_seconds():7.3f} s {after.total_seconds():+7.3f} s  {verdict}"
        )


def is_wrong_order(event: dict[str, Any]) -> bool:
    mine = event["subject"].partition("@")[0] == LINE
    return mine and bool(event["data"].get("kind") == "order-broken")


async def show_both(there: Stage, secret: str) -> EmailMessage:
    log = there.log
    hook, letter = there.endpoint.found(kind="order-broken"), there.mailbox.found(WRONG_ORDER)
    assert hook
    assert letter
    heard, mail = hook[0], letter[0]
    log.say("the webhook, verified by the reference library of Standard Webhooks:")
    Webhook(secret).verify(heard.body, dict(heard.headers))
    for name in ("content-type", "webhook-id", "webhook-timestamp", "webhook-signature"):
        log.show(f"{name}: {heard.headers[name]}")
    log.show(json.dumps(json.loads(heard.body), indent=1, ensure_ascii=False))
    try:
        Webhook(secret).verify(heard.body.replace(b"prod", b"lto"), dict(heard.headers))
    except WebhookVerificationError as refused:
        log.say(f"one word of it changed: {refused}")
    log.say("the mail, over STARTTLS:")
    for name in (
        "From",
        "To",
        "Subject",
        "Message-ID",
        "List-Unsubscribe",
        "List-Unsubscribe-Post",
    ):
        log.show(f"{name}: {mail[name]}")
    log.show("\n" + text_of(mail))
    html = mail.get_body(("html",))
    assert html
    await there.page.goto("about:blank")  # where the policy of our pages forbids no style
    await there.page.set_content(html.get_content())
    await there.picture("3-mail")
    return mail


async def leave(there: Stage, mail: EmailMessage, by_mail: str, by_webhook: str) -> None:
    page, log = there.page, there.log
    log.say(f"a link scanner GETs every link of the mail ({await scanned(there, mail)})")
    await page.goto(by_mail)
    log.say(f"nothing is ended by that: {await page.locator('.lead').inner_text()}")
    await there.picture("4-manage")
    (one_click,) = re.findall(r"<(http[^>]+)>", str(mail["List-Unsubscribe"]))
    done = await there.http.post(one_click, data={"List-Unsubscribe": "One-Click"})
    log.say(f"the mail program's one click (RFC 8058): POST, {done.status_code}")
    await page.goto(by_mail)
    log.show(await page.locator(".lead").inner_text())
    await page.goto(by_webhook)
    await page.get_by_role("link", name="Beëindig uw abonnement").click()
    await page.get_by_role("button", name="Beëindig het abonnement").click()
    log.say(f"and the webhook's by its page: {await page.locator('h1').inner_text()}")


def text_of(mail: EmailMessage) -> str:
    text = mail.get_body(("plain",))
    assert text
    return str(text.get_content())


def links_of(mail: EmailMessage) -> set[str]:
    html = mail.get_body(("html",))
    everything = f"{text_of(mail)} {html.get_content() if html else ''} {mail['List-Unsubscribe']}"
    return {unescape(link) for link in re.findall(r"https?://[^\s<>\"]+", everything)}


async def scanned(there: Stage, mail: EmailMessage) -> int:
    links = links_of(mail)
    for link in links:
        assert (await there.http.get(link)).status_code == httpx2.codes.OK, link
    return len(links)


async def main() -> None:
    async with stage() as there:
        await until(lambda: has_history(there), HISTORY)
        there.log.say("the history is made; it watches on by the minute")
        by_mail = await subscribe_by_mail(there)
        by_webhook, secret = await subscribe_by_webhook(there)
        await release(there)
        mail = await show_both(there, secret)
        await leave(there, mail, by_mail, by_webhook)
        text = "\n".join(there.log.lines) + "\n"
    (HERE / "subscribing.txt").write_text(text, "utf-8")


if __name__ == "__main__":
    asyncio.run(main())
