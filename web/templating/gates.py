"""What the pages on the gate need: addresses, shapes and spans."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote, urlencode

from monitor.domain.gate import Answer, CriterionOutcome
from monitor.domain.order_record import OrderVerdict
from monitor.domain.rollout import StageState
from web.views.order_record import OrderEntryView
from web.views.rollouts import RolloutView
from web.words.language import Language
from web.words.moments import NOTHING, span

_AWAITED = frozenset({StageState.PLANNED, StageState.OVERDUE, StageState.ROLLED_BACK})

ANSWER_SHAPE: Mapping[Answer, str] = {
    Answer.OPEN: "up",
    Answer.CLOSED: "down",
    Answer.UNKNOWN: "unknown",
}
OUTCOME_SHAPE: Mapping[CriterionOutcome, str] = {
    CriterionOutcome.MET: "up",
    CriterionOutcome.NOT_MET: "down",
    CriterionOutcome.UNKNOWN: "unknown",
}
ORDER_LOOK: Mapping[OrderVerdict, str] = {
    OrderVerdict.LTO_FIRST: "up",
    OrderVerdict.TOGETHER: "unknown",
    OrderVerdict.BROKEN: "critical",
    OrderVerdict.UNKNOWN: "unknown",
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A version that has yet to get where releases end up."""

    title: str
    version: str
    environment: str
    href: str


def gate_path(
    interface: str,
    line: str,
    version: str,
    environment: str,
    *,
    root: str = "/gate",
) -> str:
    names = "/".join(quote(one, safe="") for one in (interface, line, version))
    return f"{root}/{names}?{urlencode({'environment': environment})}"


def gate_href(one: OrderEntryView | RolloutView, environment: str) -> str:
    interface, _, line = one.line.partition("/")
    return gate_path(interface, line, one.version, environment)


def waiting(rollouts: Iterable[RolloutView], goals: Sequence[str]) -> tuple[Waiting, ...]:
    return tuple(
        Waiting(one.title, one.version, stage.environment, gate_href(one, stage.environment))
        for one in rollouts
        for stage in one.stages
        if stage.environment in goals and stage.state in _AWAITED
    )


def lead(length: timedelta | None, language: Language) -> str:
    """3 d; with a minus where LTO came later, a dash where it cannot be told."""
    if length is None:
        return NOTHING
    sign = "\N{MINUS SIGN}" if length < timedelta() else ""
    return f"{sign}{span(abs(length), language)}"
