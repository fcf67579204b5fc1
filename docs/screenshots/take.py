"""Takes the pictures of this folder: python docs/screenshots/take.py URL [PAGE ...].

The demo must be running (`make demo`), with its history made; a Chromium must be installed. For
`subscribe` it must have been started with KETENWACHT_SMTP_URL and KETENWACHT_MAIL_FROM.
"""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

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
    "roadmap": "/roadmap",
    "incidents": "/incidents",
    "maintenance": "/maintenance",
}
WIDTHS = (1280, 375)


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
                take(browser, base + path, f"{name}-{width}-{scheme}-{language}.png", width)
        browser.close()


def take(browser: Browser, url: str, name: str, width: int) -> None:
    scheme, language = name.removesuffix(".png").split("-")[-2:]
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
        locale=language,
    )
    page = context.new_page()
    page.goto(url)
    page.wait_for_timeout(300)
    page.screenshot(path=HERE / name, full_page=True)
    context.close()
    print(name)


if __name__ == "__main__":
    main()
