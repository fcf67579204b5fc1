"""A question to the gate as people and pipelines write it, and what it means."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from checks.version import Change, Order, change, compare, readable
from monitor.domain.landscape import Landscape, LineId

LONGEST_SHOWN = 64
"""Characters of what somebody wrote: as long as a version may be."""


Part = Literal["interface", "line", "version", "environment"]


class GateQuestionError(ValueError):
    """The question itself is wrong: an unknown line, a malformed version (exit code 2)."""

    def __init__(self, sentence: str, about: Part) -> None:
        super().__init__(sentence)
        self.about = about


@dataclass(frozen=True, slots=True)
class GateQuestion:
    """May `version` of `line` go to `environment`?"""

    line: LineId
    version: str
    environment: str


def ask(
    landscape: Landscape, line: str, version: str, environment: str, seen: Collection[str] = ()
) -> GateQuestion:
    """Understand a question; GateQuestionError says what is wrong with it and what to write.

    `line` is a line or, where the version tells which of its lines is meant, an interface.
    `seen` holds the versions that the line was ever seen to have: what cannot be ordered is
    taken for a version only when it is one of them.
    """
    if readable(version) is None or not (_is_ordered(version) or version in seen):
        raise GateQuestionError(
            f"{_short(version)} is no version that the line ever had, nor one that can be ordered;"
            " write it as 8.6.0",
            "version",
        )
    named = _line(landscape, line, version)
    if environment not in {one.id for one in landscape.environments}:
        known = ", ".join(one.id for one in landscape.environments)
        raise GateQuestionError(
            f"there is no environment {_short(environment)}; there are {known}", "environment"
        )
    if _origin(landscape, environment) is None:
        others = ", ".join(gated(landscape))
        raise GateQuestionError(
            f"nothing has to come before {environment}, so it has no gate"
            + (f"; there is one before {others}" if others else ""),
            "environment",
        )
    return GateQuestion(named, version, environment)


def origin_of(landscape: Landscape, question: GateQuestion) -> str:
    """The environment that must have it first; for a question that `ask` understood."""
    origin = _origin(landscape, question.environment)
    if origin is None:
        sentence = f"nothing has to come before {question.environment}"
        raise GateQuestionError(sentence, "environment")
    return origin


def gated(landscape: Landscape) -> dict[str, str]:
    """Every environment that has a gate, and beside it where releases have to come first."""
    origins = {one.id: _origin(landscape, one.id) for one in landscape.environments}
    return {environment: origin for environment, origin in origins.items() if origin}


def _origin(landscape: Landscape, environment: str) -> str | None:
    """What must precede it; where the catalogue orders nothing, the first precedes the last."""
    for before, after in landscape.must_precede:
        if after == environment:
            return before
    names = [one.id for one in landscape.environments]
    ordered = not landscape.must_precede and len(names) > 1 and names[-1] == environment
    return names[0] if ordered else None


def _line(landscape: Landscape, text: str, version: str) -> LineId:
    if "/" in text:
        try:
            line = LineId.parse(text)
        except ValueError as error:
            raise GateQuestionError(
                f"{_short(text)} is no line; write interface/line, as in presenteren/v8", "line"
            ) from error
        if line not in landscape.lines:
            raise _unknown(landscape, text, line.interface)
        return line
    interface = landscape.interface(text)
    if interface is None:
        raise _unknown(landscape, text, text)
    lines = [one.id for one in interface.lines]
    for widest in (Change.MINOR, Change.PATCH):  # sttr 3.0 is of 3.1.0 too; stop has 1.3 and 1.4
        found = [one for one in lines if _is_of(version, one.line, widest)]
        if len(found) == 1:
            return found[0]
    raise GateQuestionError(
        f"which line of {text} the version {version} is of cannot be told; "
        f"name it: {', '.join(map(str, lines)) or 'the catalogue has none'}",
        "line",
    )


def _is_of(version: str, line: str, widest: Change) -> bool:
    if compare(line, version) is Order.UNORDERED:
        return False
    step = change(line, version)
    return step is Change.PATCH or (step is Change.MINOR and widest is Change.MINOR)


def _is_ordered(version: str) -> bool:
    return compare(version, "0") is not Order.UNORDERED


def _unknown(landscape: Landscape, text: str, interface: str) -> GateQuestionError:
    known = landscape.interface(interface)
    if known is None:
        interfaces = _listed(one.id for one in landscape.interfaces)
        sentence = f"the catalogue knows no {_short(text)}; it has {interfaces}"
        return GateQuestionError(sentence, "interface")
    lines = _listed(str(one.id) for one in known.lines)
    sentence = f"the catalogue knows no {_short(text)}; of {interface} it has {lines}"
    return GateQuestionError(sentence, "line")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def _short(text: str) -> str:
    """What somebody wrote, made fit to be shown in one line."""
    return repr(text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…")
