"""What counts as the same announcement."""

from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from monitor.desk.announcing import Told
from tests.building import NOON, PRESENTEREN

TOLD = Told(line=PRESENTEREN, version="8.6.0", key="k", planned={"lto": NOON, "prod": NOON})


def test_key_offset_and_order_of_environments_are_no_content() -> None:
    elsewhere = NOON.astimezone(timezone(timedelta(hours=2)))
    same = replace(TOLD, key="another", planned={"prod": elsewhere, "lto": NOON})
    assert same.digest == TOLD.digest


@pytest.mark.parametrize(
    "changed",
    [
        {"version": "8.6.1"},
        {"planned": {"lto": NOON}},
        {"release_notes": "https://example.org"},
        {"content_wipe": True},
    ],
)
def test_all_else_is_another_announcement(changed: dict[str, object]) -> None:
    assert replace(TOLD, **changed).digest != TOLD.digest  # type: ignore[arg-type]  # by name
