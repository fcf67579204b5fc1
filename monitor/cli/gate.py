"""`ketenwacht gate`: has LTO had this version, so may PROD get it?"""

import asyncio
import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from joserfc.jwk import KeySet
from rich.markup import escape
from typer.core import TyperGroup
from typing_extensions import override as overriding

from checks.duration import duration
from monitor.catalogue.loader import load
from monitor.cli.beside import Json, address, done, opened
from monitor.cli.gate_shown import in_short, show
from monitor.cli.gate_sources import Source, over_http, over_the_database
from monitor.cli.options import Catalogues, DatabaseUrl
from monitor.cli.own_hand import own_hand
from monitor.cli.speaking import Answer, WrongQuestion, err, out, plainly, print_json, unmeant
from monitor.desk.asking import Written
from monitor.desk.document import gate_document
from monitor.desk.overriding import override_gate
from monitor.desk.signing import LARGEST, SigningError, keys_of, verify
from monitor.desk.signing_key import public_keys
from monitor.domain.gate import Answer as GateAnswer
from monitor.domain.gate import GateQuestionError
from monitor.front_door import configured, utc_now

SOON, AGAIN = timedelta(seconds=1), timedelta(seconds=10)
"""Between two askings while waiting: soon at first, then ever less so."""
EXIT = {
    GateAnswer.OPEN: Answer.YES,
    GateAnswer.CLOSED: Answer.NO,
    GateAnswer.UNKNOWN: Answer.UNKNOWN,
}


class _AskedFirst(TyperGroup):
    """`gate presenteren 8.6.0` asks; only what has a name of its own is another command."""

    @overriding
    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in {*self.commands, "--help"}:
            args = ["ask", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_AskedFirst,
    no_args_is_help=True,
    help="Has LTO had this version, so may PROD get it? As in: gate presenteren 8.6.0",
)

Interface = Annotated[
    str, typer.Argument(metavar="INTERFACE[/LINE]", help="As in presenteren, or presenteren/v8.")
]
Version = Annotated[str, typer.Argument(help="As in 8.6.0.")]
Environment = Annotated[str, typer.Option("--environment", "-e", help="Where it would go.")]


@app.command("ask")
def ask(
    *,
    interface: Interface,
    version: Version,
    environment: Environment = "prod",
    wait: Annotated[
        str | None, typer.Option(help="Ask until it is open, or so long: 30m, 4h.")
    ] = None,
    url: Annotated[
        str | None, typer.Option(help="Ask a Ketenwacht at this address, as https://HOST.")
    ] = None,
    catalogue: Catalogues = None,
    database_url: DatabaseUrl = None,
    json: Json = False,
) -> None:
    """Tell whether a version may go to an environment, and why.

    Ends with 0 when the gate is open, 1 when it is closed, 3 when that cannot be told, 2 when
    the question is wrong. The word "ask" may be left out.

    For example:

      ketenwacht gate presenteren 8.6.0

      ketenwacht gate presenteren/v8 8.6.0 --wait 30m --json --url https://ketenwacht.example
    """
    with plainly():
        patience = _patience(wait)
        settings = configured(
            catalogue=tuple(catalogue) if catalogue else None,
            database_url=None if url else database_url,
        )
        asked = Written(interface, version, environment)
        if url:
            source = over_http(url, settings, asked)
        else:
            url_ = address(database_url)
            source = over_the_database(url_, load(settings.catalogue).landscape, asked)
        told = done(_until_open(source, patience))
        if json:
            print_json(told)
        else:
            show(told)
        raise typer.Exit(EXIT[GateAnswer(told["decision"])])


@app.command("override")
def override(
    *,
    interface: Interface,
    version: Version,
    reason: Annotated[str, typer.Option(help="Why; it is shown on the page.")],
    environment: Environment = "prod",
    catalogue: Catalogues = None,
    database_url: DatabaseUrl = None,
    json: Json = False,
) -> None:
    """Record that a version goes all the same, with who says so and why.

    The computed answer stays what it is; so does the exit code of `gate`.

    For example:

      ketenwacht gate override presenteren 8.6.0 --reason "urgent fix, agreed in the release board"
    """
    with plainly():
        if not reason.strip() or not reason.isprintable():
            raise WrongQuestion("A reason is one line of text; it is shown on the page.")
        url = address(database_url)
        settings = configured(catalogue=tuple(catalogue) if catalogue else None)
        landscape = load(settings.catalogue).landscape

        async def record() -> Mapping[str, Any]:
            async with opened(url) as database:
                written = Written(interface, version, environment)
                made = await override_gate(database, landscape, written, reason.strip(), own_hand())
                return gate_document(made)

        try:
            told = done(record())
        except GateQuestionError as error:
            raise unmeant(error) from error
        if json:
            print_json(told)
        else:
            out.print("Recorded. The computed answer stays:")
            show(told)


@app.command("verify")
def verify_(
    file: Annotated[Path, typer.Argument(help="Evidence, as /gates/…/evidence gave it.")],
    key: Annotated[
        Path | None,
        typer.Option(help="The public key: PEM, or what /api/v1/keys served. Default: our own."),
    ] = None,
    json: Json = False,
) -> None:
    """Verify signed evidence of a gate, off line. Ends with 1 when it does not hold.

    For example:

      ketenwacht gate verify evidence.jws --key keys.json
    """
    with plainly():
        text, keys = _text(file), _text(key) if key else None
        known = keys_of(keys, str(key)) if keys else _own_keys()
        try:
            document = verify(text, known)
        except SigningError as error:
            err.print(f"{file}: {error}.", style="red", highlight=False, soft_wrap=True)
            raise typer.Exit(Answer.NO) from None
        if json:
            print_json(document)
        else:
            show(document)
            out.print("The signature holds.")


def _own_keys() -> KeySet:
    settings = configured()
    return public_keys(settings.signing_key, settings.database_url, os.environ)


async def _until_open(source: Source, patience: timedelta) -> Mapping[str, Any]:
    """Ask once, or again and again as long as it is not open and patience lasts."""
    begin, pause = utc_now(), SOON
    said = ""
    async with source as asked:
        while True:
            told = await asked()
            left = begin + patience - utc_now()
            if told["decision"] == GateAnswer.OPEN or left <= timedelta():
                return told
            if (now := in_short(told)) != said:
                said = now
                err.print(escape(said), highlight=False, soft_wrap=True)
            await asyncio.sleep(min(left, pause).total_seconds())
            pause = min(2 * pause, AGAIN)


def _patience(text: str | None) -> timedelta:
    try:
        return duration(text) if text else timedelta()
    except ValueError as error:
        raise WrongQuestion(f"--wait {error}.") from error


def _text(file: Path) -> str:
    with file.open(encoding="utf-8", errors="replace") as opened_file:
        return opened_file.read(LARGEST)
