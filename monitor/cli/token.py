"""`ketenwacht token`: who may write through the API."""

from datetime import datetime
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Column, Table

from checks.duration import duration
from monitor.cli.beside import Json, address, done, opened, whoever_runs_this
from monitor.cli.options import DatabaseUrl
from monitor.cli.speaking import Answer, WrongQuestion, err, out, plainly, print_json
from monitor.desk.door import give_out, take_back
from monitor.desk.tokens import Issued, in_force, issue
from monitor.domain.token import Scope, Token
from monitor.front_door import utc_now
from monitor.storage.queries import Queries

app = typer.Typer(help="Give out tokens for the API, look at them, take them back.")

LONGEST_NAME = 100
SCOPES = ", ".join(Scope)


@app.command("create")
def create(
    name: Annotated[str, typer.Argument(help="Who will use it; the record of acts tells this.")],
    scope: Annotated[list[str], typer.Option("--scope", help=f"May be repeated: {SCOPES}.")],
    expires: Annotated[str, typer.Option(help="After how long it ends, as in 90d.")] = "365d",
    database_url: DatabaseUrl = None,
    json: Json = False,
) -> None:
    """Give out a token. Its text is shown once, now, and kept nowhere.

    For example:

      ketenwacht token create "KATO pipeline" --scope rollouts:write --expires 90d
    """
    with plainly():
        now = utc_now()
        issued = issue(_named(name), map(_scope, scope), now, _end(expires, now))
        done(_give_out(address(database_url), issued))
        if json:
            print_json({**_as_json(issued.token, now), "token": issued.text})
        else:
            err.print("Keep this now; it is not shown again:")
            typer.echo(issued.text)


@app.command("list")
def list_(database_url: DatabaseUrl = None, json: Json = False) -> None:
    """Show every token, newest first, without its text.

    For example:

      ketenwacht token list --json
    """
    with plainly():
        tokens, now = done(_tokens(address(database_url))), utc_now()
        if json:
            print_json({"items": [_as_json(one, now) for one in tokens]})
        else:
            out.print(_table(tokens, now))


@app.command("revoke")
def revoke(
    id_: Annotated[str, typer.Argument(metavar="ID", help="As `token list` shows it.")],
    database_url: DatabaseUrl = None,
) -> None:
    """Let a token open nothing any more, from now on. Ends with 1 when there is no such token.

    For example:

      ketenwacht token revoke 0123456789ab
    """
    with plainly():
        if not done(_take_back(address(database_url), id_)):
            err.print(f"There is no token {id_} in force; see: ketenwacht token list.")
            raise typer.Exit(Answer.NO)
        out.print(f"The token {id_} opens nothing any more.", highlight=False)


async def _give_out(url: str, issued: Issued) -> None:
    async with opened(url) as database:
        await give_out(database, issued, whoever_runs_this())


async def _take_back(url: str, id_: str) -> bool:
    async with opened(url) as database:
        return await take_back(database, id_, whoever_runs_this(), utc_now())


async def _tokens(url: str) -> list[Token]:
    async with opened(url) as database, database.read() as tx:
        return await Queries(tx).tokens()


def _named(name: str) -> str:
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        raise WrongQuestion(f"A name is one line of at most {LONGEST_NAME} characters.")
    return name.strip()


def _scope(text: str) -> Scope:
    try:
        return Scope(text)
    except ValueError:
        raise WrongQuestion(f"There is no scope {text}; there are {SCOPES}.") from None


def _end(text: str, now: datetime) -> datetime:
    try:
        end = now + duration(text)
    except (ValueError, OverflowError) as error:
        raise WrongQuestion(f"--expires {text}: {error}.") from error
    if end == now:
        raise WrongQuestion(f"--expires {text}: a token that has ended opens nothing.")
    return end


def _as_json(token: Token, now: datetime) -> dict[str, Any]:
    return {
        "id": token.id,
        "name": token.name,
        "scopes": sorted(token.scopes),
        "inForce": in_force(token, now),
        "createdAt": token.created_at.isoformat(),
        "expiresAt": _moment(token.expires_at),
        "revokedAt": _moment(token.revoked_at),
        "lastUsedAt": _moment(token.last_used_at),
    }


def _table(tokens: list[Token], now: datetime) -> Table:
    table = Table(Column("id", no_wrap=True), "name", "scopes", "state", "expires", "last used")
    for one in tokens:
        table.add_row(
            one.id,
            escape(one.name),
            "\n".join(sorted(one.scopes)),
            _state(one, now),
            _moment(one.expires_at) or "never",
            _moment(one.last_used_at) or "never",
        )
    return table


def _state(token: Token, now: datetime) -> str:
    if token.revoked_at:
        return "revoked"
    return "in force" if in_force(token, now) else "expired"


def _moment(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None
