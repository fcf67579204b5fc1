"""`ketenwacht watcher` and `web`: what `run` does, in processes of their own."""

from functools import partial
from typing import Annotated

import typer

from monitor import logs
from monitor.bootstrap import Role, assemble
from monitor.cli.options import Bind, Catalogues, DatabaseUrl
from monitor.cli.serving import BACKSTAGE, WINDOW, serve
from monitor.cli.speaking import plainly
from monitor.front_door import configured

Backstage = Annotated[
    str | None, typer.Option("--bind", help="HOST:PORT for /health/live, /health/ready, /metrics.")
]


def watcher(
    catalogue: Catalogues = None, database_url: DatabaseUrl = None, bind: Backstage = None
) -> None:
    """Watch, and serve no pages; of several watchers one leads, and another when it is gone.

    Needs PostgreSQL, brought up to date by `ketenwacht migrate`. What is not chosen here is
    read from KETENWACHT_... variables.

    For example:

      ketenwacht watcher --bind 127.0.0.1:8081
    """
    _process(Role.WATCHER, catalogue, database_url, bind)


def web(catalogue: Catalogues = None, database_url: DatabaseUrl = None, bind: Bind = None) -> None:
    """Serve the pages and the API, and ask nothing; as many as there are readers for.

    Needs PostgreSQL, brought up to date by `ketenwacht migrate`. What is not chosen here is
    read from KETENWACHT_... variables.

    For example:

      ketenwacht web --bind 0.0.0.0:8080
    """
    _process(Role.WEB, catalogue, database_url, bind)


def _process(
    role: Role, catalogue: Catalogues, database_url: DatabaseUrl, bind: str | None
) -> None:
    with plainly():
        settings = configured(
            catalogue=tuple(catalogue) if catalogue else None,
            database_url=database_url,
            bind=bind,
        )
        logs.configure(settings.log_level)
        window = WINDOW if role is Role.WEB else BACKSTAGE
        serve(partial(assemble, settings, role), settings, window)
