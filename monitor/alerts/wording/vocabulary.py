"""What a language must be able to say; one module of tables for each language.

Texts have {names} that are filled in; what is filled in is never read for names again.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.domain.delivery import DeliveryKind
from monitor.domain.event import EventType
from monitor.domain.finding import FindingKind


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of an event: `name` is of its whole story, and so is the same at its end."""

    name: str
    headline: str
    says: str
    means: str


@dataclass(frozen=True, slots=True)
class Found:
    """What is said of a kind of finding, in the telling of events about it."""

    name: str
    says: str
    means: str


@dataclass(frozen=True, slots=True)
class Note:
    """A message of our own accord: its title, what it opens with, and what ends it.

    `button` is what its one link does; empty: it has none.
    """

    title: str
    opening: tuple[str, ...]
    button: str = ""
    closing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unit:
    one: str
    many: str

    def of(self, number: int) -> str:
        return f"{number} {self.one if number == 1 else self.many}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """The small words that everything is joined with."""

    unknown: str
    everywhere: str  # where something is about all of it
    on: str  # "{line} on {where}"
    both: str  # "{many} and {last}"
    whole: str  # an environment as a whole, "{where}"
    us: str  # our own monitor
    others: Unit  # of which there are too many to name
    versioned: str  # "version {version} of {line}"
    absent: str  # a line that is not served
    between: str  # "{after}" and "{by}"
    repeats: str
    months: tuple[str, ...]
    moment: str  # "{day} {month} {year} {time} (UTC{offset})"
    date: str  # "{day} {month} {year}"
    minute: Unit
    hour: Unit
    day: Unit
    shorter: str  # than a minute
    means: str  # the heading above what it means for the reader
    more: str  # the link to more
    several: str  # the title of a message about several events in one place
    messages: Unit
    rest: str  # of a long message: {count} that it does not tell
    still: str  # the headline of a reminder
    open_for: str  # in a reminder
    answers: str  # before the subject of what follows
    because: str  # why somebody gets this
    manage: str
    leave: str
    sender: str  # who we are, and who we are not


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """All of one language. `values` are coded facts in words, by the name of the fact."""

    code: str  # of the language
    phrases: Phrases
    events: Mapping[EventType, Told]
    withdrawn: Told  # maintenance that was planned and will not be
    findings: Mapping[FindingKind, Found]
    tolerated: str  # "this is the normal course until {until}", of a finding that opens
    found: Found  # of a kind that we do not know (an older or newer version wrote it)
    notes: Mapping[DeliveryKind, Note]
    labels: Mapping[str, str]  # of facts that are listed, in this order
    values: Mapping[str, Mapping[str, str]]
    causes: Mapping[str, str]  # the checks' sentences, which are English, in this language
