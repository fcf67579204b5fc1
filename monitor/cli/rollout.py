"""`ketenwacht rollout`: tell of a version on its way, and see where each one is."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from pydantic_core import to_jsonable_python
from rich.markup import escape
from rich.table import Column, Table

from monitor.catalogue.loader import load
from monitor.cli.beside import Json, address, done, opened
from monitor.cli.options import Catalogues, DatabaseUrl
from monitor.cli.own_hand import own_hand
from monitor.cli.speaking import Answer, WrongQuestion, err, out, plainly, print_json, unmeant
from monitor.desk.announcing import Told, announce_rollout
from monitor.domain.journey import RolloutError
from monitor.domain.landscape import LineId
from monitor.domain.rollout import Rollout, Stage
from monitor.front_door import configured
from monitor.storage.deeds import KeyReused
from monitor.storage.queries import Queries

app = typer.Typer(help="Tell of a version on its way through the environments, and follow it.")

SHOWN = 50


@app.command("announce")
def announce(
    *,
    line: Annotated[str, typer.Argument(help="As in presenteren/v8.")],
    version: Annotated[str, typer.Argument(help="As in 8.6.0.")],
    planned: Annotated[
        list[str] | None,
        typer.Option(help="ENVIRONMENT=TIME, as lto=2026-07-01T20:00+02:00; may be repeated."),
    ] = None,
    release_notes: Annotated[str | None, typer.Option(help="A link.")] = None,
    content_wipe: Annotated[
        bool, typer.Option("--content-wipe", help="The content of the environment is emptied.")
    ] = False,
    key: Annotated[
        str | None,
        typer.Option(help="The same key is the same announcement. Default: its content."),
    ] = None,
    catalogue: Catalogues = None,
    database_url: DatabaseUrl = None,
    json: Json = False,
) -> None:
    """Announce a rollout. Announced twice alike, it is announced once.

    For example:

      ketenwacht rollout announce presenteren/v8 8.6.0 --planned lto=2026-07-01T20:00+02:00
    """
    with plainly():
        url = address(database_url)
        settings = configured(catalogue=tuple(catalogue) if catalogue else None)
        landscape = load(settings.catalogue).landscape
        told = Told(
            line=_line(line),
            version=version,
            key=key or "",
            planned=dict(map(_planned, planned or ())),
            release_notes=release_notes,
            content_wipe=content_wipe,
        )
        told = told if key else replace(told, key=told.digest.hex())

        async def tell() -> Rollout:
            async with opened(url) as database:
                return await announce_rollout(database, landscape, told, own_hand())

        try:
            rollout = done(tell())
        except (RolloutError, KeyReused) as error:
            raise unmeant(error) from error
        _show([rollout], json=json, alone=True)


@app.command("list")
def list_(
    line: Annotated[str | None, typer.Argument(help="Only of this line.")] = None,
    all_: Annotated[bool, typer.Option("--all", help="Those that are done, too.")] = False,
    database_url: DatabaseUrl = None,
    json: Json = False,
) -> None:
    """Show the rollouts of which something is awaited, newest first.

    For example:

      ketenwacht rollout list --all
    """
    with plainly():
        url, wanted = address(database_url), _line(line) if line else None

        async def read() -> Sequence[Rollout]:
            async with opened(url) as database, database.read() as tx:
                page = await Queries(tx).rollouts(wanted, open_only=not all_, limit=SHOWN)
                return page.items

        _show(done(read()), json=json, alone=False)


@app.command("show")
def show(
    id_: Annotated[str, typer.Argument(metavar="ID", help="As `rollout list` shows it.")],
    database_url: DatabaseUrl = None,
    json: Json = False,
) -> None:
    """Show one rollout. Ends with 1 when there is none of this id.

    For example:

      ketenwacht rollout show presenteren~v8~8.6.0
    """
    with plainly():
        url = address(database_url)

        async def read() -> Rollout | None:
            async with opened(url) as database, database.read() as tx:
                return await Queries(tx).rollout(id_)

        rollout = done(read())
        if rollout is None:
            err.print(f"There is no rollout {escape(id_)}; see: ketenwacht rollout list --all.")
            raise typer.Exit(Answer.NO)
        _show([rollout], json=json, alone=True)


def _show(rollouts: Sequence[Rollout], *, json: bool, alone: bool) -> None:
    if json:
        told = [_as_json(one) for one in rollouts]
        print_json(told[0] if alone else {"items": told})
        return
    table = Table(
        Column("rollout", no_wrap=True),
        "announced",
        "environment",
        "state",
        "planned",
        "arrived",
        "verified",
    )
    for one in rollouts:
        name, announced = escape(one.id), "yes" if one.announced else "seen"
        times = one.announced.planned if one.announced else {}
        for environment, stage in one.stages.items():
            when = _moment(times.get(environment))
            table.add_row(name, announced, environment, stage.state.value, when, *_reached(stage))
            name = announced = ""
    out.print(table)


def _reached(stage: Stage) -> tuple[str, str]:
    by = _moment(stage.arrived_by)
    arrived = f"{_moment(stage.arrived_after)} .. {by}" if stage.arrived_by else by
    return arrived, _moment(stage.verified_at)


def _as_json(one: Rollout) -> Any:
    """Named as in the API."""
    announced = one.announced
    return to_jsonable_python(
        {
            "id": one.id,
            "line": str(one.line),
            "version": one.version,
            "openedAt": one.opened_at,
            "doneAt": one.done_at,
            "announcement": announced
            and {
                "at": announced.at,
                "by": announced.by,
                "releaseNotes": announced.release_notes,
                "contentWipe": announced.content_wipe,
            },
            "stages": [
                {
                    "environment": environment,
                    "state": stage.state,
                    "planned": announced.planned.get(environment) if announced else None,
                    "arrivedAfter": stage.arrived_after,
                    "arrivedBy": stage.arrived_by,
                    "verifiedAt": stage.verified_at,
                }
                for environment, stage in one.stages.items()
            ],
        }
    )


def _line(text: str) -> LineId:
    try:
        return LineId.parse(text)
    except ValueError as error:
        raise unmeant(error) from error


def _planned(text: str) -> tuple[str, datetime]:
    environment, equals, time = text.partition("=")
    try:
        at = datetime.fromisoformat(time)
    except ValueError:
        at = None
    if not (environment and equals) or at is None or at.tzinfo is None:
        raise WrongQuestion(
            f"--planned {text}: write ENVIRONMENT=TIME with an offset, lto=2026-07-01T20:00+02:00."
        )
    return environment, at.astimezone(UTC)


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%MZ}" if at else "-"
