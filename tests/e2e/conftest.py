"""Browsers beside other tests: what is expected may take its time."""

from playwright import async_api, sync_api

PATIENCE = 60_000  # milliseconds; 5,000 is the custom

sync_api.expect.set_options(timeout=PATIENCE)
async_api.expect.set_options(timeout=PATIENCE)
