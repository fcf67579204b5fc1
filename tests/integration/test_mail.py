"""Mail against a real SMTP server: it arrives whole, over TLS, once for each delivery."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from monitor.alerts.channels.mail import MailCourier
from monitor.alerts.links import Links
from monitor.alerts.mime import sender_of
from monitor.alerts.parcel import Fate, Parcel, Receipt
from monitor.alerts.relay import Relay, RelayError, relay_of
from monitor.desk.derived import Derived
from monitor.domain.delivery import Delivery, DeliveryKind
from monitor.domain.event import Event, EventType
from monitor.domain.landscape import Words
from monitor.domain.mail_address import MailAddressError
from monitor.domain.subscription import Channel, Subscription, Wanted
from tests.certificates import Authority
from tests.post_office import PostOffice, Received, open_post_office
from tests.servers import serving

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
DERIVED = Derived(b"a secret key of thirty-two bytes")
LINKS = Links("https://keten.example")
TITLES = {"stam": Words("STAM", "STAM")}
HOSTILE = "8.6\r\nBcc: all@evil.example\r\n\r\n<b>hi</b>\u202e\x00"


def parcel(
    *events: Event,
    address: str = "Jan.de.Vries+keten@Example.NL",
    kind: DeliveryKind = DeliveryKind.EVENT,
    delivery: str = "d-1",
    opened_by: str | None = None,
    language: str = "nl",
) -> Parcel:
    told = events or (outage(),)
    return Parcel(
        delivery=Delivery(
            id=delivery,
            subscription="s-1",
            kind=kind,
            story=told[0].story,
            events=tuple(one.key for one in told),
            created_at=NOON,
            due_at=NOON,
        ),
        subscription=Subscription(
            id="s-1",
            channel=Channel.MAIL,
            address=address,
            wanted=Wanted(),
            language=language,
            created_at=NOON,
        ),
        events=told,
        now=NOON,
        opened_by=opened_by,
        token="confirm-me",
    )


def outage(kind: EventType = EventType.OUTAGE_OPENED, **facts: str) -> Event:
    return Event(
        type=kind,
        subject="stam/5@prod",
        at=NOON,
        key=f"{kind}:1",
        facts={"openedAt": (NOON - timedelta(minutes=12)).isoformat(), **facts},
        story="target:stam/5@prod:1",
    )


@asynccontextmanager
async def courier(
    relay: Relay, ca_file: Path | None = None, total: float = 10.0
) -> AsyncIterator[MailCourier]:
    made = MailCourier(
        relay,
        sender_of("Ketenwacht <ketenwacht@keten.example>"),
        LINKS,
        DERIVED,
        lambda: TITLES,
        ca_file=str(ca_file) if ca_file else None,
        total=total,
    )
    try:
        yield made
    finally:
        await made.aclose()


async def sent(*parcels: Parcel, office: PostOffice | None = None) -> list[Received]:
    """Let all of it arrive at a server in the clear on this machine."""
    async with (
        open_post_office(office or PostOffice()) as there,
        courier(relay_of(f"smtp://127.0.0.1:{there.port}?starttls=never")) as ours,
    ):
        for one in parcels:
            assert await ours.deliver(one) == Receipt(Fate.ARRIVED)
        return there.received


def part(mail: EmailMessage, kind: str) -> str:
    found = mail.get_body((kind,))
    assert isinstance(found, EmailMessage)
    return str(found.get_content())


async def test_a_mail_arrives_with_every_header_in_place() -> None:
    (received,) = await sent(parcel(outage(reason="answered 502")))
    mail = received.mail
    assert received.sender == "ketenwacht@keten.example"
    assert received.recipients == ("Jan.de.Vries+keten@example.nl",)
    assert received.greeting == "keten.example"
    assert mail["From"] == "Ketenwacht <ketenwacht@keten.example>"
    assert mail["To"] == "Jan.de.Vries+keten@example.nl"
    assert mail["Subject"] == "Storing: STAM 5 op PROD"
    assert mail["Message-ID"] == "<d-1@keten.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "nl"
    assert mail["List-Id"] == "Ketenwacht <ketenwacht.keten.example>"
    assert mail["MIME-Version"] == "1.0"
    assert mail["In-Reply-To"] is None
    assert parsedate_to_datetime(mail["Date"]) == NOON
    assert len({name.lower() for name in mail}) == len([*mail])


async def test_one_click_leaves_by_a_link_that_stands_whole() -> None:
    (received,) = await sent(parcel())
    token = DERIVED.token("leave", "s-1")
    raw = received.content.decode("ascii")
    leave = f"<https://keten.example/subscriptions/s-1/leave?token={token}>"
    assert f"\r\nList-Unsubscribe: {leave}\r\n" in raw
    assert "\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw
    assert leave.strip("<>") in part(received.mail, "plain")
    assert DERIVED.token("manage", "s-1") in part(received.mail, "plain")


async def test_the_text_comes_first_and_both_parts_are_in_the_language() -> None:
    (received,) = await sent(parcel(outage(EventType.OUTAGE_RESOLVED), language="en"))
    mail = received.mail
    assert mail.get_content_type() == "multipart/alternative"
    assert [one.get_content_type() for one in mail.iter_parts()] == ["text/plain", "text/html"]
    assert "STAM 5 on PROD is available again" in part(mail, "plain")
    assert "The outage lasted 12" in part(mail, "plain")
    assert '<html lang="en">' in part(mail, "html")
    assert mail["Content-Language"] == "en"
    assert received.content.isascii()
    assert max(map(len, received.content.split(b"\r\n"))) <= 998
    assert b"\n" not in received.content.replace(b"\r\n", b"")


async def test_what_follows_hangs_under_the_opening() -> None:
    first, second, other = await sent(
        parcel(delivery="d-1"),
        parcel(outage(EventType.OUTAGE_RESOLVED), delivery="d-2", opened_by="d-1"),
        parcel(replace(outage(), story="another"), delivery="d-3"),
    )
    root, opening = second.mail["References"].split()
    assert opening == first.mail["Message-ID"] == second.mail["In-Reply-To"]
    assert root == first.mail["References"] != other.mail["References"]
    assert second.mail["Subject"] == f"Re: {first.mail['Subject']}"


async def test_a_digest_and_a_confirmation_hang_under_nothing() -> None:
    digest, confirmation = await sent(
        parcel(kind=DeliveryKind.DIGEST, opened_by="d-0"),
        parcel(kind=DeliveryKind.CONFIRMATION),
    )
    assert digest.mail["References"] is None
    assert confirmation.mail["References"] is None
    assert confirmation.mail["List-Unsubscribe"] is None
    assert "/subscriptions/s-1/confirm?token=confirm-me" in part(confirmation.mail, "plain")
    assert confirmation.mail["Subject"] == "Bevestig uw aanmelding bij Ketenwacht"


@pytest.mark.parametrize("kind", EventType)
async def test_hostile_facts_stay_inside_the_text(kind: EventType) -> None:
    facts = dict.fromkeys(("reason", "version", "title", "message", "by", "versions"), HOSTILE)
    event = replace(outage(kind), facts={**facts, "openedAt": HOSTILE})
    (received,) = await sent(parcel(event, delivery="d\r\nBcc: x@evil.example"))
    mail = received.mail
    assert received.recipients == ("Jan.de.Vries+keten@example.nl",)
    assert mail["Bcc"] is None
    assert re.fullmatch(r"<[0-9a-f]{64}@keten\.example>", mail["Message-ID"])
    assert "\n" not in mail["Subject"]
    assert "<b>" not in part(mail, "html")
    assert not {*"\u202e\x00"} & {*part(mail, "plain")}


@pytest.mark.parametrize(
    "address",
    ["a@b.nl\r\nRCPT TO:<x@evil.example>", "a@b.nl, c@d.nl", '"a b"@c.nl', "a@[10.0.0.1]"],
)
async def test_an_address_that_is_none_is_refused_before_anything_is_said(address: str) -> None:
    async with courier(relay_of("smtp://127.0.0.1:9?starttls=never")) as ours:
        receipt = await ours.deliver(parcel(address=address))
    assert receipt.fate is Fate.REFUSED
    assert receipt.trouble
    assert receipt.trouble.startswith("the address ")
    assert "evil" not in receipt.trouble


@pytest.mark.parametrize(
    ("office", "fate", "told"),
    [
        (PostOffice(rcpt=["550 5.1.1 jan@secret unknown"]), Fate.REFUSED, "address for good (550)"),
        (PostOffice(rcpt=["450 4.2.0 Greylisted"]), Fate.AGAIN, "puts the address off (450)"),
        (PostOffice(rcpt=["421 4.3.2 Bye"]), Fate.AGAIN, "puts the address off (421)"),
        (PostOffice(mail=["550 5.7.1 Not you"]), Fate.AGAIN, "refuses our own address (550)"),
        (PostOffice(mail=["451 4.3.0 Later"]), Fate.AGAIN, "refuses our own address (451)"),
        (PostOffice(data=["554 5.7.1 Looks bad"]), Fate.REFUSED, "message for good (554)"),
        (PostOffice(data=["452 4.3.1 Full"]), Fate.AGAIN, "cannot take it now (452)"),
    ],
    ids=lambda one: str(one)[:40] if isinstance(one, str) else "",
)
async def test_a_refusal_is_for_good_or_for_now(office: PostOffice, fate: Fate, told: str) -> None:
    async with (
        open_post_office(office) as there,
        courier(relay_of(f"smtp://127.0.0.1:{there.port}?starttls=never")) as ours,
    ):
        receipt = await ours.deliver(parcel())
        assert receipt.fate is fate
        assert told in (receipt.trouble or "")
        assert "secret" not in (receipt.trouble or "")
        assert await ours.deliver(parcel()) == Receipt(Fate.ARRIVED)
    assert len(there.received) == 1


async def test_a_server_that_hangs_after_the_text_gets_the_same_mail_again() -> None:
    async with (
        open_post_office(PostOffice(hangs=True)) as there,
        courier(relay_of(f"smtp://127.0.0.1:{there.port}?starttls=never"), total=3) as ours,
    ):
        receipt = await ours.deliver(parcel())
        assert receipt == Receipt(Fate.AGAIN, "the mail server did not answer in time")
        there.hangs = False
        assert (await ours.deliver(parcel())).fate is Fate.ARRIVED
    first, second = (one.mail["Message-ID"] for one in there.received)
    assert first == second == "<d-1@keten.example>"


async def test_a_server_that_dawdles_at_every_step_gets_no_more_than_the_whole_time() -> None:
    async def dawdle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.test\r\n")
        in_text = False
        while line := await reader.readline():
            if in_text and line != b".\r\n":
                continue
            await asyncio.sleep(0.1)  # each within the time, all of them beyond it
            in_text = line == b"DATA\r\n"
            writer.write(b"354 go on\r\n" if in_text else b"250 mail.test\r\n")

    async with (
        serving(dawdle) as port,
        courier(relay_of(f"smtp://127.0.0.1:{port}?starttls=never"), total=0.3) as ours,
    ):
        receipt = await ours.deliver(parcel())
    assert receipt == Receipt(Fate.AGAIN, "the mail server did not answer in time")


async def test_a_line_is_used_again_and_a_dead_one_is_not() -> None:
    async with (
        open_post_office(PostOffice()) as there,
        courier(relay_of(f"smtp://127.0.0.1:{there.port}?starttls=never")) as ours,
    ):
        for number in range(3):
            assert (await ours.deliver(parcel(delivery=f"d-{number}"))).fate is Fate.ARRIVED
        assert len(there.servers) == 1
        there.hang_up()
        await asyncio.sleep(0.01)
        assert (await ours.deliver(parcel(delivery="d-9"))).fate is Fate.ARRIVED
        assert len(there.servers) == 2
        await asyncio.gather(*(ours.deliver(parcel(delivery=f"p-{one}")) for one in range(5)))
    assert len({one.mail["Message-ID"] for one in there.received}) == 9


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


@pytest.mark.parametrize("title", ["Café Ünïçödé vóór de eerste dag " * 5, "é" * 150, "x" * 150])
async def test_a_long_subject_of_any_letters_arrives_as_it_was(title: str) -> None:
    event = outage(EventType.INCIDENT_OPENED, title=title, message="m")
    (received,) = await sent(parcel(event))
    shown = str(received.mail["Subject"]).removeprefix("Storingsmelding: ")
    assert title.strip().startswith(shown.rstrip("…").strip())
    assert len(shown) > 110
    assert max(map(len, received.content.partition(b"\r\n\r\n")[0].split(b"\r\n"))) < 200
