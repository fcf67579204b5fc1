"""`ketenwacht incident`: what operators tell of what is wrong."""

from collections.abc import Sequence
from typing import Annotated

import typer
from pydantic_core import to_jsonable_python
from rich.markup import escape
from rich.table import Column, Table

from monitor.catalogue.loader import load
from monitor.cli.beside import Json, address, done, opened
from monitor.cli.options import Catalogues, DatabaseUrl
from monitor.cli.own_hand import own_hand
from monitor.cli.planning import Environments, Interfaces, Lines
from monitor.cli.speaking import Answer, err, out, plainly, print_json, unmeant
from monitor.desk.freezing import unknown_of
from monitor.desk.telling import Draft, open_incident, update_incident
from monitor.domain.bulletin import Bulletin, BulletinError, Phase, Update
from monitor.domain.event import Reach
from monitor.domain.incident import Incident
from monitor.domain.landscape import LineId
from monitor.domain.templates import TEMPLATES
from monitor.front_door import configured
from monitor.storage.queries import Queries

app = typer.Typer(help="What operators tell of what is wrong: on the page, and to subscribers.")

Message = Annotated[str, typer.Option("--message", "-m", help="What to tell; no markup.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="As `incident list` shows it.")]
LONGEST = {"title": 200, "message": 4_000}
"""Characters, as in the API."""


@app.command("open")
def open_(
    *,
    title: Annotated[str, typer.Argument(help="What is wrong, in a few words.")],
    message: Message,
    phase: Annotated[Phase, typer.Option(help="How far it is.")] = Phase.INVESTIGATING,
    environment: Environments = None,
    interface: Interfaces = None,
    line: Lines = None,
    catalogue: Catalogues = None,
    database_url: DatabaseUrl = None,
    json: Json = False,
) -> None:
    """Open an incident: it is on the page, and told to who subscribed, at once.

    For example:

      ketenwacht incident open "STAM is slow" -e prod --interface stam -m "We look for the cause."
    """
    with plainly():
        url = address(database_url)
        settings = configured(catalogue=tuple(catalogue) if catalogue else None)
        try:
            about = Reach(
                environments=tuple(environment or ()),
                interfaces=tuple(interface or ()),
                lines=tuple(map(LineId.parse, line or ())),
            )
            if unknown := unknown_of(about, load(settings.catalogue).landscape):
                raise BulletinError(f"the catalogue does not know {', '.join(unknown)}")
            draft = Draft(
                title=_text("title", title),
                about=about,
                phase=phase,
                message=_text("message", message),
            )
            made = done(_open(url, draft))
        except ValueError as error:
            raise unmeant(error) from error
        if json:
            print_json({"id": made.id})
        else:
            out.print(f"Opened as {made.id}.", highlight=False)


@app.command("update")
def update(
    id_: Id,
    phase: Annotated[Phase, typer.Argument(help="How far it is now.")],
    message: Message,
    database_url: DatabaseUrl = None,
) -> None:
    """Say how it is now, whoever opened it. Ends with 1 when there is none of this id.

    For example:

      ketenwacht incident update ID monitoring -m "The backlog is worked off."
    """
    with plainly():
        _tell(address(database_url), id_, phase, message)
        out.print("Told.")


@app.command("resolve")
def resolve(id_: Id, message: Message, database_url: DatabaseUrl = None) -> None:
    """End an operator's incident. Ends with 1 when there is none of this id.

    For example:

      ketenwacht incident resolve ID -m "It is over."
    """
    with plainly():
        _tell(address(database_url), id_, Phase.RESOLVED, message)
        out.print("Resolved.")


@app.command("list")
def list_(database_url: DatabaseUrl = None, json: Json = False) -> None:
    """Show what is wrong now, whoever said so.

    For example:

      ketenwacht incident list --json
    """
    with plainly():
        outages, bulletins = done(_open_ones(address(database_url)))
        rows = [
            *((one.id, one.opened_at, "", one.subject, one.reason) for one in outages),
            *(
                (one.id, one.opened_at, one.phase, one.about.subject, one.title)
                for one in bulletins
            ),
        ]
        if json:
            names = ("id", "openedAt", "phase", "subject", "title")
            items = [dict(zip(names, row, strict=True)) for row in rows]
            print_json({"items": to_jsonable_python(items)})
            return
        table = Table(Column("id", overflow="fold"), "since", "phase", "where", "what")
        for id_, at, phase, where, what in rows:
            table.add_row(id_, f"{at:%Y-%m-%d %H:%MZ}", phase, escape(where), escape(what))
        out.print(table)


@app.command("templates")
def templates(json: Json = False) -> None:
    """Show texts to choose from, in Dutch and English; blanks stand in braces.

    For example:

      ketenwacht incident templates
    """
    if json:
        print_json({"items": to_jsonable_python(TEMPLATES)})
        return
    table = Table("id", "phase", "nl", "en")
    for one in TEMPLATES:
        table.add_row(one.id, one.phase or "maintenance", one.message.nl, one.message.en)
    out.print(table)


def _tell(url: str, id_: str, phase: Phase, message: str) -> None:
    try:
        told = done(_update(url, id_, phase, _text("message", message)))
    except BulletinError as error:
        raise unmeant(error) from error
    if told is None:
        err.print(f"There is no incident {escape(id_)}; see: ketenwacht incident list.")
        raise typer.Exit(Answer.NO)


def _text(name: str, text: str) -> str:
    told = text.strip()
    if not told or len(told) > LONGEST[name] or not told.isprintable():
        raise BulletinError(
            f"the {name} is one line of 1 to {LONGEST[name]} characters that can be seen"
        )
    return told


async def _open(url: str, draft: Draft) -> Bulletin:
    async with opened(url) as database:
        return await open_incident(database, draft, own_hand())


async def _update(url: str, id_: str, phase: Phase, message: str) -> Update | None:
    async with opened(url) as database:
        return await update_incident(database, id_, phase, message, own_hand())


async def _open_ones(url: str) -> tuple[Sequence[Incident], Sequence[Bulletin]]:
    async with opened(url) as database, database.read() as tx:
        queries = Queries(tx)
        found = await queries.incidents(open_only=True)
        public = [one for one in found if one.parent is None]
        return public, await queries.open_bulletins()
