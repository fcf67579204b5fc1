"""What the pages say of the gate: every reason in both languages, addresses and spans."""

from datetime import datetime, timedelta

import pytest

from monitor.domain.criterion import CriterionName, CriterionOutcome, Fact, ReasonKind
from monitor.domain.finding import FindingKind
from monitor.domain.gate import Answer
from monitor.domain.order_record import OrderVerdict
from monitor.domain.rollout import StageState
from monitor.domain.soak import Break
from tests.e2e.releases import DONE, UNDER_WAY
from tests.e2e.street import NOON, landscape
from web.templating.gates import gate_path, lead, waiting
from web.templating.reasons import BREAK, REASON, reason
from web.templating.release_terms import ANSWER, CRITERION, FINDING, ORDER, OUTCOME, STAGE
from web.views.gate import CriterionView
from web.views.rollouts import rollout_view
from web.views.titles import Titles
from web.words.language import Language

NL, EN = Language.NL, Language.EN
HOUR = timedelta(hours=1)
BY, AFTER = NOON - 50 * HOUR, NOON - 51 * HOUR

FACTS: dict[ReasonKind, dict[str, Fact]] = {
    ReasonKind.HAS_IT: {"version": "8.6.0", "after": None, "by": BY},
    ReasonKind.HAS_NEWER: {"version": "8.7.0", "after": AFTER, "by": BY},
    ReasonKind.SERVES_LINE: {"after": AFTER, "by": BY},
    ReasonKind.HAS_OLDER: {"version": "8.5.2", "after": AFTER, "by": BY},
    ReasonKind.NOT_SERVED: {"after": AFTER, "by": BY},
    ReasonKind.MIXED: {"versions": ("8.5.2", "8.6.0"), "since": BY},
    ReasonKind.SWITCHING: {"versions": ("8.5.2", "8.6.0")},
    ReasonKind.UNORDERED: {"version": "aardbei"},
    ReasonKind.NOT_YET: {"version": "8.5.2"},
    ReasonKind.LINE_NOT_YET: {},
    ReasonKind.IN_ORDER: {
        "origin": "lto",
        "originAfter": None,
        "originBy": AFTER,
        "after": AFTER,
        "by": BY,
        "lead": 26 * HOUR,
    },
    ReasonKind.ORDER_BROKEN: {
        "origin": "lto",
        "originAfter": BY,
        "originBy": None,
        "after": AFTER,
        "by": BY,
        "lead": None,
    },
    ReasonKind.TOGETHER: {"origin": "lto", "originAfter": AFTER, "originBy": BY, "by": BY},
    ReasonKind.ORDER_UNKNOWN: {"origin": "lto", "originAfter": None, "originBy": BY, "by": BY},
    ReasonKind.SOAKED: {"version": "8.6.0", "ran": 50 * HOUR, "needed": 48 * HOUR},
    ReasonKind.SOAKING: {
        "version": "8.6.0",
        "ran": 20 * HOUR,
        "needed": 48 * HOUR,
        "doneAt": NOON + 28 * HOUR,
        "brokenAt": BY,
        "brokenBy": "down",
    },
    ReasonKind.SOAK_STOPPED: {
        "version": None,
        "ran": HOUR,
        "needed": 48 * HOUR,
        "brokenAt": None,
        "brokenBy": None,
    },
    ReasonKind.OTHER_IN_SOAK: {"version": "8.7.0"},
    ReasonKind.QUIET: {},
    ReasonKind.TROUBLE: {
        "incidents": ("a", "b"),
        "findings": ("c",),
        "kinds": ("contract-changed",),
        "since": BY,
    },
    ReasonKind.ISOLATED: {"since": BY},
    ReasonKind.FRESH: {"readAt": NOON - HOUR, "limit": 3 * HOUR},
    ReasonKind.NOT_FROZEN: {"nextAt": NOON + HOUR},
    ReasonKind.FROZEN: {"freeze": "f", "why": "the year ends", "until": NOON + HOUR},
    ReasonKind.FREEZE_UNCLEAR: {"freeze": "f", "why": "it comes back too often"},
    ReasonKind.NOT_WATCHED: {},
    ReasonKind.NEVER_READ: {},
    ReasonKind.NO_VERSION: {},
    ReasonKind.YET_TO_COME: {"version": None, "readAt": BY},
    ReasonKind.STALE: {"version": None, "readAt": BY, "limit": 3 * HOUR},
    ReasonKind.DOWN: {"version": "8.6.0", "readAt": BY},
    ReasonKind.REFUSED: {"version": "8.6.0", "readAt": BY},
}
"""As they stand beside each reason in monitor/domain/criterion.py."""


