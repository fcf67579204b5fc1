"""What is planned as the command line asks and shows it: freezes, and maintenance."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic_core import to_jsonable_python
from rich.markup import escape
from rich.table import Column, Table

from monitor.catalogue.loader import load
from monitor.desk.freezing import strangers
from monitor.domain.window import Timetable, WindowError

Names = list[str] | None
StartsAt = Annotated[str, typer.Argument(help="As 2026-12-18T17:00+01:00.")]
EndsAt = Annotated[str, typer.Argument(help="As 2027-01-04T08:00+01:00.")]
Reason = Annotated[str, typer.Option(help="Why; it is shown on the page.")]
Rrule = Annotated[str | None, typer.Option(help="Comes back, by RFC 5545: FREQ=WEEKLY;BYDAY=FR.")]
Timezone = Annotated[str, typer.Option(help="Of what comes back.")]
Environments = Annotated[Names, typer.Option("--environment", "-e", help="Default: all.")]
Interfaces = Annotated[Names, typer.Option("--interface", help="Default: all. May be repeated.")]
Lines = Annotated[Names, typer.Option("--line", help="As presenteren/v8. Default: all.")]


def moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise WindowError(f"{text} is no time with an offset, as 2026-12-18T17:00+01:00")
    return at.astimezone(UTC)


def check(one: Timetable, catalogue: Sequence[Path]) -> None:
    """Raise WindowError when it names what the catalogue does not know."""
    if unknown := strangers(one, load(catalogue).landscape):
        raise WindowError(f"the catalogue does not know {', '.join(unknown)}")


def as_json(one: Timetable, more: Mapping[str, object]) -> Any:
    """Named as in the API."""
    return to_jsonable_python(
        {
            "id": one.id,
            "startsAt": one.starts_at,
            "endsAt": one.ends_at,
            "rrule": one.rrule,
            "timezone": one.timezone,
            "environments": one.environments,
            "interfaces": one.interfaces,
            "lines": list(map(str, one.lines)),
            "reason": one.reason,
            **more,
        }
    )


def table(planned: Sequence[Timetable], states: Sequence[str]) -> Table:
    made = Table(Column("id", no_wrap=True), "from", "until", "comes back", "where", "now", "why")
    for one, state in zip(planned, states, strict=True):
        where = (*one.environments, *one.interfaces, *map(str, one.lines))
        made.add_row(
            one.id,
            f"{one.starts_at:%Y-%m-%d %H:%MZ}",
            f"{one.ends_at:%Y-%m-%d %H:%MZ}",
            escape(one.rrule or "once"),
            escape(", ".join(where) or "everywhere"),
            state,
            escape(one.reason),
        )
    return made
