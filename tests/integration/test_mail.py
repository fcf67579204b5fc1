"""Mail against a real SMTP server: it arrives whole, over TLS, once for each delivery."""

import asyncio
import re
from dataclasses import replace
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

import pytest

from monitor.alerts.parcel import Fate, Parcel, Receipt
from monitor.alerts.relay import relay_of
from monitor.domain.delivery import DeliveryKind
from monitor.domain.event import EventType
from tests.integration.mailing import DERIVED, NOON, courier, outage, parcel
from tests.post_office import PostOffice, Received, open_post_office
from tests.servers import serving

HOSTILE = "8.6\r\nBcc: all@evil.example\r\n\r\n<b>hi</b>\u202e\x00"


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


@pytest.mark.parametrize("title", ["Café Ünïçödé vóór de eerste dag " * 5, "é" * 150, "x" * 150])
async def test_a_long_subject_of_any_letters_arrives_as_it_was(title: str) -> None:
    event = outage(EventType.INCIDENT_OPENED, title=title, message="m")
    (received,) = await sent(parcel(event))
    shown = str(received.mail["Subject"]).removeprefix("Storingsmelding: ")
    assert title.strip().startswith(shown.rstrip("…").strip())
    assert len(shown) > 110
    assert max(map(len, received.content.partition(b"\r\n\r\n")[0].split(b"\r\n"))) < 200
