"""`ketenwacht check`: ask every check of one target once, and tell what it said and why."""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from checks.client import Clients
from checks.outcome import Outcome, OutcomeClass, Phases
from monitor import logs
from monitor.catalogue.loader import Catalogue, load
from monitor.cli.options import Catalogues
from monitor.cli.speaking import Answer, WrongQuestion, out, plainly, print_json
from monitor.domain.landscape import CheckId, LineId, TargetId
from monitor.front_door import Settings, configured
from monitor.scheduling.asker import Asker

WELL = {OutcomeClass.OK, OutcomeClass.UNAUTHENTICATED}
ILL = {OutcomeClass.FAILED, OutcomeClass.NOT_SERVED}
COLOUR = {OutcomeClass.OK: "green", OutcomeClass.FAILED: "red", OutcomeClass.NOT_SERVED: "red"}


@dataclass(frozen=True, slots=True)
class Asked:
    check: CheckId
    url: str
    outcome: Outcome | None  # None: others report it, we cannot ask


def check(
    interface: Annotated[str, typer.Argument(help="As in presenteren, or presenteren/v8.")],
    environment: Annotated[str, typer.Option("--environment", "-e", help="As in prod.")],
    line: Annotated[str | None, typer.Argument(help="As in v8.")] = None,
    catalogue: Catalogues = None,
    json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Ask every check of one line in one environment, once, and tell what it said and why.

    Nothing is recorded. Ends with 0 when all is well, 1 when something is wrong, 3 when that
    cannot be told.

    For example:

      ketenwacht check presenteren v8 --environment prod

      ketenwacht check presenteren/v8 -e pre --json
    """
    with plainly():
        logs.configure("warning")
        settings = configured(catalogue=tuple(catalogue) if catalogue else None)
        loaded = load(settings.catalogue)
        target = _target(loaded, f"{interface}/{line}" if line else interface, environment)
        asked = asyncio.run(_ask(loaded, settings, target))
        if json:
            print_json({"target": str(target), "checks": [_as_json(one) for one in asked]})
        else:
            out.print(_table(target, asked))
        raise typer.Exit(_answer(asked))


def _target(catalogue: Catalogue, line: str, environment: str) -> TargetId:
    try:
        wanted = TargetId(LineId.parse(line), environment)
    except ValueError as error:
        raise WrongQuestion(f"{str(error)[:1].upper()}{str(error)[1:]}.") from error
    landscape = catalogue.landscape
    if wanted in landscape.targets:
        return wanted
    if wanted.line not in landscape.lines:
        known = ", ".join(sorted(map(str, landscape.lines)))
        raise WrongQuestion(f"The catalogue has no line {line}; it has {known}.")
    where = ", ".join(landscape.lines[wanted.line].targets) or "nowhere"
    raise WrongQuestion(
        f"{line} has no address in {environment}, only in: {where}. "
        "Add one in an overlay (--catalogue dso_lv --catalogue OWN.yaml)."
    )


async def _ask(catalogue: Catalogue, settings: Settings, target: TargetId) -> Sequence[Asked]:
    bound = catalogue.bound(os.environ, _text(settings.ca_file))
    clients = Clients(settings.agent)
    asker = Asker(clients, bound)
    try:
        return [
            Asked(
                id_,
                one.target.base_url,
                await asker.ask(id_) if one.probe.asked else None,
            )
            for id_, one in bound.items()
            if id_.target == target
        ]
    finally:
        await clients.aclose()


def _text(path: Path | None) -> str | None:
    return str(path) if path else None


def _answer(asked: Sequence[Asked]) -> Answer:
    classes = {one.outcome.outcome_class for one in asked if one.outcome}
    if classes & ILL:
        return Answer.NO
    return Answer.YES if classes and classes <= WELL else Answer.UNKNOWN


def _table(target: TargetId, asked: Sequence[Asked]) -> Table:
    table = Table("check", "class", "version", "time", "why", title=str(target))
    for one in asked:
        if one.outcome is None:
            table.add_row(one.check.name, "-", "-", "-", "reported by others; we cannot ask")
            continue
        outcome = one.outcome
        colour = COLOUR.get(outcome.outcome_class, "yellow")
        table.add_row(
            one.check.name,
            f"[{colour}]{outcome.outcome_class.value}[/{colour}]",
            escape(outcome.reading.version or "-"),
            _times(outcome.phases),
            escape(_why(outcome)),
        )
    return table


def _why(outcome: Outcome) -> str:
    status = f"HTTP {outcome.status}" if outcome.status else ""
    facts = [f"{name}: {text}" for name, text in outcome.evidence.items()]
    contract = outcome.reading.fingerprint
    facts += [f"contract {contract[:12]}"] if contract else []
    return "; ".join(filter(None, [outcome.reason, status, *facts]))


def _times(phases: Phases) -> str:
    """Total first, then where it went, in milliseconds."""
    named = {
        "dns": phases.dns,
        "connect": phases.connect,
        "tls": phases.tls,
        "first byte": phases.first_byte,
        "body": phases.body,
    }
    parts = [f"{name} {1000 * spent:.0f}" for name, spent in named.items() if spent is not None]
    total = f"{1000 * phases.total:.0f} ms" if phases.total is not None else "-"
    return f"{total} ({', '.join(parts)})" if parts else total


def _as_json(one: Asked) -> dict[str, Any]:
    if one.outcome is None:
        return {"check": one.check.name, "url": one.url, "reported": True}
    outcome, phases = one.outcome, one.outcome.phases
    return {
        "check": one.check.name,
        "url": one.url,
        "outcomeClass": outcome.outcome_class.value,
        "reason": outcome.reason,
        "status": outcome.status,
        "version": outcome.reading.version,
        "fingerprint": outcome.reading.fingerprint,
        "phases": {
            "dns": phases.dns,
            "connect": phases.connect,
            "tls": phases.tls,
            "firstByte": phases.first_byte,
            "body": phases.body,
            "total": phases.total,
        },
        "evidence": dict(outcome.evidence),
    }
