"""The command `ketenwacht` and its groups."""

from importlib import import_module
from importlib.metadata import version
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_command, get_group
from typing_extensions import override

COMMANDS = {
    "run": "run:run",
    "worker": "worker:worker",
    "watcher": "processes:watcher",
    "web": "processes:web",
    "migrate": "database:upgrade",
    "demo": "demo:demo",
    "check": "asking:check",
    "status": "status:status",
    "drift": "drift:drift",
    "gate": "gate:app",
    "rollout": "rollout:app",
    "freeze": "freeze:app",
    "maintenance": "maintenance:app",
    "incident": "incident:app",
    "deliveries": "deliveries:app",
    "db": "database:app",
    "catalogue": "catalogue:app",
    "token": "token:app",
    "subscription": "subscription:app",
}
"""By name, in which module of this room each is: only what is asked for is loaded, since all
that a monitor runs on takes seconds to load."""


class _Commands(TyperGroup):
    def __init__(self, **told: Any) -> None:
        super().__init__(**told)
        self.commands: Any = dict.fromkeys(COMMANDS)  # by which a misspelt one is guessed

    @override
    def list_commands(self, ctx: Any) -> list[str]:
        return [*COMMANDS]

    @override
    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        found = getattr(import_module(f"monitor.cli.{module}"), name)
        if isinstance(found, typer.Typer):
            command: Any = get_group(found)
        else:
            alone = typer.Typer(add_completion=False)
            alone.command()(found)
            command = get_command(alone)
        command.name = cmd_name
        return command


app = typer.Typer(
    cls=_Commands,
    help="Watches every interface version of DSO-LV in every environment.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)


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
