"""What most commands can be told."""

from pathlib import Path
from typing import Annotated

import typer

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
