"""The shape every check has, and the one place that calls it."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import lru_cache
from time import perf_counter
from traceback import format_exc
from typing import Annotated, ClassVar

import msgspec
from httpx2 import URL, AsyncClient, ByteStream, Request, Response, TransportError
from pydantic import BaseModel, ConfigDict, Field

from checks.classify import (
    NOTICED,
    Answer,
    classify,
    classify_trouble,
    fine,
    problem,
    retry_after,
    signals,
)
from checks.outcome import (
    ABSENT,
    SERVED,
    UNREADABLE,
    Contract,
    Outcome,
    OutcomeClass,
    Phases,
    Reading,
    ReadingKind,
    Target,
)
from checks.trouble import Stage, TroubleKind
from checks.wire.unanswered import Unanswered, trouble_of

GRACE = 0.15  # seconds that a whole check gets on top of the deadline of its requests
DEEPEST = 64  # levels of JSON; what describes an interface has some twenty


class Check(BaseModel, ABC):
    """One way to ask an interface how it is. A check *is* its own configuration.

    A subclass lives alone in a file that bears its kind's name, has its parameters as
    fields, a docstring (served as its documentation), `ask()`, and a pure `judge()`.
    It catches nothing: `attempt()` does, once.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    reads_version: ClassVar[bool] = False
    """Whether an answer can yield a version; the first such check of a target decides."""
    asked: ClassVar[bool] = True
    """False for a check whose outcome an outside party reports."""

    kind: str
    name: str | None = None
    """Tells two checks of one kind on one line apart; the kind where absent."""
    locations: tuple[str, ...] | None = None
    """Whence it is asked, by the names of the catalogue; absent: as the policy says."""
    quorum: Annotated[int, Field(strict=True, ge=1)] | None = None
    """How many of those must agree that it is down; absent: as the policy says."""

    @property
    def called(self) -> str:
        return self.name or self.kind

    @abstractmethod
    async def ask(self, target: Target, http: AsyncClient) -> Outcome: ...


async def attempt(check: Check, target: Target, http: AsyncClient) -> Outcome:
    """Ask once, and turn every way of not getting an answer into an outcome."""
    start = perf_counter()
    try:
        async with asyncio.timeout(target.timeout + GRACE):
            outcome = await check.ask(target, http)
    except TransportError as error:
        outcome = _unanswered(error, target)
    except TimeoutError:  # of several requests, or of something that knows no deadline
        overdue = f"the check did not end within {target.timeout:g} s"
        outcome = _unanswered(Unanswered(TroubleKind.TOTAL_TIMEOUT, overdue), target)
    except Exception as error:  # noqa: BLE001  a faulty check must not stop the round
        outcome = Outcome(
            outcome_class=OutcomeClass.OURS,
            reason=f"this check of ours broke: {type(error).__name__}",
            trace=format_exc(),
        )
    if outcome.phases.total is None:
        outcome = replace(outcome, phases=replace(outcome.phases, total=perf_counter() - start))
    return _settled(outcome, target)


async def fetch(
    target: Target,
    http: AsyncClient,
    path: str,
    *,
    accept: str = "application/json",
    method: str = "GET",
) -> Response:
    """Ask the target for `path`, with its headers, within its timeout.

    The response is read to the end and unpacked. Raises Unanswered (a TransportError).
    """
    request = Request(
        method,
        _url(target.url(path)),
        headers=[("accept", accept), *target.headers.items()],
        stream=ByteStream(b""),
        extensions={"deadline": target.timeout},
    )
    return await http.send(request)


def outcome_of(
    response: Response,
    target: Target,
    *,
    reading: Reading | None = None,
    contract: Contract | None = None,
    evidence: Mapping[str, str] | None = None,
    expected: Collection[int] = (),
) -> Outcome:
    """Classify a response and fill in all that every outcome has.

    `reading`, `contract` and `evidence` are the check's own and count only when the class
    is ok. A status in `expected` is ok; without one, every 2xx is.
    """
    headers = _noticed(response)
    status = response.status_code
    good = fine(status, expected)
    answer = Answer(status, headers, "" if good else text_of(response))
    verdict = classify(answer, target, expected)
    found = signals(headers)
    if not good and (told := problem(answer)):
        found["problem"] = told
    if good and evidence:
        found |= evidence
    return Outcome(
        outcome_class=verdict.outcome_class,
        reason=verdict.reason,
        status=status,
        reading=_reading(verdict.outcome_class, reading),
        phases=response.extensions.get("phases", Phases()),
        contract=contract if good else None,
        retry_after=retry_after(headers),
        evidence=found,
    )


def text_of(response: Response) -> str:
    """Decode as UTF-8 with replacement, whatever charset the other side claims."""
    return response.content.decode("utf-8", errors="replace")


def json_of(response: Response) -> object:
    """Parse strictly: no NaN, no numbers beyond measure, no more than 64 levels.

    Of a key that stands twice the last one counts. Raises Unanswered, which ends as failed.
    """
    try:
        document: object = msgspec.json.decode(text_of(response).removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise _not_json(response, "and not with JSON") from error
    if _deeper(document, DEEPEST):
        raise _not_json(response, f"with JSON of more than {DEEPEST} levels")
    return document


_url = lru_cache(maxsize=4096)(URL)  # a quarter of a probe's CPU goes into parsing it


def _noticed(response: Response) -> dict[str, str]:
    named = ((name.decode("latin-1").lower(), value) for name, value in response.headers.raw)
    return {name: value.decode("latin-1") for name, value in named if name in NOTICED}


def _reading(outcome_class: OutcomeClass, reading: Reading | None) -> Reading:
    if outcome_class is OutcomeClass.OK:
        return SERVED if reading is None else reading
    return ABSENT if outcome_class is OutcomeClass.NOT_SERVED else UNREADABLE


def _unanswered(error: TransportError, target: Target) -> Outcome:
    trouble = trouble_of(error)
    verdict = classify_trouble(trouble, target)
    evidence = {"trouble": trouble.kind.value}
    if trouble.stage is not None:
        evidence["stage"] = trouble.stage.value
    ours = error if isinstance(error, Unanswered) else None
    return Outcome(
        outcome_class=verdict.outcome_class,
        reason=verdict.reason,
        status=None if ours is None else ours.status,
        phases=Phases() if ours is None else ours.phases,
        evidence=evidence,
    )


def _settled(outcome: Outcome, target: Target) -> Outcome:
    """Hold readings to their class, and fill in the version that is declared."""
    reading = _reading(outcome.outcome_class, outcome.reading)
    if reading.kind is ReadingKind.SERVED and reading.version is None and target.declared:
        reading = replace(reading, version=target.declared)
    return outcome if reading is outcome.reading else replace(outcome, reading=reading)


def _not_json(response: Response, how: str) -> Unanswered:
    return Unanswered(
        TroubleKind.CONTENT,
        f"answered {response.status_code} {how}",
        Stage.BODY,
        status=response.status_code,
        phases=response.extensions.get("phases", Phases()),
    )


def _deeper(document: object, levels: int) -> bool:
    """Walk level by level, so that depth costs no stack."""
    level = [document]
    for _ in range(levels):
        level = [
            child
            for parent in level
            if isinstance(parent, dict | list)
            for child in (parent.values() if isinstance(parent, dict) else parent)
            if isinstance(child, dict | list)
        ]
        if not level:
            return False
    return True
