"""No secret reaches a log line, whatever the caller hands over."""

from monitor.logs import hush


def test_what_is_named_as_a_secret_is_not_said() -> None:
    said = hush(None, "info", {"event": "asked", "Authorization": "Bearer s3cret", "token": "t"})
    assert said == {"event": "asked", "Authorization": "(secret)", "token": "(secret)"}


def test_a_password_in_a_url_is_not_said() -> None:
    said = hush(None, "info", {"event": "at postgresql://me:s3cret@db/ketenwacht now"})
    assert said == {"event": "at postgresql://me:(secret)@db/ketenwacht now"}


def test_an_address_without_a_password_is_said_in_full() -> None:
    said = hush(None, "info", {"url": "http://127.0.0.1:8411/publiek@8"})
    assert said == {"url": "http://127.0.0.1:8411/publiek@8"}
