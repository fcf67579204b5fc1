"""`ketenwacht catalogue`: validate, show and compare catalogue files before they are in force."""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from checks.duration import spelled
from monitor.catalogue.comparison import Difference, differences
from monitor.catalogue.loader import Catalogue, load
from monitor.cli.speaking import Answer, out, plainly, print_json
from monitor.domain.landscape import Interface, Landscape, Line

app = typer.Typer(
    help="Validate, show and compare catalogue files.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)

PIPED = 400  # columns, where no terminal sets the bounds: one line stays one line

Files = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="[FILE]...",
        envvar="KETENWACHT_CATALOGUE",
        help="Catalogue files, later ones over earlier ones; dso_lv and demo are shipped.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]


@app.command()
def check(files: Files = None, json: AsJson = False) -> None:
    """Validate the files as they lie over each other, and print what would run.

    Exit code 0: they can be used; 2: they cannot, and every problem is named by file, line and key.

    For example:
      ketenwacht catalogue check
      ketenwacht catalogue check dso_lv own.yaml
    """
    with plainly():
        catalogue = load(_paths(files))
    warnings = catalogue.warnings(os.environ)
    if json:
        print_json({"probes": list(_probes(catalogue.landscape)), "warnings": warnings})
        return
    columns = ("check", "kind", "every", "silent after", "host")
    _print_table(columns, (probe.values() for probe in _probes(catalogue.landscape)))
    for warning in warnings:
        out.print(escape(f"note: {warning}"), style="yellow", soft_wrap=True, highlight=False)
    out.print(escape(_summary(catalogue)), soft_wrap=True, highlight=False)


@app.command()
def show(files: Files = None, json: AsJson = False) -> None:
    """Print every interface line: its last days, and where it is watched.

    Example: ketenwacht catalogue show demo
    """
    with plainly():
        landscape = load(_paths(files)).landscape
    if json:
        print_json({"lines": [_line(*one, landscape) for one in _lines(landscape)]})
        return
    names = [environment.id for environment in landscape.environments]
    rows = (
        [str(line.id), interface.title.nl, *_last_days(line), *_cells(line, names)]
        for interface, line in _lines(landscape)
    )
    _print_table(("line", "title", "until", "gone", *names), rows)


@app.command()
def diff(
    old: Annotated[str, typer.Argument(help="Catalogue files, separated by `:`.")],
    new: Annotated[str, typer.Argument(help="Catalogue files, separated by `:`.")],
    json: AsJson = False,
) -> None:
    """Compare two catalogues key by key.

    Exit code 0: they say the same; 1: they differ; 2: one of them cannot be used.

    Example: ketenwacht catalogue diff dso_lv dso_lv:own.yaml
    """
    with plainly():
        before, after = load(_paths([Path(old)])), load(_paths([Path(new)]))
    found = list(differences(before, after))
    if json:
        print_json([{"key": one.key, "before": one.before, "after": one.after} for one in found])
    else:
        for one in found:
            _print_difference(one)
    if found:
        raise typer.Exit(Answer.NO)


def _paths(files: Sequence[Path] | None) -> list[Path]:
    """Every file named; `:` and `,` separate as they do in KETENWACHT_CATALOGUE."""
    names = [name for file in files or [] for name in re.split("[:,]", str(file)) if name]
    return [Path(name) for name in names or ["dso_lv"]]


def _probes(landscape: Landscape) -> Iterator[dict[str, str]]:
    for probe in landscape.probes.values():
        yield {
            "check": str(probe.id),
            "kind": probe.kind,
            "every": spelled(probe.interval) if probe.asked else "is reported",
            "staleAfter": spelled(probe.stale_after),
            "host": probe.host,
        }


def _summary(catalogue: Catalogue) -> str:
    landscape = catalogue.landscape
    counts = {
        "interfaces": len(landscape.interfaces),
        "lines": len(landscape.lines),
        "targets": len(landscape.targets),
        "checks": len(landscape.probes),
        "hosts": len({probe.host for probe in landscape.probes.values() if probe.host}),
    }
    said = ", ".join(f"{count} {what}" for what, count in counts.items())
    return f"{', '.join(map(str, catalogue.files))}: can be used; {said}"


def _lines(landscape: Landscape) -> Iterator[tuple[Interface, Line]]:
    for interface in landscape.interfaces:
        for line in interface.lines:
            yield interface, line


def _line(interface: Interface, line: Line, landscape: Landscape) -> dict[str, Any]:
    until, gone = line.life_cycle.until, line.life_cycle.gone
    return {
        "line": str(line.id),
        "title": {"nl": interface.title.nl, "en": interface.title.en},
        "chain": interface.chain,
        "standard": interface.standard,
        "until": until.isoformat() if until else None,
        "gone": gone.isoformat() if gone else None,
        "targets": {
            one.id: line.targets[one.id].base_url if one.id in line.targets else None
            for one in landscape.environments
        },
    }


def _last_days(line: Line) -> tuple[str, str]:
    return str(line.life_cycle.until or ""), str(line.life_cycle.gone or "")


def _cells(line: Line, environments: Iterable[str]) -> Iterator[str]:
    for name in environments:
        if name in line.targets:
            yield ", ".join(probe.id.name for probe in line.targets[name].probes)
        else:
            here = line.environments is None or name in line.environments
            yield "not configured" if here else "-"


def _print_table(columns: Sequence[str], rows: Iterable[Iterable[str]]) -> None:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*map(escape, row))
    (out if out.is_terminal else Console(width=PIPED)).print(table)


def _print_difference(one: Difference) -> None:
    match one.before, one.after:
        case None, after:
            line, style = f"+ {one.key}: {after}", "green"
        case before, None:
            line, style = f"- {one.key}: {before}", "red"
        case before, after:
            line, style = f"~ {one.key}: {before} -> {after}", "yellow"
    out.print(escape(line), style=style, soft_wrap=True, highlight=False)
