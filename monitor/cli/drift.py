"""`ketenwacht drift`: where what runs differs from what was promised."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer
from pydantic_core import to_jsonable_python
from rich.markup import escape
from rich.table import Table

from monitor.cli.beside import Json, address, done, opened
from monitor.cli.options import DatabaseUrl
from monitor.cli.speaking import Answer, out, plainly, print_json
from monitor.domain.finding import Finding, FindingPhase, Severity
from monitor.storage.queries import Queries

ORDER = tuple(Severity)
COLOUR = {Severity.CRITICAL: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}


def drift(
    line: Annotated[str | None, typer.Argument(help="Only this line, as presenteren/v8.")] = None,
    database_url: DatabaseUrl = None,
    json: Json = False,
) -> None:
    """Show the open findings, the worst first.

    Ends with 1 when there is one, but a rollout that is within its grace; with 0 otherwise.

    For example:

      ketenwacht drift

      ketenwacht drift presenteren/v8 --json
    """
    with plainly():
        found = [one for one in done(_open(address(database_url))) if line in {None, str(one.line)}]
        found.sort(key=lambda one: (ORDER.index(one.severity), one.opened_at, one.id))
        if json:
            print_json({"items": [_as_json(one) for one in found]})
        elif found:
            out.print(_table(found))
        else:
            out.print("Nothing differs from what was promised.")
        calm = all(one.phase is FindingPhase.ROLLING_OUT for one in found)
        raise typer.Exit(Answer.YES if calm else Answer.NO)


async def _open(url: str) -> list[Finding]:
    async with opened(url) as database, database.read() as tx:
        return await Queries(tx).open_findings()


def _as_json(one: Finding) -> Any:
    """Named as in the API."""
    return to_jsonable_python(
        {
            "id": one.id,
            "kind": one.kind,
            "severity": one.severity,
            "phase": one.phase,
            "line": str(one.line),
            "environments": one.environments,
            "openedAt": one.opened_at,
            "changedAt": one.changed_at,
            "toleratedUntil": one.tolerated_until,
            "resolvedAt": one.resolved_at,
            "evidence": one.evidence,
        }
    )


def _table(found: Sequence[Finding]) -> Table:
    table = Table("line", "finding", "phase", "since", "tolerated until", "seen")
    for one in found:
        colour = COLOUR[one.severity]
        until = one.tolerated_until
        table.add_row(
            escape(str(one.line)),
            f"[{colour}]{one.kind.value}[/{colour}] {' '.join(one.environments)}",
            one.phase.value,
            f"{one.opened_at:%Y-%m-%d %H:%MZ}",
            f"{until:%Y-%m-%d %H:%MZ}" if until else "-",
            escape(_seen(one.evidence.get("readings"))),
        )
    return table


def _seen(readings: object) -> str:
    """What was read where: lto 8.6.0, prod 8.5.2."""
    if not isinstance(readings, Sequence) or isinstance(readings, str):
        return ""
    return ", ".join(_reading(one) for one in readings if isinstance(one, Mapping))


def _reading(one: Mapping[str, Any]) -> str:
    what = one.get("version") or "served"
    return f"{one.get('environment')} {what if one.get('served') else 'not served'}"
