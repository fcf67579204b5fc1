"""The interface tells its version in a small JSON document of its own."""

from typing import ClassVar, Literal

from httpx2 import AsyncClient, Response
from pydantic import Field
from typing_extensions import override

from checks.check import Check, fetch, json_of, outcome_of
from checks.judging import found_at, running, wrong
from checks.outcome import Outcome, OutcomeClass, Target
from checks.parameters import JsonPath, Path, Text


class AppInfo(Check):
    """Reads a version at a place inside a JSON answer such as `/app-info`."""

    kind: Literal["app_info"] = "app_info"
    path: Path = Field("/app-info", description="where the document is")
    accept: Text = Field("application/json", description="the media types to ask for")
    version_at: JsonPath = Field(
        "app-info.version", description="the names on the way to the version, joined by dots"
    )
    expected: Text | None = Field(
        None, description="the version, or how it begins: 8 accepts 8.5.2, and refuses 80 and 7.1"
    )

    reads_version: ClassVar[bool] = True

    @override
    async def ask(self, target: Target, http: AsyncClient) -> Outcome:
        return self.judge(await fetch(target, http, self.path, accept=self.accept), target)

    def judge(self, response: Response, target: Target) -> Outcome:
        outcome = outcome_of(response, target)
        if outcome.outcome_class is not OutcomeClass.OK:
            return outcome
        document = json_of(response)
        outcome = running(outcome, found_at(document, self.version_at), self.version_at)
        version = outcome.reading.version
        if version is None or self.expected is None or _begins(version, self.expected):
            return outcome
        return wrong(outcome, f"runs {version}, where {self.expected} is expected")


def _begins(version: str, expected: str) -> bool:
    rest = version.removeprefix(expected)
    return rest == "" or (rest != version and rest[0] in ".-+_")
