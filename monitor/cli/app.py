"""The command `ketenwacht` and its groups."""

from importlib.metadata import version
from typing import Annotated

import typer

from monitor.cli import (
    asking,
    catalogue,
    database,
    deliveries,
    demo,
    drift,
    freeze,
    gate,
    incident,
    maintenance,
    processes,
    rollout,
    run,
    status,
    subscription,
    token,
    worker,
)

app = typer.Typer(
    help="Watches every interface version of DSO-LV in every environment.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)
app.command("run")(run.run)
app.command("worker")(worker.worker)
app.command("watcher")(processes.watcher)
app.command("web")(processes.web)
app.command("migrate")(database.upgrade)
app.command("demo")(demo.demo)
app.command("check")(asking.check)
app.command("status")(status.status)
app.command("drift")(drift.drift)
app.add_typer(gate.app, name="gate")
app.add_typer(rollout.app, name="rollout")
app.add_typer(freeze.app, name="freeze")
app.add_typer(maintenance.app, name="maintenance")
app.add_typer(incident.app, name="incident")
app.add_typer(deliveries.app, name="deliveries")
app.add_typer(database.app, name="db")
app.add_typer(catalogue.app, name="catalogue")
app.add_typer(token.app, name="token")
app.add_typer(subscription.app, name="subscription")


def _tell_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"ketenwacht {version('ketenwacht')}")
        raise typer.Exit


@app.callback()
def ketenwacht(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_tell_version, is_eager=True, help="Tell the version."),
    ] = False,
) -> None:
    """Watches every interface version of DSO-LV in every environment."""
