"""One connection: the question goes out on it, the answer comes back."""

import asyncio
from typing import cast

from typing_extensions import override

from checks.trouble import Stage, TroubleKind
from checks.wire.reply import Reply
from checks.wire.stopwatch import Stopwatch
from checks.wire.tls import Veil
from checks.wire.unanswered import Unanswered


class Line(asyncio.Protocol):
    """Connected first, told what to ask afterwards: of several that race, one gets to ask."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._early: list[bytes] = []
        self._ended = False
        self._done: asyncio.Future[None] | None = None
        self._question = b""
        self._reply: Reply | None = None
        self._veil: Veil | None = None
        self._watch: Stopwatch | None = None

    async def ask(
        self, question: bytes, reply: Reply | None, veil: Veil | None, watch: Stopwatch
    ) -> None:
        """Put the question and return when the reply is complete.

        Without a reply to fill, return when hands are shaken. Raises Unanswered for
        everything that gets in between.
        """
        done = asyncio.get_running_loop().create_future()
        self._question, self._reply, self._veil, self._watch = question, reply, veil, watch
        self._done = done
        try:
            if veil is None:
                watch.skip(Stage.FIRST_BYTE)
                self._send(question)
            else:
                self._shake(veil, watch)
        except Unanswered as error:
            self._finish(error)
        for data in self._early:  # whoever speaks before being asked
            self.data_received(data)
        if self._ended:
            self.eof_received()
        await done

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by descent

    @override
    def data_received(self, data: bytes) -> None:
        if self._done is None:
            self._early.append(data)
            return
        if self._done.done():
            return
        try:
            self._take(data)
        except Exception as error:  # noqa: BLE001  the loop would keep it from who waits
            self._finish(error)

    @override
    def eof_received(self) -> None:
        self._ended = True
        if self._done is None or self._done.done():
            return
        try:
            self._end()
        except Unanswered as error:
            self._finish(error)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._ended = True
        if self._done is None or self._done.done():
            return
        stage = None if self._watch is None else self._watch.stage
        self._finish(Unanswered(TroubleKind.RESET, "the server reset the connection", stage))

    def hang_up(self) -> None:
        """Close the connection: politely after a whole answer, else at once."""
        if self._transport is None:
            return
        if not self._answered():
            self._transport.abort()
            return
        if self._veil is not None:
            self._veil.close()
            self._flush(self._veil)
        self._transport.close()

    def _answered(self) -> bool:
        done = self._done
        if done is None or not done.done() or done.cancelled():
            return False
        return done.exception() is None

    def _take(self, data: bytes) -> None:
        veil, watch = self._veil, self._watch
        assert watch is not None
        if veil is not None:
            veil.take(data)
            if not veil.shaken:
                self._shake(veil, watch)
            if not veil.shaken or self._reply is None:
                return
            data = veil.open()
            self._flush(veil)
        if data:
            self._feed(data, watch)
        if veil is not None and veil.ended:
            self._end()

    def _feed(self, data: bytes, watch: Stopwatch) -> None:
        if watch.stage is Stage.FIRST_BYTE:
            watch.lap(Stage.BODY)
        assert self._reply is not None
        self._reply.feed(data)
        if self._reply.complete:
            self._finish(None)

    def _shake(self, veil: Veil, watch: Stopwatch) -> None:
        try:
            veil.shake()
            if veil.shaken:
                watch.lap(Stage.FIRST_BYTE)
                # In one write with our last word of the handshake: should they refuse that
                # word, a second write would meet the reset and hide the alert that says why.
                veil.seal(self._question)
        finally:
            self._flush(veil)  # also what we object to, so that they know
        if veil.shaken and self._reply is None:
            self._finish(None)

    def _end(self) -> None:
        if self._veil is not None and not self._veil.shaken:
            raise Unanswered(
                TroubleKind.TLS_HANDSHAKE, "the server hung up during the TLS handshake", Stage.TLS
            )
        if self._reply is not None:
            self._reply.end()
        self._finish(None)

    def _flush(self, veil: Veil) -> None:
        if sealed := veil.outgoing():
            self._send(sealed)

    def _send(self, data: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def _finish(self, error: Exception | None) -> None:
        if self._done is None or self._done.done():
            return
        if error is None:
            self._done.set_result(None)
        else:
            self._done.set_exception(error)
