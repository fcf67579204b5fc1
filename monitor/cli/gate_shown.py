"""The answer of a gate, as a terminal shows it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rich.markup import escape
from rich.table import Table

from monitor.cli.speaking import out

COLOUR = {"met": "green", "open": "green", "notMet": "red", "closed": "red"}


def in_short(told: Mapping[str, Any]) -> str:
    """The decision and what stands against it, on one line."""
    open_points = [one["reason"] for one in told["criteria"] if one["outcome"] != "met"]
    return f"{told['decision']}: {'; '.join(open_points)}"


def _table(told: Mapping[str, Any]) -> Table:
    decision = told["decision"]
    title = f"{told['line']} {told['version']} to {told['environment']}: {decision}"
    table = Table(
        "criterion",
        "outcome",
        "why",
        "as of",
        title=escape(title),
        title_style=COLOUR.get(decision),
    )
    for one in told["criteria"]:
        colour = COLOUR.get(one["outcome"], "yellow")
        table.add_row(
            one["name"],
            f"[{colour}]{one['outcome']}[/{colour}]",
            escape(one["reason"]),
            _moment(one["evidenceAt"]),
        )
    return table


def show(told: Mapping[str, Any]) -> None:
    out.print(_table(told))
    if made := told.get("override"):
        said = f"Overridden by {made['by']} at {_moment(made['at'])}: {made['reason']}"
        out.print(escape(said), highlight=False, soft_wrap=True)
    if told.get("reason"):
        out.print(escape(told["reason"]), highlight=False, soft_wrap=True)


def _moment(text: str | None) -> str:
    return datetime.fromisoformat(text).strftime("%Y-%m-%d %H:%M:%SZ") if text else "-"
