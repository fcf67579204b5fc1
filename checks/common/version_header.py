"""The interface tells its version in a header of an answer."""

from typing import ClassVar, Literal

from httpx2 import AsyncClient, Response
from pydantic import Field
from typing_extensions import override

from checks.check import Check, fetch, outcome_of
from checks.judging import running
from checks.outcome import Outcome, OutcomeClass, Target
from checks.parameters import HeaderName, Path, Text


class VersionHeader(Check):
    """Reads the version from a header, by default the `API-Version` of the NL API rules."""

    kind: Literal["version_header"] = "version_header"
    path: Path = Field("", description="what to ask for; any answer of the interface will do")
    accept: Text = Field("*/*", description="the media types to ask for")
    header: HeaderName = Field("API-Version", description="the header that holds the version")

    reads_version: ClassVar[bool] = True

    @override
    async def ask(self, target: Target, http: AsyncClient) -> Outcome:
        return self.judge(await fetch(target, http, self.path, accept=self.accept), target)

    def judge(self, response: Response, target: Target) -> Outcome:
        outcome = outcome_of(response, target)
        if outcome.outcome_class is not OutcomeClass.OK:
            return outcome
        value = response.headers.get(self.header)
        return running(outcome, value, f"the header {self.header}")
