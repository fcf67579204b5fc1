"""What may be asked in a query, and what is said when it is asked wrongly."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from monitor.domain.landscape import Chain, Landscape, LineId
from web.views.problem import Fault, Invalid, fault
from web.views.selection import Selection
from web.words.language import Language

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
MOST = 500
"""Items on one page of a list."""
LONGEST_WINDOW = 1_096
"""Days: as long as daily figures are kept."""
_NAMES_SHOWN = 20


def _blank_is_nothing(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


# Bounded inside: a bound on the whole would be tried on None, and break.
# PostgreSQL takes no NUL in a text.
Name = Annotated[
    Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")] | None,
    BeforeValidator(_blank_is_nothing),
]
Moment = Annotated[
    AwareDatetime | None,
    Field(ge=EARLIEST, le=LATEST, description="RFC 3339 with an offset, as 2026-07-01T12:00:00Z"),
]


class Question(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    lang: Annotated[Language | None, Field(description="Of the titles")] = None


class StatusQuestion(Question):
    """Which part of the wall."""

    chain: Annotated[Chain | None, BeforeValidator(_blank_is_nothing)] = None
    environment: Name = None
    only: Annotated[Literal["trouble"] | None, BeforeValidator(_blank_is_nothing)] = None
    q: Annotated[str, Field(max_length=100, description="Words that occur in the name")] = ""

    def selection(self, landscape: Landscape) -> Selection:
        faults = list(name_faults(self.model_dump(), landscape))
        if faults:
            raise Invalid(faults)
        return Selection(
            chain=self.chain,
            environment=self.environment,
            only_trouble=self.only == "trouble",
            text=self.q.strip(),
        )


class WallQuestion(StatusQuestion):
    """The same, asked by a person: what others glued to the address is passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class SightingsQuestion(Question):
    line: Annotated[Name, Field(description="As presenteren/v8")] = None
    environment: Name = None


class ObservationsQuestion(SightingsQuestion):
    since: Moment = None
    until: Moment = None
    cursor: Annotated[str, Field(max_length=200)] | None = None
    limit: Annotated[int, Field(ge=1, le=MOST)] = 100

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.since and self.until and self.since >= self.until:
            raise ValueError("since must be before until")
        return self


class UptimeQuestion(Question):
    line: Annotated[str, Field(max_length=200, description="As presenteren/v8")]
    environment: Annotated[str, Field(max_length=200)]
    window: Annotated[
        str, Field(pattern=r"^([1-9][0-9]{0,3}d|24h)$", description="24h, or days as 90d")
    ] = "90d"

    @property
    def span(self) -> timedelta:
        if self.window == "24h":
            return timedelta(hours=24)
        return timedelta(days=min(int(self.window[:-1]), LONGEST_WINDOW))


def name_faults(asked: Mapping[str, Any], landscape: Landscape) -> Iterable[Fault]:
    """What is asked by a name that the catalogue does not know."""
    for name, ids in (
        ("line", landscape.lines),
        ("environment", (one.id for one in landscape.environments)),
    ):
        value = asked.get(name)
        if value and value not in (known := [str(id_) for id_ in ids]):
            yield fault(name, "unknown", f"{name} is unknown; there are {_listed(known)}.")


def line_of(text: str | None) -> LineId | None:
    """The line that a text names; None for none, and for what can be no line at all."""
    if not text:
        return None
    try:
        return LineId.parse(text)
    except ValueError:
        return None


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:_NAMES_SHOWN])
    more = len(names) - _NAMES_SHOWN
    return f"{shown} and {more} more" if more > 0 else shown or "none"
