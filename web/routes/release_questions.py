"""What may be asked in a query of findings, rollouts, gates and the order record."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from monitor.domain.finding import FindingKind
from web.routes.questions import MOST, Moment, Name, Question


def _blank_is_nothing(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


Cursor = Annotated[str, Field(max_length=200)] | None
Limit = Annotated[int, Field(ge=1, le=MOST)]
State = Annotated[Literal["open"] | None, BeforeValidator(_blank_is_nothing)]


class FindingsQuestion(Question):
    """Nothing chosen is all of them; `at`: those that were open at that moment."""

    state: State = None
    kind: Annotated[FindingKind | None, BeforeValidator(_blank_is_nothing)] = None
    line: Annotated[Name, Field(description="As presenteren/v8")] = None
    environment: Name = None
    at: Moment = None
    cursor: Cursor = None
    limit: Limit = 100


class RolloutsQuestion(Question):
    """`state` open: those of which something is still awaited."""

    state: State = None
    line: Annotated[Name, Field(description="As presenteren/v8")] = None
    cursor: Cursor = None
    limit: Limit = 100


class GateAsked(Question):
    environment: Annotated[str, Field(max_length=100)] = "prod"


class OrderRecordQuestion(Question):
    """`since`: of versions that arrived in PROD from then on."""

    line: Annotated[Name, Field(description="As presenteren/v8")] = None
    since: Moment = None


class EventsQuestion(Question):
    """`after`: the `next` of an earlier answer; without it, from the beginning."""

    after: Cursor = None
    limit: Limit = 100
