"""Messages to the chats of an operator, through Apprise in a process beside us."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable, Mapping
from contextlib import suppress

from monitor.alerts.chat_text import chat_text
from monitor.alerts.links import Links
from monitor.alerts.own_places import PlaceError, address_at
from monitor.alerts.parcel import Fate, Parcel, Receipt
from monitor.alerts.wording.letter import compose
from monitor.catalogue.references import Reference
from monitor.domain.landscape import Words

PROGRAM = "monitor.alerts.messenger"
TOTAL = 20.0  # seconds for one message, the start of the program included
KEPT = ("PATH", "PYTHONPATH", "TZ")
"""All that the program is told of our environment: no proxy, no secret."""


class Stopped(Exception):  # noqa: N818  a fact, and named as one
    """The program ended before it answered."""


class Messenger:
    """One process, started when there is a message, and one message at a time."""

    def __init__(self, ca_file: str | None) -> None:
        self._arguments = ("-m", PROGRAM, *((ca_file,) if ca_file else ()))
        self._process: Process | None = None
        self._turn = asyncio.Lock()

    async def carry(self, message: Mapping[str, str]) -> Mapping[str, str]:
        """What the program answers. Raises Stopped; ends the program when it is interrupted."""
        async with self._turn:
            process = await self._running()
            assert process.stdin is not None
            assert process.stdout is not None
            try:
                process.stdin.write(json.dumps(message).encode("ascii") + b"\n")
                await process.stdin.drain()
                line = await process.stdout.readline()
            except (BrokenPipeError, ConnectionResetError):
                line = b""
            except BaseException:
                await self._end(process)
                raise
            if not line:
                await self._end(process)
                raise Stopped
            answer: Mapping[str, str] = json.loads(line)
            return answer

    async def aclose(self) -> None:
        if self._process is not None:
            await self._end(self._process)

    async def _running(self) -> Process:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *self._arguments,
                stdin=PIPE,
                stdout=PIPE,
                stderr=DEVNULL,
                env={name: os.environ[name] for name in KEPT if name in os.environ}
                | {"HOME": os.devnull, "NETRC": os.devnull},
                start_new_session=True,  # a Ctrl-C at our terminal is not meant for it
            )
        return self._process

    async def _end(self, process: Process) -> None:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        self._process = None


class ChatCourier:
    """`places` are by the addresses of their subscriptions; each has a messenger of its own."""

    def __init__(
        self,
        places: Mapping[str, Reference],
        secrets: Mapping[str, str],
        links: Links,
        titles: Callable[[], Mapping[str, Words]] = dict,
        *,
        ca_file: str | None = None,
        total: float = TOTAL,
    ) -> None:
        self._places = places
        self._messengers = {name: Messenger(ca_file) for name in places}
        self._secrets = secrets
        self._links = links
        self._titles = titles
        self._total = total

    async def deliver(self, parcel: Parcel) -> Receipt:
        name = parcel.subscription.address
        if name not in self._places:
            return Receipt(Fate.REFUSED, "this chat is not configured any more")
        title, text = chat_text(compose(parcel, self._links, titles=self._titles()))
        try:
            address = address_at(self._places[name], self._secrets)
            message = {"to": address, "title": title, "text": text, "from": self._links.address}
            async with asyncio.timeout(self._total):
                answer = await self._messengers[name].carry(message)
        except PlaceError as error:
            return Receipt(Fate.AGAIN, str(error))
        except TimeoutError:
            return Receipt(Fate.AGAIN, "the chat did not answer in time")
        except Stopped:
            return Receipt(Fate.AGAIN, "the program that speaks to chats ended too early")
        return _receipt(answer, name)

    async def aclose(self) -> None:
        for messenger in self._messengers.values():
            await messenger.aclose()


def _receipt(answer: Mapping[str, str], name: str) -> Receipt:
    match answer["fate"]:
        case "arrived":
            return Receipt(Fate.ARRIVED)
        case "unknown":
            return Receipt(Fate.AGAIN, f"{name} holds no address that Apprise knows; correct it")
        case _ if answer["status"]:
            return Receipt(Fate.AGAIN, f"the chat answered {answer['status']}")
        case _:
            return Receipt(Fate.AGAIN, "the chat did not take the message")
