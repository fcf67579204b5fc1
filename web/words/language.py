"""Which of the two languages a reader gets."""

from enum import StrEnum

LONGEST_HEADER = 200
"""Characters of an Accept-Language header that we care to read."""


class Language(StrEnum):
    NL = "nl"
    EN = "en"


def known(text: str | None) -> Language | None:
    """The language that `text` names exactly, if it is one of ours."""
    return next((language for language in Language if language.value == text), None)


def preferred(accept: str) -> Language:
    """The best of an Accept-Language header; Dutch where it wants neither."""
    wishes = [_wish(part) for part in accept[:LONGEST_HEADER].split(",")]
    ours = [(weight, language) for weight, language in wishes if language and weight > 0]
    if not ours:
        return Language.NL
    best = max(weight for weight, _ in ours)
    return next(language for weight, language in ours if weight == best)


def _wish(part: str) -> tuple[float, Language | None]:
    tag, _, weight = part.partition(";")
    return _weight(weight), known(tag.strip().lower().partition("-")[0])


def _weight(text: str) -> float:
    _, equals, number = text.strip().partition("=")
    if not equals:
        return 1.0
    try:
        return min(max(float(number), 0.0), 1.0)
    except ValueError:
        return 0.0
