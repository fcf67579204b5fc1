"""The interface says that it is well."""

from typing import Literal

from httpx2 import AsyncClient, Response
from pydantic import Field
from typing_extensions import override

from checks.check import Check, fetch, outcome_of
from checks.judging import wrong
from checks.outcome import Outcome, OutcomeClass, Target
from checks.parameters import Path, Status, Text


class Health(Check):
    """Asks a health endpoint for a status and, where configured, for a text in the answer."""

    kind: Literal["health"] = "health"
    path: Path = Field("/health", description="where the endpoint is, as in /app-health")
    accept: Text = Field("*/*", description="the media types to ask for")
    status: Status | None = Field(None, description="the status that is well; any 2xx if absent")
    contains: Text | None = Field(None, description="a text that must be in the answer")

    @override
    async def ask(self, target: Target, http: AsyncClient) -> Outcome:
        return self.judge(await fetch(target, http, self.path, accept=self.accept), target)

    def judge(self, response: Response, target: Target) -> Outcome:
        expected = () if self.status is None else (self.status,)
        outcome = outcome_of(response, target, expected=expected)
        if outcome.outcome_class is not OutcomeClass.OK or self.contains is None:
            return outcome
        if self.contains.encode() not in response.content:
            return wrong(
                outcome, f"answered {response.status_code} without the text {self.contains!r}"
            )
        return outcome
