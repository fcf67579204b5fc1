"""Takes the pictures of this folder: python docs/screenshots/take.py URL [PAGE ...].

The demo must be running (`make demo`), with its history made; a Chromium must be installed. For
`subscribe` it must have been started with KETENWACHT_SMTP_URL and KETENWACHT_MAIL_FROM. The pages
of operators are taken when KETENWACHT_TOKEN holds a token for all that they do.
"""

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, sync_playwright

HERE = Path(__file__).parent
EVERY_WAY = {
    "wall": "/",
}
TWO_WAYS = {
    "subscribe": "/subscribe?line=presenteren/v8",
}
ONE_WAY = {
    "interface": "/interfaces/presenteren",
    "environment": "/environments/prod",
    "drift": "/drift",
    "rollouts": "/rollouts",
    "gate": "/gate",
    "gate-answer": "/gate",
    "roadmap": "/roadmap",
    "incidents": "/incidents",
    "maintenance": "/maintenance",
}
BY_OPERATORS = {
    "operate-planning": ("/operate/planning", (1280, "light", "nl")),
    "operate-incidents": ("/operate/incidents", (375, "dark", "en")),
}
FOLLOWED = {"gate-answer": "main a[href^='/gate/']"}
"""Where a page is found: by the first of these links."""
WIDTHS = (1280, 375)
Way = tuple[int, str, str]


def main() -> None:
    base, *wanted = sys.argv[1:]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for name, path in (EVERY_WAY | TWO_WAYS | ONE_WAY).items():
            if wanted and name not in wanted:
                continue
            ways = [
                (width, scheme, language)
                for width in WIDTHS
                for scheme in ("light", "dark")
                for language in ("nl", "en")
            ]
            chosen = ways if name in EVERY_WAY else ways[:1]
            if name in TWO_WAYS:
                chosen = [ways[0], ways[-1]]
            for width, scheme, language in chosen:
                take(browser, base + path, name, (width, scheme, language))
        if token := os.environ.get("KETENWACHT_TOKEN"):
            for name, (path, way) in BY_OPERATORS.items():
                if not wanted or name in wanted:
                    take(browser, base + path, name, way, token)
        browser.close()


def take(browser: Browser, url: str, name: str, way: Way, token: str | None = None) -> None:
    width, scheme, language = way
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
        locale=language,
    )
    if token:
        sign_in(context, url, token)
    page = context.new_page()
    page.goto(url)
    if name in FOLLOWED:
        page.goto(page.locator(FOLLOWED[name]).first.evaluate("one => one.href"))
    page.wait_for_timeout(300)
    file = f"{name}-{width}-{scheme}-{language}.png"
    page.screenshot(path=HERE / file, full_page=True)
    context.close()
    print(file)


def sign_in(context: BrowserContext, url: str, token: str) -> None:
    page = context.new_page()
    page.goto(url)
    page.locator("input[type=password]").fill(token)
    page.locator("main form button").first.click()
    page.wait_for_load_state()


if __name__ == "__main__":
    main()
