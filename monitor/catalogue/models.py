"""The catalogue file, key by key: the keys are a promise to operators."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from checks.check import Check
from monitor.catalogue.fields import (
    Address,
    AnyCheck,
    Count,
    Day,
    Deadline,
    Grace,
    HeaderName,
    Interval,
    Name,
    Secret,
    Text,
    Version,
)
from monitor.domain.landscape import Chain, Standard

LAST_DAYS = ("until", "gone")


class Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


def _distinct(checks: tuple[Check, ...]) -> tuple[Check, ...]:
    twice = [name for name, count in Counter(check.called for check in checks).items() if count > 1]
    if twice:
        raise ValueError(f"two checks are called {twice[0]!r}; give one a `name` of its own")
    return checks


Checks = Annotated[tuple[AnyCheck, ...], AfterValidator(_distinct)]
"""In the order in which they may yield the version."""


class Words(Entry):
    """A text in the two languages of the page."""

    nl: Text
    en: Text


class Access(Entry):
    """How we make ourselves known. The secrets stay where they are: these are references."""

    headers: Mapping[HeaderName, Secret] | None = None
    client_certificate: Secret | None = None  # to the path of a PEM file
    client_key: Secret | None = None  # likewise; absent: it is in the same file

    @model_validator(mode="after")
    def _a_key_goes_with_a_certificate(self) -> Self:
        if self.client_key and not self.client_certificate:
            raise ValueError("has a client_key but no client_certificate; write both or neither")
        return self

    @property
    def references(self) -> Iterable[Secret]:
        yield from (self.headers or {}).values()
        yield from filter(None, (self.client_certificate, self.client_key))


class Environment(Access):
    name: Words
    maintenance_text: Text = "onderhoud"


class ByChange(Entry):
    """A span per class of change; what is absent is inherited."""

    major: Grace | None = None
    minor: Grace | None = None
    patch: Grace | None = None


class NarrowPolicy(Entry):
    """The numbers of semantics.md; what is absent is inherited."""

    interval: Interval | None = None
    timeout: Deadline | None = None
    degraded_after: Deadline | None = None
    confirm_after: Count | None = None
    failure_threshold: Count | None = None
    success_threshold: Count | None = None
    grace: ByChange | None = None
    soak: ByChange | None = None
    mixed_after: Grace | None = None
    locations: tuple[Name, ...] | None = None  # whence checks ask; []: from the monitor itself
    quorum: Count | None = None  # of those, how many must agree on down; absent: most


class Policy(NarrowPolicy):
    per_host: Count | None = None  # of the whole catalogue: a host serves many lines


class Target(Access):
    """A line in an environment. Its own access replaces that of its environment, key by key.

    `headers: {}` sends none of them. `base_url` may be absent where no check asks for it.
    """

    base_url: Address | None = None
    declared: Version | None = None
    checks: Checks | None = None


class LifeCycle(Entry):
    """First days by environment, and the last days `until` and `gone`; all of them optional."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Day] = Field(init=False)

    until: Day | None = None
    gone: Day | None = None

    @property
    def first_days(self) -> Mapping[str, date]:
        return self.__pydantic_extra__

    @model_validator(mode="after")
    def _days_in_order(self) -> Self:
        if self.until and self.gone and self.gone < self.until:
            raise ValueError(f"gone ({self.gone}) lies before until ({self.until}); swap them")
        last = self.until or self.gone
        for environment, first in self.first_days.items():
            if last and first > last:
                raise ValueError(
                    f"its first day on {environment} ({first}) lies after its last ({last})"
                )
        return self


class Line(Entry):
    title: Words | None = None
    note: Words | None = None
    environments: tuple[Name, ...] | None = None  # where it lives; absent: everywhere
    life_cycle: LifeCycle = LifeCycle()
    policy: NarrowPolicy = NarrowPolicy()
    targets: Mapping[Name, Target] = Field(default_factory=dict)
    checks: Checks | None = None  # replaces the interface's


class Interface(Entry):
    title: Words
    chain: Chain
    standard: Standard = Standard.OTHER
    contact: Text | None = None
    documentation: Address | None = None
    policy: NarrowPolicy = NarrowPolicy()
    lines: Annotated[Mapping[Name, Line], Field(min_length=1)]
    checks: Checks = ()

    def checks_of(self, line: Line, target: Target) -> tuple[Check, ...]:
        """The checks of a target: its own list, else its line's, else the interface's."""
        for checks in (target.checks, line.checks):
            if checks is not None:
                return checks
        return self.checks


class Document(Entry):
    """All files of a catalogue, laid over each other."""

    catalogue: Literal[1]
    environments: Annotated[Mapping[Name, Environment], Field(min_length=1)]
    must_precede: tuple[tuple[Name, Name], ...] = ()
    references: tuple[Address, ...] = ()
    locations: Mapping[Name, Words] = Field(default_factory=dict)  # whence checks may ask
    policy: Policy = Policy()
    interfaces: Mapping[Name, Interface] = Field(default_factory=dict)
