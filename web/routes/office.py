"""Where operators work: who is signed in, the form that they sent, and the page that they get."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from monitor.bootstrap import Monitor
from monitor.desk.hand import Hand
from monitor.domain.token import Scope
from web.context import Watched, reader_of
from web.routes.answers import finished, page
from web.routes.forms import Fields, letter_of
from web.routes.sheet import Paper, Sheet
from web.security.admission import Admitted, NotYours, admitted
from web.security.sessions import keep_awake
from web.views.problem import BodyLocation, Fault, Invalid, body_fault

HOME = "/operate"
DOOR = "/operate/sign-in"
UNSEEN = "no-store"
EMPTY = Fields(())
_BLANK = re.compile(r"\{[a-z]+\}")


async def sealed(request: Request, found: Annotated[Admitted | None, Depends(admitted)]) -> Fields:
    """The form that was sent; 403 where it does not carry the seal of this very session."""
    if request.method != "POST":
        return EMPTY
    fields = await letter_of(request)
    if found and not found.is_sealed(fields.one("seal")):
        raise HTTPException(403, "This form is not of this session; open it here and send it.")
    return fields


Letter = Annotated[Fields, Depends(sealed)]


@dataclass(frozen=True, slots=True)
class Office:
    """One request of somebody who is signed in."""

    paper: Sheet
    monitor: Monitor
    who: Admitted

    @property
    def name(self) -> str:
        return self.who.session.name

    @property
    def seal(self) -> str:
        return self.who.seal

    @property
    def hand(self) -> Hand:
        return self.who.session.hand(self.paper.now)

    def may(self, scope: Scope) -> bool:
        return scope in self.who.session.scopes

    def drawn(
        self,
        template: str,
        *,
        form: Fields = EMPTY,
        faults: Mapping[str, str] | None = None,
        **facts: Any,
    ) -> Response:
        """`faults`: by the name of the field, what is wrong with it in English."""
        answer = self.paper.drawn(
            template,
            status=400 if faults else 200,
            office=self,
            Scope=Scope,
            form=form,
            faults=faults or {},
            said=self.paper.request.query_params.get("said", ""),
            **facts,
        )
        return self._out(answer)

    def back(self, path: str, said: str) -> Response:
        """To a page: what was done is not done again when it is loaded anew."""
        answer = RedirectResponse(f"{path}?said={said}", 303)
        return self._out(finished(self.paper.request, self.paper.reader, answer))

    def _out(self, answer: Response) -> Response:
        answer.headers["cache-control"] = UNSEEN
        keep_awake(answer, self.who.session, self.monitor, self.who.derived)
        return answer


async def office(
    paper: Paper,
    monitor: Watched,
    found: Annotated[Admitted | None, Depends(admitted)],
) -> Office:
    if found is None:
        raise HTTPException(403, "This is open to nobody.")
    return Office(paper, monitor, found)


At = Annotated[Office, Depends(office)]
GUARDED = (Depends(admitted), Depends(sealed))
"""Of every router under /operate: nothing there is reached without both."""


def by_field(faults: Iterable[Fault]) -> Mapping[str, str]:
    """Of each field the first thing that is wrong; "form" is no field, but all of it."""
    told: dict[str, str] = {}
    for one in faults:
        its = one.location
        pointer = its.pointer if isinstance(its, BodyLocation) else f"/{its.name}"
        parts = pointer.split("/")[1:] or ["form"]
        told.setdefault("-".join(parts[: 2 if parts[0] == "planned" else 1]), one.detail)
    return told


def whole(fields: Fields, *names: str) -> None:
    """Invalid where a blank of a template was left as it stood."""
    left = {name: found[0] for name in names if (found := _BLANK.search(fields.one(name)))}
    if left:
        told = "has a blank that is not filled in: {}."
        raise Invalid(
            [body_fault(f"/{name}", "blank", told.format(it)) for name, it in left.items()]
        )


def of_conflict(error: HTTPException) -> Mapping[str, str]:
    return {"form": str(error.detail)}


async def to_the_door(_request: Request, _error: Exception) -> Response:
    """Whoever is not signed in comes to where one does so."""
    answer = RedirectResponse(DOOR, 303)
    answer.headers["cache-control"] = UNSEEN
    return answer


async def refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, NotYours)
    reader = reader_of(request)
    answer = page(request, reader, "operate_refused.html", status=403, scope=error.scope)
    answer.headers["cache-control"] = UNSEEN
    return answer
