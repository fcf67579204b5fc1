"""What an answer means: from a status, headers and a text to a class of outcome."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from checks.clean import clean
from checks.outcome import OutcomeClass, Target
from checks.trouble import Trouble, TroubleKind

ALL, SUCCESS, REDIRECT = range(100, 600), range(200, 300), range(300, 400)  # statuses
NOTICED = frozenset(
    {"content-type", "date", "deprecation", "location", "retry-after", "sunset", "warning"}
)
LARGEST_PROBLEM = 8192  # characters; a longer body is not read for its title and detail
LONGEST_PAUSE = 10  # characters of Retry-After that can still be seconds


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the headers in `NOTICED`, in lower case, and the decoded body."""

    status: int
    headers: Mapping[str, str]
    text: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    outcome_class: OutcomeClass
    reason: str = ""


def classify(answer: Answer, target: Target, expected: Collection[int] = ()) -> Verdict:
    """Judge an answer by semantics.md, section 2, and the recorded behaviour of the gateway.

    A status in `expected` is ok, whatever it is; without one, every 2xx is.
    """
    if fine(answer.status, expected):
        return Verdict(OutcomeClass.OK)
    match answer.status:
        case 401 | 403:
            return _no_entry(answer, target)
        case 404 | 410:
            return Verdict(OutcomeClass.NOT_SERVED, f"not served here: {_told(answer)}")
        case 429:
            return Verdict(OutcomeClass.THROTTLED, "429: we ask too much; we wait before asking on")
        case 503 if _in_maintenance(answer, target):
            return Verdict(OutcomeClass.MAINTENANCE, "503 with the text of planned maintenance")
        case _:
            return Verdict(OutcomeClass.FAILED, _complaint(answer, expected))


def fine(status: int, expected: Collection[int] = ()) -> bool:
    return status in (expected or SUCCESS)


def classify_trouble(trouble: Trouble, target: Target) -> Verdict:
    """Judge the absence of an answer."""
    match trouble.kind:
        case TroubleKind.MISASKED | TroubleKind.EXHAUSTED:
            return Verdict(OutcomeClass.OURS, trouble.sentence)
        case TroubleKind.CERTIFICATE_REQUIRED if target.trust.client_certificate is None:
            return Verdict(OutcomeClass.UNAUTHENTICATED, trouble.sentence)
        case (
            TroubleKind.CERTIFICATE_REQUIRED
            | TroubleKind.CERTIFICATE_REJECTED
            | TroubleKind.CERTIFICATE_UNUSABLE
        ):
            return Verdict(OutcomeClass.REFUSED, trouble.sentence)
        case _:
            return Verdict(OutcomeClass.FAILED, trouble.sentence)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait as the server asks, by count or by date; never negative.

    A date is read against the server's own `Date`, so that neither clock matters.
    """
    wish = headers.get("retry-after", "").strip()
    if wish.isascii() and wish.isdigit():
        return float(wish) if len(wish) <= LONGEST_PAUSE else None
    try:
        pause = parsedate_to_datetime(wish) - parsedate_to_datetime(headers.get("date", ""))
    except (ValueError, TypeError, OverflowError):  # no date, or one with and one without zone
        return None
    return max(0.0, pause.total_seconds())


def signals(headers: Mapping[str, str]) -> dict[str, str]:
    """Evidence that every answer can carry: deprecation, and where a redirect points."""
    found = {
        name: clean(headers[name])
        for name in ("deprecation", "sunset", "location")
        if name in headers
    }
    warning = headers.get("warning", "")
    if warning.lstrip().startswith("299"):
        found["warning"] = clean(warning)
    return found


def problem(answer: Answer) -> str:
    """Title and detail of an RFC 9457 problem, cleaned; empty where there is none."""
    if "json" not in answer.headers.get("content-type", ""):
        return ""
    if len(answer.text) > LARGEST_PROBLEM:
        return ""
    try:
        document = json.loads(answer.text)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(document, dict):
        return ""
    said = (document.get("title"), document.get("detail"))
    return clean(": ".join(text for text in said if isinstance(text, str) and text))


def _no_entry(answer: Answer, target: Target) -> Verdict:
    if target.credentialed:
        return Verdict(OutcomeClass.REFUSED, f"our credential is refused: {_told(answer)}")
    return Verdict(
        OutcomeClass.UNAUTHENTICATED,
        f"reachable, but it asks for a credential and none is configured: {_told(answer)}",
    )


def _in_maintenance(answer: Answer, target: Target) -> bool:
    text = target.maintenance_text.casefold()
    return bool(text) and text in answer.text.casefold()


def _told(answer: Answer) -> str:
    """Give the status, and the problem that came with it where one did."""
    said = problem(answer)
    return clean(f"{answer.status} {said}" if said else str(answer.status), 120)


MEANINGS = {
    400: "the question is not understood; check the parameters of this check",
    405: "this method is not allowed here; check the path of this check",
    406: "this media type is not offered; check the Accept that this check sends",
    503: "not available, and nothing in it speaks of maintenance",
    422: "the parameters are not accepted; check the parameters of this check",
}


def _complaint(answer: Answer, expected: Collection[int]) -> str:
    status = answer.status
    if status not in ALL:
        return f"{status} is not a status of HTTP"
    if status in SUCCESS:
        return f"answered {status} where {_either(expected)} is expected"
    if status in REDIRECT:
        where = clean(answer.headers.get("location", ""), 120) or "nowhere"
        return f"{status}: redirects to {where}; redirects are recorded, not followed"
    if status in MEANINGS:
        return clean(f"{_told(answer)}: {MEANINGS[status]}")
    return f"answered {_told(answer)}"


def _either(statuses: Collection[int]) -> str:
    return " or ".join(str(status) for status in sorted(statuses))
