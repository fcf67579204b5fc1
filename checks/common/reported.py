"""Somebody else tells how it went, because nobody can ask from here."""

from typing import ClassVar, Literal

from httpx2 import AsyncClient
from pydantic import Field
from typing_extensions import override

from checks.check import Check
from checks.outcome import Outcome, OutcomeClass, Target
from checks.parameters import Span


class Reported(Check):
    """Waits for an outside party to report what it saw, through the API.

    For STOP over ebMS2 and the push side of STAM. A report is an outcome like any other, and
    can carry a version; no report within `expect_every` is "unknown", never an outage.
    """

    kind: Literal["reported"] = "reported"
    expect_every: Span = Field(
        description="after so long without a report nothing is known any more, as in 1d",
        examples=["1d"],
    )

    reads_version: ClassVar[bool] = True
    asked: ClassVar[bool] = False

    @override
    async def ask(self, target: Target, http: AsyncClient) -> Outcome:
        """Say why there is no answer, to whoever asks by hand: the schedule never does."""
        return Outcome(
            outcome_class=OutcomeClass.OURS,
            reason="this cannot be asked from here; an outside party reports it through the API",
        )
