"""The words for what we see, each marked for translation."""

from collections.abc import Mapping

from checks.outcome import OutcomeClass
from monitor.domain.health import State
from monitor.domain.landscape import Chain
from monitor.domain.life_cycle import Phase
from web.templating.days import DayLook
from web.views.target import Look
from web.words.translation import marked as _

LOOK: Mapping[Look, str] = {
    Look.UP: _("available"),
    Look.REACHABLE: _("reachable"),
    Look.MIXED: _("mixed versions"),
    Look.DEGRADED: _("slow"),
    Look.DOWN: _("outage"),
    Look.MAINTENANCE: _("maintenance"),
    Look.UNKNOWN: _("unknown"),
    Look.ABSENT: _("not served"),
    Look.NOT_YET: _("not yet"),
    Look.GONE: _("no longer"),
    Look.NOT_CONFIGURED: _("not configured"),
}
"""Short, for a cell of the wall."""

DOWN_FROM = _("down from %(places)s only")
"""In place of a look, where too few locations agree for an outage."""

STATE: Mapping[State, str] = {
    State.UP: _("available"),
    State.DEGRADED: _("limited availability"),
    State.DOWN: _("not available"),
    State.MAINTENANCE: _("in maintenance"),
    State.UNKNOWN: _("unknown"),
    State.ABSENT: _("not served here"),
    State.NOT_CONFIGURED: _("not configured"),
}

CHAIN: Mapping[Chain, str] = {
    Chain.PLAN: _("Plan chain"),
    Chain.TOEPASBARE_REGELS: _("Applicable rules"),
    Chain.VTH: _("Permits, supervision and enforcement (VTH)"),
    Chain.SAMENWERKEN: _("Collaboration"),
    Chain.LOKET: _("Online portal (Omgevingsloket)"),
    Chain.GENERIEK: _("Generic"),
}

OUTCOME: Mapping[OutcomeClass, str] = {
    OutcomeClass.OK: _("as expected"),
    OutcomeClass.NOT_SERVED: _("not served here"),
    OutcomeClass.UNAUTHENTICATED: _("reachable, asks for a credential"),
    OutcomeClass.REFUSED: _("our credential was refused"),
    OutcomeClass.THROTTLED: _("we were asked to slow down"),
    OutcomeClass.MAINTENANCE: _("in maintenance"),
    OutcomeClass.FAILED: _("failed"),
    OutcomeClass.OURS: _("a fault on our side"),
}

PHASE: Mapping[Phase, str] = {
    Phase.PLANNED: _("planned"),
    Phase.NEXT: _("the next version, X+1"),
    Phase.LATEST: _("supported, the latest version"),
    Phase.PREVIOUS: _("supported, beside a newer version"),
    Phase.UNSUPPORTED: _("up, but no longer supported"),
    Phase.RETIRED: _("retired"),
}

DAY_LOOK: Mapping[DayLook, str] = {
    DayLook.UP: _("available"),
    DayLook.PART: _("partly not available"),
    DayLook.DOWN: _("mostly not available"),
    DayLook.DEGRADED: _("slow at times"),
    DayLook.MAINTENANCE: _("maintenance at times"),
    DayLook.ABSENT: _("not served"),
    DayLook.UNKNOWN: _("unknown"),
}

WINDOW: Mapping[str, str] = {
    "24h": _("24 hours"),
    "7d": _("7 days"),
    "30d": _("30 days"),
    "90d": _("90 days"),
}

TROUBLE: Mapping[int, str] = {
    400: _("This question is not right"),
    403: _("This is not possible from there"),
    404: _("There is nothing here"),
    405: _("This cannot be done here"),
    500: _("Something is wrong on our side"),
    503: _("Not available just now"),
}

ADVICE: Mapping[int, str] = {
    400: _("Something in the address cannot be answered:"),
    403: _("The form was sent by another site. Open the page here and send it again."),
    404: _("The address may be mistyped, or the interface may have left the catalogue."),
    405: _("This page can only be looked at."),
    500: _("It has been logged. The wall may still work."),
    503: _("The history cannot be read just now. The wall still works; try this again soon."),
}
