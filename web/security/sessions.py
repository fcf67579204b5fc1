"""Who is signed in: told by a cookie that only we can make or read."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from secrets import token_urlsafe
from typing import Self

from fastapi import Request, Response

from monitor.bootstrap import Monitor
from monitor.desk.derived import Derived
from monitor.desk.hand import Hand
from monitor.domain.token import Scope, Token
from web.security.sealing import Seal

LIFE = timedelta(hours=8)
IDLE = timedelta(hours=1)
NOTED = timedelta(minutes=1)
"""How often at most it is noted that somebody is still there."""
NAME = "ketenwacht-session"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """`id` is new at every signing in: what a browser had before counts for nothing.

    `name` and `client` are what the record of acts tells of a person.
    """

    id: str
    name: str
    client: str
    scopes: frozenset[Scope]
    begun_at: datetime
    seen_at: datetime
    token: str | None = None  # the id of the API token that it stands on

    @classmethod
    def begun(
        cls, name: str, client: str, scopes: Iterable[Scope], now: datetime, token: str | None
    ) -> Self:
        return cls(
            id=token_urlsafe(18),
            name=name,
            client=client,
            scopes=frozenset(scopes),
            begun_at=now,
            seen_at=now,
            token=token,
        )

    def hand(self, now: datetime) -> Hand:
        return Hand(self.name, now, self.client)

    def is_alive(self, now: datetime) -> bool:
        """Neither over, nor left alone for too long, nor of a time to come."""
        early = now + NOTED < self.seen_at
        return not early and now < self.begun_at + LIFE and now < self.seen_at + IDLE


def by_token(token: Token, now: datetime) -> Session:
    return Session.begun(
        f"token {token.name}", f"token {token.id}", token.scopes, now, token=token.id
    )


def session_in(request: Request, derived: Derived, now: datetime) -> Session | None:
    """What the cookie says, if it is ours and alive; not yet whether it was ended."""
    text = request.cookies.get(cookie_name(request.state.monitor), "")
    told = Seal(derived, "session").open(text) if text else None
    if told is None:
        return None
    try:
        session = Session(
            id=str(told["id"]),
            name=str(told["name"]),
            client=str(told["client"]),
            scopes=frozenset(map(Scope, told["scopes"])),
            begun_at=datetime.fromtimestamp(told["begun"], UTC),
            seen_at=datetime.fromtimestamp(told["seen"], UTC),
            token=told["token"],
        )
    except (KeyError, ValueError):
        return None  # of a version of ours that wrote it otherwise
    return session if session.is_alive(now) else None


def keep(answer: Response, session: Session, monitor: Monitor, derived: Derived) -> None:
    told = {
        "id": session.id,
        "name": session.name,
        "client": session.client,
        "scopes": sorted(session.scopes),
        "begun": int(session.begun_at.timestamp()),
        "seen": int(session.seen_at.timestamp()),
        "token": session.token,
    }
    answer.set_cookie(
        cookie_name(monitor),
        Seal(derived, "session").close(told),
        max_age=int(LIFE.total_seconds()),
        path="/",
        httponly=True,
        samesite="lax",  # strict would not come along when a provider sends people back to us
        secure=over_tls(monitor),
    )


def keep_awake(answer: Response, session: Session, monitor: Monitor, derived: Derived) -> None:
    """Note that somebody is still there."""
    now = monitor.clock()
    if now - session.seen_at >= NOTED:
        keep(answer, replace(session, seen_at=now), monitor, derived)


def forget(answer: Response, monitor: Monitor) -> None:
    answer.delete_cookie(
        cookie_name(monitor), path="/", httponly=True, samesite="lax", secure=over_tls(monitor)
    )


def over_tls(monitor: Monitor) -> bool:
    return (monitor.public_base_url or "").startswith("https:")


def cookie_name(monitor: Monitor) -> str:
    """With a prefix by which browsers keep other hosts of our domain from setting it."""
    return f"__Host-{NAME}" if over_tls(monitor) else NAME
