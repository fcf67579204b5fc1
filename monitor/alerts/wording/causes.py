"""Why something is as it is: the checks' own sentences, in another language."""

import re
from collections.abc import Mapping
from functools import lru_cache

CAUSE = "cause"
"""The part of a sentence that is one itself."""


def cause(reason: str, causes: Mapping[str, str]) -> str:
    """As plain text; what nobody translated stays as it is."""
    found = fitting(reason, causes)
    if found is None:
        return reason
    text, facts = found
    told = {name: cause(fact, causes) if name == CAUSE else fact for name, fact in facts.items()}
    return text.format_map(told)


def fitting(reason: str, causes: Mapping[str, str]) -> tuple[str, Mapping[str, str]] | None:
    """What says `reason` in the language of `causes`, and the facts that have a {place} in it.

    The facts are as they came: whoever shows them makes them harmless.
    """
    for form, text in _forms(tuple(causes.items())):
        if found := form.fullmatch(reason):
            return text, found.groupdict()
    return None


@lru_cache(maxsize=4)
def _forms(causes: tuple[tuple[str, str], ...]) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(
        (re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", re.escape(form))), text)
        for form, text in causes
    )
