"""Which mail server may be used, and how it is told apart from an unsafe one."""

import pytest

from monitor.alerts.mime import sender_of
from monitor.alerts.relay import Relay, RelayError, relay_of
from monitor.domain.mail_address import MailAddressError


@pytest.mark.parametrize(
    ("url", "allowed", "relay"),
    [
        ("smtp://mail.example.nl", (), Relay(host="mail.example.nl", port=587)),
        ("smtps://mail.example.nl/", (), Relay(host="mail.example.nl", port=465, tls_at_once=True)),
        (
            "smtp://localhost:25?starttls=never",
            (),
            Relay(host="localhost", port=25, in_the_clear=True),
        ),
        (
            "smtp://[::1]:25?starttls=never",
            (),
            Relay(host="::1", port=25, in_the_clear=True),
        ),
        (
            "smtp://10.1.2.3:25?starttls=never",
            ("hooks.example.nl", "10.0.0.0/8"),
            Relay(host="10.1.2.3", port=25, in_the_clear=True),
        ),
        (
            "smtp://relay.intern:25?starttls=never",
            ("relay.intern",),
            Relay(host="relay.intern", port=25, in_the_clear=True),
        ),
    ],
)
def test_a_relay_is_read(url: str, allowed: tuple[str, ...], relay: Relay) -> None:
    assert relay_of(url, allowed) == relay


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("smtp://mail.example.nl?starttls=never", "neither this machine"),
        ("smtp://192.0.2.1?starttls=never", "neither this machine"),
        ("smtps://localhost?starttls=never", "both smtps and starttls=never"),
        ("smtp://geheim@mail.example.nl", "without a password"),
    ],
)
def test_an_unsafe_relay_is_refused_without_repeating_it(url: str, told: str) -> None:
    with pytest.raises(RelayError, match=told) as refused:
        relay_of(url, ("10.0.0.0/8", "other.example"))
    assert "geheim" not in str(refused.value)


def test_a_sender_has_to_be_an_address() -> None:
    assert str(sender_of("Keten, de Wacht <a@b.nl>".replace(",", ""))) == "Keten de Wacht <a@b.nl>"
    with pytest.raises(MailAddressError):
        sender_of("Ketenwacht")
