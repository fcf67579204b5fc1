"""Mail over TLS: verified, and before any password."""

import asyncio
from pathlib import Path

import pytest

from monitor.alerts.parcel import Fate, Receipt
from monitor.alerts.relay import relay_of
from tests.certificates import Authority
from tests.integration.mailing import courier, parcel
from tests.post_office import PostOffice, open_post_office
from tests.servers import serving


async def test_starttls_is_verified_and_comes_before_the_password(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    office = PostOffice(user=("keten", "wacht/geheim@1"))
    async with open_post_office(office, starttls=authority.sign("mail").server()) as there:
        relay = relay_of(f"smtp://keten:wacht%2Fgeheim%401@127.0.0.1:{there.port}")
        async with courier(relay, authority.file) as ours:
            assert await ours.deliver(parcel()) == Receipt(Fate.ARRIVED)
    (received,) = there.received
    assert received.over_tls
    assert received.logged_in
    assert "geheim" not in repr(relay)


async def test_tls_from_the_first_byte_is_verified_too(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    async with open_post_office(PostOffice(), tls=authority.sign("mail").server()) as there:
        async with courier(relay_of(f"smtps://127.0.0.1:{there.port}"), authority.file) as ours:
            assert await ours.deliver(parcel()) == Receipt(Fate.ARRIVED)
        async with courier(relay_of(f"smtps://127.0.0.1:{there.port}")) as strangers:
            receipt = await strangers.deliver(parcel())
    assert receipt.fate is Fate.AGAIN
    assert "an issuer unknown to us; nothing was sent" in (receipt.trouble or "")
    assert len(there.received) == 1


@pytest.mark.parametrize(
    ("names", "days", "told"),
    [
        (("mail.other.example",), (-1, 90), "is for another"),
        (("127.0.0.1",), (-90, -1), "has expired"),
    ],
)
async def test_a_wrong_certificate_gets_no_mail_and_no_password(
    tmp_path: Path, names: tuple[str, ...], days: tuple[int, int], told: str
) -> None:
    authority = Authority(tmp_path)
    office = PostOffice(user=("keten", "geheim"))
    signed = authority.sign("mail", names=names, days=days)
    async with (
        open_post_office(office, starttls=signed.server()) as there,
        courier(relay_of(f"smtp://keten:geheim@127.0.0.1:{there.port}"), authority.file) as ours,
    ):
        receipt = await ours.deliver(parcel())
    assert receipt.fate is Fate.AGAIN
    assert told in (receipt.trouble or "")
    assert not there.received


async def test_a_stripped_starttls_stops_everything() -> None:
    heard: list[bytes] = []

    async def strip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.test ESMTP\r\n")
        while line := await reader.readline():
            heard.append(line)
            writer.write(b"250-mail.test\r\n250-AUTH PLAIN LOGIN\r\n250 8BITMIME\r\n")

    async with (
        serving(strip) as port,
        courier(relay_of(f"smtp://keten:geheim@127.0.0.1:{port}")) as ours,
    ):
        receipt = await ours.deliver(parcel())
    assert receipt.fate is Fate.AGAIN
    assert "offers no STARTTLS" in (receipt.trouble or "")
    assert "nothing was sent" in (receipt.trouble or "")
    assert heard == [b"EHLO keten.example\r\n"]


async def test_a_wrong_password_is_told_to_the_operator(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    office = PostOffice(user=("keten", "wacht"))
    async with (
        open_post_office(office, starttls=authority.sign("mail").server()) as there,
        courier(relay_of(f"smtp://keten:geheim@127.0.0.1:{there.port}"), authority.file) as ours,
    ):
        receipt = await ours.deliver(parcel())
    assert receipt.fate is Fate.AGAIN
    assert "refuses our user and password (535)" in (receipt.trouble or "")
    assert "geheim" not in (receipt.trouble or "")


async def test_a_server_without_login_is_told_to_the_operator() -> None:
    async with (
        open_post_office(PostOffice()) as there,
        courier(relay_of(f"smtp://keten:geheim@127.0.0.1:{there.port}?starttls=never")) as ours,
    ):
        receipt = await ours.deliver(parcel())
    assert receipt.fate is Fate.AGAIN
    assert "takes no user and password" in (receipt.trouble or "")


async def test_nobody_there_and_nonsense_may_pass() -> None:
    async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await reader.read()

    async with (
        serving(babble) as port,
        courier(relay_of(f"smtp://127.0.0.1:{port}?starttls=never"), total=2) as ours,
    ):
        nonsense = await ours.deliver(parcel())
    async with courier(relay_of(f"smtp://127.0.0.1:{port}?starttls=never")) as ours:
        absence = await ours.deliver(parcel())
    assert nonsense.fate is absence.fate is Fate.AGAIN
    assert absence.trouble == "the mail server cannot be reached, or hung up"


async def test_trust_anchors_that_are_gone_are_told(tmp_path: Path) -> None:
    async with courier(relay_of("smtp://127.0.0.1:9"), tmp_path / "gone.pem") as ours:
        receipt = await ours.deliver(parcel())
    assert receipt.fate is Fate.AGAIN
    assert "CA_FILE" in (receipt.trouble or "")
