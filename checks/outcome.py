"""What a check asks of, and the one shape in which every answer comes back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

NOTHING: Mapping[str, str] = MappingProxyType({})


class OutcomeClass(StrEnum):
    """What an answer means (semantics.md, section 2). The values are the API's."""

    OK = "ok"
    NOT_SERVED = "notServed"
    UNAUTHENTICATED = "unauthenticated"
    REFUSED = "refused"
    THROTTLED = "throttled"
    MAINTENANCE = "maintenance"
    FAILED = "failed"
    OURS = "ours"  # our own fault or our own network: never held against the supplier


class ReadingKind(StrEnum):
    SERVED = "served"  # it answered; `version` is None where none can be learned
    NOT_SERVED = "notServed"
    UNREADABLE = "unreadable"  # changes nothing but age


@dataclass(frozen=True, slots=True)
class Reading:
    """The version part of an answer."""

    kind: ReadingKind
    version: str | None = None
    fingerprint: str | None = None  # of the contract, where the check reads one


UNREADABLE = Reading(ReadingKind.UNREADABLE)
ABSENT = Reading(ReadingKind.NOT_SERVED)
SERVED = Reading(ReadingKind.SERVED)


@dataclass(frozen=True, slots=True)
class Phases:
    """Where the time of one probe went, in seconds; None: that phase was not reached."""

    dns: float | None = None
    connect: float | None = None
    tls: float | None = None
    first_byte: float | None = None
    body: float | None = None
    total: float | None = None


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract document in canonical form, kept once per fingerprint.

    Two documents that a client's code cannot tell apart have one canonical form
    (semantics.md, section 4): that is what a later difference is computed from.
    """

    fingerprint: str
    canonical: str = field(repr=False)  # JSON text


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom we believe and who we say we are in TLS: file paths, never the secrets."""

    ca_file: str | None = None  # trust anchors beside the system's
    client_certificate: str | None = None
    client_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A line in an environment, as a check needs to know it.

    `headers` holds resolved secrets and is therefore kept out of `repr`.
    """

    id: str  # "presenteren/v8@prod"
    base_url: str
    headers: Mapping[str, str] = field(default_factory=lambda: NOTHING, repr=False)
    maintenance_text: str = "onderhoud"
    timeout: float = 10.0  # seconds, for the whole probe
    declared: str | None = None  # the version, where it cannot be asked
    trust: Trust = Trust()

    def url(self, path: str) -> str:
        """Join `path` to the base URL; an empty path asks the base URL itself."""
        if not path:
            return self.base_url
        return f"{self.base_url.rstrip('/')}/{path.lstrip('/')}"

    @property
    def credentialed(self) -> bool:
        """Whether we present a credential: tells "missing" from "refused"."""
        return bool(self.headers) or self.trust.client_certificate is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one run of one check. Never an exception.

    `reason` is one sentence for a tired operator, at most 200 characters, cleaned of
    control and bidi characters. `evidence` holds small cleaned facts by name
    ("location", "warning", "sunset", "deprecation", "daysLeft", ...).
    """

    outcome_class: OutcomeClass
    reason: str = ""
    status: int | None = None
    reading: Reading = UNREADABLE
    phases: Phases = Phases()
    contract: Contract | None = None
    retry_after: float | None = None  # seconds, as the server asked; bounded by the caller
    evidence: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    trace: str | None = field(default=None, repr=False)  # set when a check of ours broke