def said(kind: ReasonKind, language: Language = NL, **facts: Fact) -> str:
    one = CriterionView.model_validate(
        {
            "name": CriterionName.RECEIVED,
            "outcome": CriterionOutcome.MET,
            "reason": "",
            "evidence_at": None,
            "kind": kind,
            "facts": {"environment": "lto", **FACTS[kind], **facts},
        }
    )
    return reason(one, NOON, language)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("kind", list(ReasonKind))
def test_every_reason_is_a_sentence_in_both_languages(kind: ReasonKind, language: Language) -> None:
    text = said(kind, language)
    assert len(text) > 10
    for left in ("%(", "None", "lto", "timedelta", "datetime"):
        assert left not in text


def test_no_word_is_missing() -> None:
    assert REASON.keys() == FACTS.keys() == set(ReasonKind)
    assert BREAK.keys() == {one.value for one in Break}
    assert FINDING.keys() == set(FindingKind)
    assert ANSWER.keys() == set(Answer)
    assert CRITERION.keys() == set(CriterionName)
    assert OUTCOME.keys() == set(CriterionOutcome)
    assert ORDER.keys() == set(OrderVerdict)
    assert STAGE.keys() == set(StageState)


def test_a_soak_says_how_far_it_is_when_it_is_full_and_what_broke_it() -> None:
    assert said(ReasonKind.SOAKING) == (
        "Op LTO draait zij 20 u van de 2 d die nodig is; dat is genoeg op 1 okt 2026 18:00."
        " De klok ging op 28 sep 2026 12:00 terug naar nul: een storing."
    )
    assert "terug naar nul" not in said(ReasonKind.SOAK_STOPPED)


def test_trouble_is_counted_and_named() -> None:
    text = said(ReasonKind.TROUBLE)
    assert "2 open storingen; contract gewijzigd, versie niet" in text
    assert said(ReasonKind.TROUBLE, incidents=(), kinds=("mixed",)).endswith(": gemengd.")
    told = said(ReasonKind.TROUBLE, incidents=(), kinds=(), announced=("Geen antwoord",))
    assert told.endswith(": een aangekondigd incident: “Geen antwoord”.")


def test_the_next_freeze_is_told_only_where_there_is_one() -> None:
    assert "De volgende begint op 15:00." in said(ReasonKind.NOT_FROZEN)
    assert "De volgende" not in said(ReasonKind.NOT_FROZEN, nextAt=None)


def test_a_version_in_an_address_is_escaped() -> None:
    path = gate_path("presenteren", "v8", "8.6.0+a/../b?c", "prod")
    assert path == "/gate/presenteren/v8/8.6.0%2Ba%2F..%2Fb%3Fc?environment=prod"


def test_what_has_yet_to_reach_production_waits_at_the_gate() -> None:
    titles = Titles(landscape(), NL)
    views = [rollout_view(UNDER_WAY, titles)]
    (one,) = waiting(views, ("prod",))
    assert (one.version, one.environment) == ("8.6.0", "prod")
    assert one.href == "/gate/presenteren/v8/8.6.0?environment=prod"
    assert waiting(views, ("lto",)) == ()
    assert len(waiting([rollout_view(DONE, titles)], ("prod",))) == 1  # overdue there


def test_a_lead_that_is_none_or_the_wrong_way_says_so() -> None:
    assert lead(72 * HOUR, NL) == "3 d"
    assert lead(-5 * HOUR, NL) == "\N{MINUS SIGN}5 u"
    assert lead(None, NL) == "\N{EN DASH}"


def test_a_moment_of_the_distant_past_keeps_its_year() -> None:
    old = datetime.fromisoformat("2024-01-02T12:00:00+00:00")
    assert "2 jan 2024 13:00" in said(ReasonKind.HAS_IT, by=old)
