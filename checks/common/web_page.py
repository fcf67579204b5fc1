"""A page for people is there, and is the page that it should be."""

from typing import Literal

from httpx2 import AsyncClient, Response
from pydantic import Field
from typing_extensions import override

from checks.check import Check, fetch, outcome_of
from checks.judging import wrong
from checks.outcome import Outcome, OutcomeClass, Target
from checks.parameters import Path, Status, Text


class WebPage(Check):
    """Asks for a page as a browser does, and looks for a text that must be on it."""

    kind: Literal["web_page"] = "web_page"
    path: Path = Field("", description="the page; empty is the base URL itself")
    status: Status = Field(200, description="the status of the page; redirects are not followed")
    contains: Text | None = Field(None, description="a text that must be in the page's source")

    @override
    async def ask(self, target: Target, http: AsyncClient) -> Outcome:
        answer = await fetch(target, http, self.path, accept="text/html, */*;q=0.5")
        return self.judge(answer, target)

    def judge(self, response: Response, target: Target) -> Outcome:
        outcome = outcome_of(response, target, expected=(self.status,))
        if outcome.outcome_class is not OutcomeClass.OK or self.contains is None:
            return outcome
        if self.contains.encode() not in response.content:
            return wrong(outcome, f"another page is shown: the text {self.contains!r} is not on it")
        return outcome
