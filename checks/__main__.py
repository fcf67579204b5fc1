"""Ask one check by hand: python -m checks openapi_document https://example.org/v8 [key=value …]."""

import asyncio
import json
import sys
from collections.abc import Iterable
from dataclasses import asdict

from checks.check import Check, attempt
from checks.client import Clients
from checks.outcome import Outcome, OutcomeClass, Target
from checks.registry import every_check, parse

USAGE = "python -m checks KIND URL [key=value ...]"
OK, NOT_OK, WRONG_QUESTION = 0, 1, 2


def main(words: list[str]) -> int:
    """Give 0 when the answer is ok, 1 when it is not, 2 when the question is wrong."""
    if len(words) < 2 or words[0].startswith("-"):  # noqa: PLR2004  a kind and a URL
        sys.stderr.write(f"{USAGE}\nkinds: {', '.join(every_check())}\n")
        return WRONG_QUESTION
    kind, url, *pairs = words
    try:
        check = parse({"kind": kind, **_parameters(pairs)})
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return WRONG_QUESTION
    outcome = asyncio.run(_ask(check, Target(id=f"{kind}@hand", base_url=url)))
    sys.stdout.write(_told(outcome))
    return OK if outcome.outcome_class is OutcomeClass.OK else NOT_OK


def _parameters(pairs: Iterable[str]) -> dict[str, object]:
    """Read key=value; a value that begins as JSON does is JSON, so that lists can be given."""
    parameters: dict[str, object] = {}
    for pair in pairs:
        key, is_, value = pair.partition("=")
        if not is_:
            raise ValueError(f"{pair!r} is no parameter; write key=value")
        try:
            parameters[key] = json.loads(value) if value[:1] in {"[", "{"} else value
        except ValueError as error:
            raise ValueError(f"{pair!r} begins as JSON and is none: {error}") from error
    return parameters


async def _ask(check: Check, target: Target) -> Outcome:
    clients = Clients("ketenwacht, by hand")
    try:
        return await attempt(check, target, clients.of(target.trust))
    finally:
        await clients.aclose()


def _told(outcome: Outcome) -> str:
    facts = {
        "class": outcome.outcome_class,
        "reason": outcome.reason,
        "status": outcome.status,
        "reading": asdict(outcome.reading),
        "seconds": asdict(outcome.phases),
        "evidence": dict(outcome.evidence),
        "trace": outcome.trace,
    }
    return json.dumps({name: fact for name, fact in facts.items() if fact}, indent=2) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
