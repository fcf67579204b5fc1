"""Which browser looks at the pages, and through how small a window."""

import shutil

import pytest

PHONE = {"width": 375, "height": 700}
ENLARGED = {"width": 320, "height": 256}  # 1280 x 1024 at 400 % (WCAG 2.2, 1.4.10)
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def chromium() -> str:
    """Its path; where there is none, the test is skipped and says so."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("no Chromium is found on the path; install chromium to run these")
    return path
