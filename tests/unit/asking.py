"""One check asked once, with the answer given."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from httpx2 import AsyncClient, MockTransport, Request, Response

from checks.check import attempt
from checks.outcome import Outcome, OutcomeClass, Target
from checks.registry import parse

OK, FAILED = OutcomeClass.OK, OutcomeClass.FAILED
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
TARGET = Target(id="presenteren/v8@prod", base_url="https://dso.example/v8")
DOCUMENT = {"openapi": "3.0.3", "info": {"version": "8.5.2"}, "paths": {"/a": {"get": {}}}}


async def asked(
    check: Mapping[str, object], answer: Response | Exception, target: Target = TARGET
) -> Outcome:
    def answering(_: Request) -> Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    async with AsyncClient(transport=MockTransport(answering)) as http:
        return await attempt(parse(check), target, http)


def document(**changes: Any) -> dict[str, Any]:
    return DOCUMENT | changes
