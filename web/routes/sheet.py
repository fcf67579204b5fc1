"""A page to be: who reads it, when, and of what."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Request, Response

from monitor.domain.landscape import Landscape
from web.context import Asking, Now, Reader, Watched
from web.routes.answers import page
from web.templating.choices import Option, lines
from web.words.language import Language


@dataclass(frozen=True, slots=True)
class Sheet:
    request: Request
    reader: Reader
    now: datetime
    landscape: Landscape

    @property
    def language(self) -> Language:
        return self.reader.language

    @property
    def lines(self) -> tuple[Option, ...]:
        """Every line of the catalogue, to choose from."""
        return lines(self.landscape, self.language)

    @property
    def environments(self) -> tuple[str, ...]:
        return tuple(one.id for one in self.landscape.environments)

    def drawn(self, template: str, *, status: int = 200, **facts: Any) -> Response:
        return page(self.request, self.reader, template, status=status, now=self.now, **facts)


async def sheet(request: Request, reader: Asking, now: Now, monitor: Watched) -> Sheet:
    return Sheet(request, reader, now, monitor.board.landscape)


Paper = Annotated[Sheet, Depends(sheet)]
