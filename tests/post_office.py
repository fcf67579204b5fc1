"""A real mail server on loopback, as good or as bad as it is told to be."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass(frozen=True)
class Received:
    """What came, as the server has it."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    over_tls: bool
    logged_in: bool
    greeting: str

    @property
    def mail(self) -> EmailMessage:
        mail = message_from_bytes(self.content, policy=SMTP_POLICY)
        assert isinstance(mail, EmailMessage)
        assert not mail.defects
        return mail


@dataclass
class PostOffice:
    """`rcpt` and `data` are the answers to come, first one first; after them all is well."""

    rcpt: list[str] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    mail: list[str] = field(default_factory=list)
    user: tuple[str, str] | None = None
    hangs: bool = False  # after the text: takes it, and never says so
    port: int = 0
    servers: list[SMTP] = field(default_factory=list)  # one for each line that was opened
    received: list[Received] = field(default_factory=list)

    async def handle_EHLO(  # noqa: N802  the server's name for it
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.mail:
            return self.mail.pop(0)
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.rcpt:
            return self.rcpt.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.data:
            return self.data.pop(0)
        assert isinstance(envelope.content, bytes)
        received = Received(
            sender=envelope.mail_from or "",
            recipients=tuple(envelope.rcpt_tos),
            content=envelope.content,
            over_tls=session.ssl is not None,
            logged_in=session.authenticated is True,
            greeting=session.host_name or "",
        )
        self.received.append(received)
        if self.hangs:
            await asyncio.sleep(3600)
        return "250 Taken"

    def hang_up(self) -> None:
        """On everybody, in the middle of whatever they say."""
        for server in self.servers:
            if isinstance(server.transport, asyncio.Transport):
                server.transport.abort()

    def admit(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        is_known = (data.login.decode(), data.password.decode()) == self.user
        return AuthResult(success=is_known, handled=False)


@asynccontextmanager
async def open_post_office(
    office: PostOffice, *, starttls: ssl.SSLContext | None = None, tls: ssl.SSLContext | None = None
) -> AsyncIterator[PostOffice]:
    """With neither context it offers no TLS at all."""

    def line() -> SMTP:
        server = SMTP(
            office,
            hostname="mail.test",
            ident="test",
            tls_context=starttls,
            require_starttls=starttls is not None,
            auth_require_tls=tls is None,
            auth_required=office.user is not None,
            authenticator=office.admit if office.user else None,
            loop=asyncio.get_running_loop(),
        )
        office.servers.append(server)
        return server

    listener = await asyncio.get_running_loop().create_server(line, "127.0.0.1", 0, ssl=tls)
    office.port = listener.sockets[0].getsockname()[1]
    try:
        yield office
    finally:
        listener.close()
        office.hang_up()
        for server in office.servers:
            if server._handler_coroutine is not None:
                server._handler_coroutine.cancel()
        await asyncio.sleep(0)
