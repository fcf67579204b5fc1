"""`ketenwacht run`: watch, and show what is seen."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from monitor import logs
from monitor.bootstrap import assemble, configured
from monitor.cli.serving import serve
from monitor.cli.speaking import plainly

Catalogues = Annotated[
    list[Path] | None,
    typer.Option(
        "--catalogue", help="A catalogue file; several lie over each other in this order."
    ),
]
DatabaseUrl = Annotated[
    str | None,
    typer.Option(help="sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE."),
]
Bind = Annotated[str | None, typer.Option(help="HOST:PORT to serve the pages on.")]


def run(catalogue: Catalogues = None, database_url: DatabaseUrl = None, bind: Bind = None) -> None:
    """Watch every interface of the catalogue and serve the status page.

    What is not chosen here is read from KETENWACHT_... variables.

    For example:

      ketenwacht run

      ketenwacht run --catalogue dso_lv --catalogue own.yaml --bind 0.0.0.0:8080
    """
    with plainly():
        settings = configured(
            catalogue=tuple(catalogue) if catalogue else None,
            database_url=database_url,
            bind=bind,
        )
        logs.configure(settings.log_level)
        serve(partial(assemble, settings), settings)
