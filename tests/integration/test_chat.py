"""Chats, through a real Apprise in a process of its own, to servers on loopback."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from monitor.alerts.channels.chat import ChatCourier
from monitor.alerts.links import Links
from monitor.alerts.parcel import Fate, Parcel, Receipt
from monitor.catalogue.references import Reference
from monitor.domain.delivery import DeliveryKind
from monitor.domain.subscription import Channel
from tests.certificates import Authority
from tests.receivers import receiving
from tests.servers import answer, mute, serving
from tests.unit.parcels import outage, parcel

NAME = "env:TEAM_CHAT"
LINKS = Links("https://wacht.example")
HOOK = "3ccdd113474722377935511fc85d3dd4"


@asynccontextmanager
async def chat(
    address: str, *, total: float = 20.0, ca_file: str | None = None
) -> AsyncIterator[ChatCourier]:
    places = {NAME: Reference.parse(NAME)}
    courier = ChatCourier(places, {"TEAM_CHAT": address}, LINKS, ca_file=ca_file, total=total)
    try:
        yield courier
    finally:
        await courier.aclose()


def message(**facts: str) -> Parcel:
    return parcel(NAME, outage(**facts), channel=Channel.CHAT)


def json_at(port: int) -> str:
    return f"json://127.0.0.1:{port}/x"


def told_to(process: int) -> bytes:
    """Its environment and its arguments, which others on the machine can read too."""
    place = Path(f"/proc/{process}")
    return (place / "environ").read_bytes() + (place / "cmdline").read_bytes()


async def test_an_outage_arrives_in_a_mattermost_and_the_next_by_the_same_process() -> None:
    async with receiving() as receiver, chat(f"mmost://127.0.0.1:{receiver.port}/{HOOK}") as room:
        assert await room.deliver(message()) == Receipt(Fate.ARRIVED)
        before = room._messengers[NAME]._process
        await room.deliver(parcel(NAME, channel=Channel.CHAT, kind=DeliveryKind.TEST))
        assert room._messengers[NAME]._process is before
    assert [heard.path for heard in receiver.heard] == [f"/hooks/{HOOK}"] * 2
    said = json.loads(receiver.heard[0].body)
    assert said["username"] == "Ketenwacht"
    assert "icon_url" not in said
    assert "https://wacht.example/interfaces/presenteren" in said["text"]


async def test_nothing_hostile_is_markup_in_a_chat() -> None:
    hostile = "@all <!channel> [pay](https://evil.example) **now** `x` <script>"
    async with receiving() as receiver, chat(json_at(receiver.port)) as room:
        await room.deliver(message(reason=hostile, title=hostile))
    said = json.loads(receiver.heard[0].body)
    assert not set("@<>[]*`") & set(said["title"] + said["message"])
    assert "https://evil" not in said["message"]


async def test_a_redirect_is_not_followed_and_its_status_is_told() -> None:
    async with receiving() as elsewhere:
        moved = answer("302 Found", b"", b"Location: " + elsewhere.url().encode())
        async with receiving(moved) as receiver, chat(json_at(receiver.port)) as room:
            said = await room.deliver(message())
    assert said == Receipt(Fate.AGAIN, "the chat answered 302")
    assert not elsewhere.heard


async def test_a_proxy_of_our_environment_is_not_used_nor_a_secret_of_it_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with receiving() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        monkeypatch.setenv("KETENWACHT_SECRET_KEY", "canary-" * 8)
        async with receiving() as receiver, chat(json_at(receiver.port)) as room:
            assert (await room.deliver(message())).fate is Fate.ARRIVED
            process = room._messengers[NAME]._process
            assert process is not None
            known = told_to(process.pid)
    assert not proxy.heard
    assert b"canary" not in known
    assert str(receiver.port).encode() not in known


async def test_a_mute_chat_holds_us_no_longer_than_the_total_and_its_process_is_ended() -> None:
    async with serving(mute) as port, chat(json_at(port), total=1.5) as room:
        said = await room.deliver(message())
        assert room._messengers[NAME]._process is None
    assert said == Receipt(Fate.AGAIN, "the chat did not answer in time")


async def test_a_program_that_is_gone_is_started_again() -> None:
    async with receiving() as receiver, chat(json_at(receiver.port)) as room:
        await room.deliver(message())
        process = room._messengers[NAME]._process
        assert process is not None
        process.kill()
        await process.wait()
        assert (await room.deliver(message())).fate is Fate.ARRIVED


async def test_an_address_that_nobody_knows_is_told_by_its_reference_only() -> None:
    for held in ("nonsense://geheim", "", "two\nlines"):
        async with chat(held) as room:
            said = await room.deliver(message())
        assert said.fate is Fate.AGAIN
        assert NAME in (said.trouble or "")
        assert "geheim" not in (said.trouble or "")


async def test_our_own_trust_anchors_count_beside_those_of_the_system(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    context = authority.sign("chat", names=("localhost",)).server()
    async with receiving(context=context) as receiver:
        address = f"jsons://localhost:{receiver.port}/x"
        async with chat(address, ca_file=str(authority.file)) as room:
            assert (await room.deliver(message())).fate is Fate.ARRIVED
        async with chat(address) as room:
            assert (await room.deliver(message())).fate is Fate.AGAIN
    assert len(receiver.heard) == 1
