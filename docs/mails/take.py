"""Takes pictures of five typical mails: PYTHONPATH=. python docs/mails/take.py FOLDER.

Writes each mail in both languages, widths and colours, and its text part; needs a Chromium.
Four of them are kept beside this file.
"""

import html
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from monitor.alerts.links import Links
from monitor.alerts.parcel import Parcel
from monitor.alerts.wording.letter import Keys
from monitor.alerts.wording.message import Message, story_text
from monitor.domain.delivery import Delivery, DeliveryKind
from monitor.domain.event import Event, EventType
from monitor.domain.landscape import Words
from monitor.domain.subscription import Channel, Subscription, Wanted

NOON = datetime(2026, 3, 17, 9, 54, tzinfo=UTC)
LINKS = Links("https://ketenwacht.example.nl")
KEYS = Keys(manage="2f0Yb1JxkqkZ0pX3", leave="mO4nTq8sW1cV7dLr")
TEXT = "margin:12px;font-size:13px;white-space:pre-wrap;overflow-wrap:anywhere"
TOKEN = "Zp9cQe5uRtV2"  # noqa: S105  of nothing
TITLES = {
    "stam": Words("STAM", "STAM"),
    "swf": Words("Samenwerkfunctionaliteit", "Collaboration"),
    "presenteren": Words("Omgevingsdocumenten presenteren", "Presenting documents"),
}


def ago(**span: int) -> str:
    return (NOON - timedelta(**span)).isoformat()


OUTAGE = Event(
    type=EventType.OUTAGE_OPENED,
    subject="stam/5@prod",
    at=NOON,
    key="1",
    facts={"openedAt": ago(minutes=12), "reason": "answered 502 Bad Gateway"},
)
OVERDUE = Event(
    type=EventType.DRIFT_OVERDUE,
    subject="presenteren/v8",
    at=NOON,
    key="2",
    facts={
        "kind": "lag",
        "severity": "warning",
        "phase": "overdue",
        "environments": "lto,pre,prod",
        "version": "8.6.0",
        "versions": "lto=8.6.0,pre=8.6.0,prod=8.5.2",
        "openedAt": ago(days=5, hours=2),
        "toleratedUntil": ago(hours=2),
    },
)
BROKEN = Event(
    type=EventType.DRIFT_OPENED,
    subject="swf/v5",
    at=NOON,
    key="3",
    facts={
        "kind": "order-broken",
        "severity": "critical",
        "environments": "lto,prod",
        "version": "5.2.0",
        "versions": "lto=5.1.0,prod=5.2.0",
        "openedAt": ago(minutes=1),
    },
)
ARRIVED = Event(
    type=EventType.ROLLOUT_ARRIVED,
    subject="presenteren/v8@pre",
    at=NOON,
    key="4",
    facts={"rollout": "presenteren~v8~8.6.0", "version": "8.6.0", "arrivedBy": ago(hours=3)},
)
OVER = replace(OUTAGE, type=EventType.OUTAGE_RESOLVED, key="5")
MAILS = {
    "outage": (DeliveryKind.EVENT, (OUTAGE,)),
    "overdue": (DeliveryKind.EVENT, (OVERDUE,)),
    "order-broken": (DeliveryKind.EVENT, (BROKEN,)),
    "confirmation": (DeliveryKind.CONFIRMATION, ()),
    "digest": (DeliveryKind.DIGEST, (OUTAGE, OVER, BROKEN, OVERDUE, ARRIVED)),
}


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for name, message in written():
            for width in (600, 375):
                for scheme in ("light", "dark"):
                    file = folder / f"{name}-{width}-{scheme}.png"
                    take(browser, message.html or "", file, width, scheme)
            text = f"<pre style='{TEXT}'>{html.escape(message.text)}</pre>"
            take(browser, text, folder / f"{name}-text.png", 600, "light")
        browser.close()


def written() -> Iterator[tuple[str, Message]]:
    for name, (kind, events) in MAILS.items():
        for language in ("nl", "en"):
            yield (
                f"{name}-{language}",
                story_text(parcel(kind, events, language), LINKS, KEYS, TITLES),
            )


def parcel(kind: DeliveryKind, events: tuple[Event, ...], language: str) -> Parcel:
    subscription = Subscription(
        id="s7Kq2",
        channel=Channel.MAIL,
        address="beheer@leverancier.example.nl",
        wanted=Wanted(),
        language=language,
        created_at=NOON,
    )
    delivery = Delivery(
        id="d1",
        subscription=subscription.id,
        kind=kind,
        story="1",
        events=tuple(one.key for one in events),
        created_at=NOON,
        due_at=NOON,
    )
    return Parcel(
        delivery=delivery, subscription=subscription, events=events, now=NOON, token=TOKEN
    )


def take(browser: Browser, content: str, file: Path, width: int, scheme: str) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 300},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = context.new_page()
    page.set_content(content)
    broad = page.evaluate("document.documentElement.scrollWidth")
    page.screenshot(path=file, full_page=True)
    context.close()
    print(file.name, "" if broad <= width else f"is {broad} wide")


if __name__ == "__main__":
    main()
