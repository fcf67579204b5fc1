"""Looking names up: a dead name holds up only itself."""

import asyncio
import socket
import threading
from collections.abc import Iterator, Sequence

import pytest

from checks.check import fetch
from checks.client import Clients, Resolver, Unanswered
from checks.outcome import Target, Trust
from checks.trouble import TroubleKind
from tests.servers import answer, says, serving


class Names:
    """A name server by hand: `dead…` names keep silent until it closes."""

    def __init__(self) -> None:
        self.over = threading.Event()
        self.asked: list[str] = []

    def __call__(self, host: str) -> Sequence[str]:
        self.asked.append(host)
        if host.startswith("dead"):
            self.over.wait(300)
            raise socket.gaierror(socket.EAI_AGAIN, "at last")
        if host.startswith("unknown"):
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return [] if host.startswith("empty") else ["127.0.0.1"]


@pytest.fixture
def names() -> Iterator[Names]:
    names = Names()
    yield names
    names.over.set()


async def test_a_name_is_looked_up_afresh_each_time(names: Names) -> None:
    resolver = Resolver(names)
    assert await resolver.resolve("lto.example") == ["127.0.0.1"]
    assert await resolver.resolve("lto.example") == ["127.0.0.1"]
    assert names.asked == ["lto.example"] * 2
    resolver.close()


async def test_one_look_up_serves_all_who_wait_for_the_name(names: Names) -> None:
    resolver = Resolver(names)
    waiting = [asyncio.create_task(resolver.resolve("dead.example")) for _ in range(5)]
    await asyncio.sleep(0.01)
    names.over.set()
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert all(isinstance(result, Unanswered) for result in results)
    assert names.asked == ["dead.example"]
    resolver.close()


async def test_who_leaves_does_not_take_the_look_up_along(names: Names) -> None:
    resolver = Resolver(names)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await resolver.resolve("dead.example")
    second = asyncio.create_task(resolver.resolve("dead.example"))
    await asyncio.sleep(0)
    names.over.set()
    with pytest.raises(Unanswered):
        await second
    assert names.asked == ["dead.example"]
    resolver.close()


@pytest.mark.parametrize(
    ("host", "sentence"),
    [
        ("unknown.example", "the name unknown.example is not known"),
        ("empty.example", "the name empty.example has no address"),
    ],
)
async def test_a_name_that_leads_nowhere_is_said(names: Names, host: str, sentence: str) -> None:
    resolver = Resolver(names)
    with pytest.raises(Unanswered) as caught:
        await resolver.resolve(host)
    assert (caught.value.trouble.kind, str(caught.value)) == (TroubleKind.DNS, sentence)
    resolver.close()


async def test_the_system_knows_localhost_and_not_an_invalid_name() -> None:
    resolver = Resolver()
    assert set(await resolver.resolve("localhost")) <= {"127.0.0.1", "::1"}
    with pytest.raises(Unanswered):
        await resolver.resolve("a" * 70 + ".example")
    resolver.close()


async def test_dead_names_do_not_starve_the_others(names: Names) -> None:
    resolver = Resolver(names)
    dead = [asyncio.create_task(resolver.resolve(f"dead{n}.example")) for n in range(40)]
    await asyncio.sleep(0)
    async with asyncio.timeout(60):  # with the six threads of asyncio it would be 300
        for n in range(20):
            assert await resolver.resolve(f"well{n}.example") == ["127.0.0.1"]
    assert not any(task.done() for task in dead)
    names.over.set()
    await asyncio.gather(*dead, return_exceptions=True)
    resolver.close()


async def test_more_dead_names_than_threads_do_not_starve_a_name_that_was_well(
    names: Names,
) -> None:
    resolver = Resolver(names, threads=20)
    await resolver.resolve("well.example")
    dead = [asyncio.create_task(resolver.resolve(f"dead{n}.example")) for n in range(200)]
    await asyncio.sleep(0)
    async with asyncio.timeout(60):
        assert await resolver.resolve("well.example") == ["127.0.0.1"]
    names.over.set()
    await asyncio.gather(*dead, return_exceptions=True)
    resolver.close()


async def test_a_mute_name_server_is_a_dns_failure_at_the_deadline(names: Names) -> None:
    clients = Clients("test", resolver=Resolver(names))
    at = Target(id="x", base_url="http://dead.example", timeout=0.1)
    with pytest.raises(Unanswered) as caught:
        await fetch(at, clients.of(Trust()), "/")
    assert str(caught.value) == "the name server gave no answer within 0.1 s"
    assert caught.value.phases.dns is None
    await clients.aclose()


async def test_an_address_is_never_looked_up(names: Names) -> None:
    clients = Clients("test", resolver=Resolver(names))
    async with serving(says(answer())) as port:
        at = Target(id="x", base_url=f"http://127.0.0.1:{port}")
        await fetch(at, clients.of(Trust()), "/")
    assert names.asked == []
    await clients.aclose()
