"""Nobody gets mail about a monitor that is not theirs."""

import pytest

from web.views.contact import contact

HERE = "https://wacht.example"


@pytest.mark.parametrize(
    ("told", "url", "email"),
    [
        ("beheer@wacht.example", HERE, "beheer@wacht.example"),
        ("mailto:beheer@wacht.example", HERE, "beheer@wacht.example"),
        ("https://wacht.example/hulp@loket", "https://wacht.example/hulp@loket", None),
        (None, HERE, None),
        ("bel ons", HERE, None),
    ],
)
def test_a_contact_is_what_was_configured_or_our_own_host(
    told: str | None, url: str, email: str | None
) -> None:
    assert contact(HERE, told) == {
        "name": "Ketenwacht",
        "url": url,
        "email": email or "postmaster@wacht.example",
    }


def test_a_monitor_without_a_name_of_its_own_is_of_this_machine() -> None:
    assert contact("http://127.0.0.1:8080", None)["email"] == "postmaster@127.0.0.1"
