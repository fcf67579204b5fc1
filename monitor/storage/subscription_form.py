"""How a subscription becomes a row, and a subscription again."""

from datetime import timedelta
from typing import Any

import msgspec
from sqlalchemy import Row

from monitor.domain.landscape import LineId
from monitor.domain.subscription import Channel, Mode, Subscription, SubscriptionState, Wanted
from monitor.storage.codec import Fields
from monitor.storage.moment import MICROSECOND


class _Filter(msgspec.Struct, frozen=True):
    """A filter as it is kept."""

    events: tuple[str, ...] | None = None
    interfaces: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    chains: tuple[str, ...] = ()


_encode = msgspec.json.Encoder().encode
_decode_filter = msgspec.json.Decoder(_Filter).decode


def subscription_of(row: Row[Any]) -> Subscription:
    every = row.reminder_interval
    return Subscription(
        id=row.id,
        channel=Channel(row.channel),
        address=row.address,
        wanted=_wanted_of(row.wanted),
        mode=Mode(row.mode),
        language=row.language,
        reminder_interval=None if every is None else timedelta(microseconds=every),
        state=SubscriptionState(row.state),
        created_at=row.created_at,
        confirmed_at=row.confirmed_at,
        left_at=row.left_at,
        failing_since=row.failing_since,
        secret_generation=row.secret_generation,
        rotated_at=row.rotated_at,
    )


def subscription_fields(one: Subscription) -> Fields:
    every = one.reminder_interval
    return {
        "id": one.id,
        "channel": one.channel.value,
        "address": one.address,
        "wanted": _wanted_text(one.wanted),
        "mode": one.mode.value,
        "language": one.language,
        "reminder_interval": None if every is None else every // MICROSECOND,
        "state": one.state.value,
        "created_at": one.created_at,
        "confirmed_at": one.confirmed_at,
        "left_at": one.left_at,
        "failing_since": one.failing_since,
        "secret_generation": one.secret_generation,
        "rotated_at": one.rotated_at,
    }


def _wanted_text(wanted: Wanted) -> str:
    kept = _Filter(
        wanted.events,
        wanted.interfaces,
        tuple(map(str, wanted.lines)),
        wanted.environments,
        wanted.chains,
    )
    return _encode(kept).decode()


def _wanted_of(text: str) -> Wanted:
    kept = _decode_filter(text)
    lines = tuple(map(LineId.parse, kept.lines))
    return Wanted(kept.events, kept.interfaces, lines, kept.environments, kept.chains)
