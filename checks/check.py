"""The shape every check has, and the one place that calls it."""

from abc import ABC, abstractmethod
from dataclasses import replace
from time import perf_counter
from traceback import format_exc
from typing import ClassVar

from httpx2 import AsyncClient, TransportError
from pydantic import BaseModel, ConfigDict

from checks.classify import classify_error, settle
from checks.outcome import Outcome, OutcomeClass, Phases, Target


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

    @property
    def called(self) -> str:
        return self.name or self.kind

    @abstractmethod
    async def ask(self, target: Target, http: AsyncClient) -> Outcome: ...


async def attempt(check: Check, target: Target, http: AsyncClient) -> Outcome:
    """Ask once, and turn every way of not getting an answer into an outcome."""
    start = perf_counter()
    try:
        outcome = await check.ask(target, http)
    except TransportError as error:
        outcome = classify_error(error, target)
    except Exception as error:  # noqa: BLE001  a faulty check must not stop the round
        outcome = Outcome(
            outcome_class=OutcomeClass.OURS,
            reason=f"this check of ours broke: {type(error).__name__}",
            trace=format_exc(),
        )
    if outcome.phases.total is None:
        outcome = replace(outcome, phases=Phases(total=perf_counter() - start))
    return settle(outcome, target)
