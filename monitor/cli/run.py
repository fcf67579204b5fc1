"""`ketenwacht run`: watch, and show what is seen."""

from functools import partial

from monitor import logs
from monitor.bootstrap import assemble
from monitor.cli.options import Bind, Catalogues, DatabaseUrl
from monitor.cli.serving import serve
from monitor.cli.speaking import plainly
from monitor.front_door import configured


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
