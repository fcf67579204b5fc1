"""`ketenwacht worker`: ask from here what the leader hands out."""

from functools import partial
from typing import Annotated

import typer

from monitor import logs
from monitor.bootstrap import manned
from monitor.cli.options import Catalogues, DatabaseUrl
from monitor.cli.serving import BACKSTAGE, serve
from monitor.cli.speaking import plainly
from monitor.front_door import configured

Location = Annotated[
    str | None,
    typer.Option(help="Where this process stands, by its name in the catalogue."),
]
Bind = Annotated[
    str | None, typer.Option(help="HOST:PORT for /health/live, /health/ready and /metrics.")
]


def worker(
    location: Location = None,
    catalogue: Catalogues = None,
    database_url: DatabaseUrl = None,
    bind: Bind = None,
) -> None:
    """Ask from a location what `ketenwacht run` or `watcher` hands out, and record it.

    It needs the same PostgreSQL, the same catalogue and the same version as the one that
    leads, and may stand wherever it reaches the database and the interfaces. Several may
    work at one location. What is not chosen here is read from KETENWACHT_... variables.

    Exit code 2: it cannot work like this, and the message says why: no PostgreSQL, an
    unknown location, another catalogue or another version than the leader's.

    For example:

      ketenwacht worker --location pkio --bind 127.0.0.1:8081
    """
    with plainly():
        settings = configured(
            location=location,
            catalogue=tuple(catalogue) if catalogue else None,
            database_url=database_url,
            bind=bind,
        )
        logs.configure(settings.log_level)
        serve(partial(manned, settings), settings, BACKSTAGE)
