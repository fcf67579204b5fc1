"""The environment holds the national rules, and with them what every supplier tests against."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self
from urllib.parse import urlencode

from httpx2 import AsyncClient, Response
from pydantic import ConfigDict, Field, model_validator
from typing_extensions import override

from checks.check import Check, fetch, json_of, outcome_of
from checks.judging import found_at, wrong
from checks.outcome import Outcome, OutcomeClass, Target
from checks.parameters import JsonPath, Path, Text

MISSING = "the national rules (rijksregels) are not loaded here"


class NationalRules(Check):
    """Asks a question whose answer is known as long as the rijksregels (AMvB's) are loaded.

    After a clean-up of LTO the interfaces answer and the content is gone: only a question
    about the content shows that.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "national_rules",
                    "path": "/regelingen",
                    "parameters": {"type": "AMvB"},
                    "answer_at": "_embedded.regelingen",
                }
            ]
        }
    )

    kind: Literal["national_rules"] = "national_rules"
    path: Path = Field(description="where the question is asked")
    parameters: Mapping[Text, Text] = Field({}, description="the question, by query parameter")
    accept: Text = Field(
        "application/hal+json, application/json;q=0.9", description="the media types to ask for"
    )
    contains: Text | None = Field(None, description="a text that must be in the answer")
    answer_at: JsonPath | None = Field(
        None, description="the names on the way to what must be there, and not be empty"
    )
    at_least: Annotated[int, Field(ge=1, le=1_000_000)] = Field(
        1, description="how long a list, or how high a number, must be at `answer_at`"
    )

    @model_validator(mode="after")
    def _knows_the_answer(self) -> Self:
        if self.contains is None and self.answer_at is None:
            raise ValueError("say what must be in the answer: give contains, answer_at or both")
        return self

    @override
    async def ask(self, target: Target, http: AsyncClient) -> Outcome:
        return self.judge(await fetch(target, http, self.question, accept=self.accept), target)

    @property
    def question(self) -> str:
        if not self.parameters:
            return self.path
        joint = "&" if "?" in self.path else "?"
        return f"{self.path}{joint}{urlencode(self.parameters)}"

    def judge(self, response: Response, target: Target) -> Outcome:
        outcome = outcome_of(response, target)
        if outcome.outcome_class is not OutcomeClass.OK:
            return outcome
        if self.contains is not None and self.contains.encode() not in response.content:
            return wrong(outcome, f"{MISSING}: the answer lacks {self.contains!r}")
        if self.answer_at is None:
            return outcome
        amount = _amount(found_at(json_of(response), self.answer_at))
        if amount < self.at_least:
            return wrong(
                outcome,
                f"{MISSING}: {amount:g} at {self.answer_at}, at least {self.at_least} expected",
            )
        return outcome


def _amount(answer: object) -> float:
    """Count what is there: a list by its length, a number by itself, all else by being there."""
    match answer:
        case int() | float():
            return answer
        case list():
            return len(answer)
        case _:
            return 1 if answer else 0
