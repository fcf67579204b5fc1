"""A SOAP endpoint, of which can be known only that it shakes hands and answers one GET."""

from dataclasses import replace
from typing import Annotated, ClassVar, Literal

from httpx2 import AsyncClient, Response
from pydantic import AfterValidator, Field
from typing_extensions import override

from checks.check import Check, fetch, outcome_of
from checks.clean import clean
from checks.client import Unanswered
from checks.judging import running
from checks.outcome import ABSENT, UNREADABLE, Outcome, OutcomeClass, Target
from checks.parameters import Path, Status, Text
from checks.version import readable

PLACEHOLDER = "{version}"
VERSION_LENGTH = 64  # the longest version text (reliability.md, "Asking")
SOUGHT = 1000  # times that the namespace is looked for in one answer

Refusal = Literal[
    "connectionRefused", "reset", "tlsHandshake", "certificateRequired", "certificateRejected"
]


def _namespace(text: str) -> str:
    before, *after = text.split(PLACEHOLDER)
    if not before or len(after) != 1:
        raise ValueError(f"write the namespace with one {PLACEHOLDER} in it, and text before that")
    return text


class SoapEndpoint(Check):
    """Shakes hands (TLS, or mTLS with our certificate) and asks one plain GET, no message.

    The version is found by plain search for a namespace such as
    `http://www.omgevingswet.nl/koppelvlak/stam-v{version}/`; without one, none is told.
    """

    kind: Literal["soap_endpoint"] = "soap_endpoint"
    path: Path = Field("", description="what to ask for; empty is the base URL itself")
    accept: Text = Field("*/*", description="the media types to ask for")
    status: tuple[Status, ...] = Field(
        (200,), min_length=1, description="what a living endpoint answers to a GET, as in 200, 405"
    )
    namespace: Annotated[Text, AfterValidator(_namespace)] | None = Field(
        None, description=f"a text with {PLACEHOLDER} where the answer holds the version"
    )
    absent_status: tuple[Status, ...] = Field(
        (), description="what, beside 404 and 410, says that this line is not served here"
    )
    absent_when: tuple[Refusal, ...] = Field(
        (), description="which refused connections say that this line is not served here"
    )

    reads_version: ClassVar[bool] = True

    @override
    async def ask(self, target: Target, http: AsyncClient) -> Outcome:
        try:
            response = await fetch(target, http, self.path, accept=self.accept)
        except Unanswered as refusal:
            if refusal.trouble.kind not in self.absent_when:
                raise
            return _absent(f"not served here, as configured: {refusal.trouble.sentence}")
        return self.judge(response, target)

    def judge(self, response: Response, target: Target) -> Outcome:
        outcome = outcome_of(response, target, expected=self.status)
        if response.status_code in self.absent_status:
            return _absent(
                f"not served here, as configured: answered {response.status_code}", outcome
            )
        if outcome.outcome_class is not OutcomeClass.OK or self.namespace is None:
            return outcome
        return _version(outcome, response.content.decode("utf-8", "replace"), self.namespace)


def _absent(reason: str, outcome: Outcome | None = None) -> Outcome:
    absent = outcome or Outcome(outcome_class=OutcomeClass.NOT_SERVED)
    return replace(
        absent, outcome_class=OutcomeClass.NOT_SERVED, reason=clean(reason), reading=ABSENT
    )


def _version(outcome: Outcome, text: str, namespace: str) -> Outcome:
    versions = versions_in(text, namespace)
    if len(versions) == 1:
        return running(outcome, versions.pop(), "the namespace")
    said = f"names {len(versions)} versions of" if versions else "does not name"
    return replace(outcome, reading=UNREADABLE, reason=clean(f"the answer {said} {namespace}"))


def versions_in(text: str, namespace: str) -> set[str]:
    """Find what stands at the placeholder of `namespace`, wherever `text` holds the rest."""
    before, after = namespace.split(PLACEHOLDER)
    found: set[str] = set()
    start = text.find(before)
    for _ in range(SOUGHT):
        if start < 0:
            break
        start += len(before)
        rest = text[start : start + VERSION_LENGTH + len(after)]
        end = rest.find(after) if after else _run(rest)
        if end > 0 and (version := readable(rest[:end])):
            found.add(version)
        start = text.find(before, start)
    return found


def _run(text: str) -> int:
    """Count the characters at the start of `text` that a version can have."""
    return next((at for at in range(len(text)) if not readable(text[: at + 1])), len(text))
