"""The people and machines of a recorded session: a demo, a mail server, an endpoint, a browser."""

import json
import re
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx2
from aiosmtpd.smtp import SMTP, Envelope, Session
from playwright.async_api import Page, async_playwright
from typing_extensions import override

from benchmarks.children import started
from benchmarks.loopback import free_port
from monitor.bootstrap import utc_now
from tests.certificates import Authority
from tests.post_office import PostOffice, open_post_office
from tests.receivers import Heard, Receiver, receiving
from tests.servers import answer

HERE = Path(__file__).parent
ANNA = "anna@leverancier.example"
PASSWORD = "a-password"  # noqa: S105  of a mail server that lives for ten minutes
DAYS = "14"
"""Of history: enough to see something, and soon made."""
SECRET = re.compile(r"(token=|whsec_)[A-Za-z0-9_+/=-]{12,}")


class Mailbox(PostOffice):
    """Notes when the mail server was given each mail, and how."""

    @override
    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.arrivals.append(utc_now())
        return await super().handle_DATA(server, session, envelope)

    def __init__(self) -> None:
        super().__init__(user=("ketenwacht", PASSWORD))
        self.arrivals: list[datetime] = []

    def found(self, subject: str) -> tuple[EmailMessage, datetime] | None:
        for one, at in zip(self.received, self.arrivals, strict=True):
            if ANNA in one.recipients and subject in str(one.mail["Subject"]):
                assert one.over_tls
                assert one.logged_in
                return one.mail, at
        return None


class Endpoint:
    """A receiver that agrees to be called, and notes when it was."""

    def __init__(self) -> None:
        self.posts: list[tuple[Heard, datetime]] = []

    def hear(self, heard: Heard) -> bytes:
        if heard.method == "OPTIONS":
            return answer("200 OK", b"", b"WebHook-Allowed-Origin: *")
        self.posts.append((heard, utc_now()))
        return answer("204 No Content", b"")

    def found(self, **wanted: str) -> tuple[Heard, datetime] | None:
        for heard, at in self.posts:
            told = json.loads(heard.body)
            if wanted.items() <= {**told.get("data", {}), "type": told["type"]}.items():
                return heard, at
        return None


@dataclass
class Log:
    """What is written down: by the second, and without anything that opens a door."""

    begin: datetime = field(default_factory=utc_now)
    lines: list[str] = field(default_factory=list)

    def say(self, text: str) -> None:
        passed = int((utc_now() - self.begin).total_seconds())
        self._add(f"[{passed // 60:02}:{passed % 60:02}] {text}")

    def show(self, text: str) -> None:
        for line in text.rstrip().splitlines():
            self._add(f"        | {line}".rstrip())

    def _add(self, line: str) -> None:
        line = SECRET.sub(r"\1…", line)
        self.lines.append(line)
        print(line, flush=True)


@dataclass
class Stage:
    """Everything that takes part."""

    log: Log
    url: str
    http: httpx2.AsyncClient
    page: Page
    mailbox: Mailbox
    endpoint: Endpoint
    receiver: Receiver

    async def picture(self, name: str) -> None:
        await self.page.screenshot(path=HERE / f"subscribing-{name}.png", full_page=True)
        self.log.say(f"  picture: subscribing-{name}.png")

    async def events(self, after: str | None) -> tuple[list[dict[str, Any]], str | None]:
        asked = {"limit": "500", **({"after": after} if after else {})}
        told = (await self.http.get("/api/v1/events", params=asked)).json()
        return told["items"], told["next"]


@asynccontextmanager
async def stage() -> AsyncIterator[Stage]:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="recorded-")))
        authority = Authority(folder)
        context = authority.sign("town").server()
        mailbox, endpoint, log = Mailbox(), Endpoint(), Log()
        await stack.enter_async_context(open_post_office(mailbox, starttls=context))
        receiver = await stack.enter_async_context(receiving(endpoint.hear, context=context))
        port = free_port()
        environ = {
            "KETENWACHT_SMTP_URL": f"smtp://ketenwacht:{PASSWORD}@127.0.0.1:{mailbox.port}",
            "KETENWACHT_MAIL_FROM": "Ketenwacht <ketenwacht@ketenwacht.example>",
            "KETENWACHT_CA_FILE": str(authority.file),
            "KETENWACHT_WEBHOOK_ALLOW": "127.0.0.0/8",
        }
        for name, value in environ.items():
            log.show(f"{name}={value.replace(PASSWORD, '…').replace(str(folder), '…')}")
        words = "demo", "--days", DAYS, "--bind", f"127.0.0.1:{port}"
        log.say(f"$ ketenwacht {' '.join(words)}")
        stack.enter_context(started("monitor", *words, environ=environ))
        url = f"http://127.0.0.1:{port}"
        http = await stack.enter_async_context(httpx2.AsyncClient(base_url=url, trust_env=False))
        page = await stack.enter_async_context(browsing(url))
        yield Stage(log, url, http, page, mailbox, endpoint, receiver)


@asynccontextmanager
async def browsing(url: str) -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        context = await browser.new_context(
            base_url=url, locale="nl-NL", viewport={"width": 1000, "height": 700}
        )
        yield await context.new_page()
        await browser.close()
