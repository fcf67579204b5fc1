"""The words of the pages for operators."""

from collections.abc import Callable, Mapping

from monitor.domain.audit import ActKind
from monitor.domain.names import AT
from web.views.notice import NoticeKind
from web.words.language import Language
from web.words.translation import marked as _
from web.words.translation import translations

ACT: Mapping[ActKind, str] = {
    ActKind.GATE_OVERRIDDEN: _("overrode a gate"),
    ActKind.ROLLOUT_ANNOUNCED: _("announced a rollout"),
    ActKind.MAINTENANCE_PLANNED: _("planned maintenance"),
    ActKind.MAINTENANCE_CHANGED: _("planned maintenance otherwise"),
    ActKind.MAINTENANCE_ENDED: _("ended maintenance"),
    ActKind.INCIDENT_OPENED: _("opened an incident"),
    ActKind.INCIDENT_CHANGED: _("put an incident right"),
    ActKind.INCIDENT_UPDATED: _("told how an incident goes"),
    ActKind.FREEZE_PLANNED: _("planned a freeze"),
    ActKind.FREEZE_ENDED: _("ended a freeze"),
    ActKind.SUBSCRIPTIONS_EXPORTED: _("exported subscriptions of an address"),
    ActKind.SUBSCRIPTIONS_ERASED: _("erased subscriptions of an address"),
    ActKind.DELIVERY_SENT_AGAIN: _("sent a delivery again"),
    ActKind.CHECKS_ASKED: _("asked the checks of a target"),
    ActKind.SIGNED_IN: _("signed in"),
    ActKind.SIGNED_OUT: _("signed out"),
    ActKind.TOKEN_CREATED: _("gave out a token"),
    ActKind.TOKEN_REVOKED: _("took a token back"),
}

DONE: Mapping[str, str] = {
    "opened": _("The incident is open, and told to who subscribed."),
    "updated": _("The update is on the page, and told to who subscribed."),
    "planned": _("The maintenance is planned, and told to who subscribed."),
    "frozen": _("The freeze is planned; the gate is closed while it lasts."),
    "ended": _("It ended: from now on it counts no more."),
    "announced": _("The rollout is announced."),
    "overridden": _("The override is recorded; the computed answer stays what it is."),
    "sentAgain": _("The delivery is on its way again."),
    "unsendable": _("Its subscription left or is paused: nothing is sent to it."),
    "out": _("You are signed out."),
}
"""What came of a button, by the word for it in the address."""

FAULT: Mapping[str, str] = {
    "title": _("The title is not right."),
    "message": _("The message is not right."),
    "reason": _("The reason is not right."),
    "phase": _("The phase is not right."),
    "environments": _("The environments are not right."),
    "lines": _("The interface versions are not right."),
    "line": _("The interface version is not right."),
    "version": _("The version is not right."),
    "startsAt": _("The beginning is not right."),
    "endsAt": _("The end is not right."),
    "rrule": _("The rule by which it comes back is not right."),
    "releaseNotes": _("The link to the release notes is not right."),
    "environment": _("The environment is not right."),
    "target": _("The target is not in the catalogue."),
    "planned": _("A planned time is not right."),
    "form": _("This cannot be done like this."),
}

NOTICE: Mapping[NoticeKind, str] = {
    NoticeKind.BUILDING: _("The history of the demonstration is being made."),
    NoticeKind.NOT_RECORDING: _("Nothing can be recorded just now."),
    NoticeKind.STALE: _("Nothing was recorded for a while."),
    NoticeKind.ISOLATED: _("The monitor seems to be cut off from the network."),
    NoticeKind.LOCATION_SILENT: _("One of our own locations is silent."),
    NoticeKind.CATALOGUE: _("The changed catalogue is not in force: it is not right."),
}


def operate_filters(language: Language) -> Mapping[str, Callable[..., object]]:
    text = translations(language).gettext
    return {
        "act": lambda what: text(ACT[what]),
        "done": lambda word: text(DONE[word]) if word in DONE else "",
        "operate_fault": lambda name: text(FAULT.get(name.partition("-")[0], FAULT["form"])),
        "notice": lambda kind: text(NOTICE[kind]),
        "check_name": lambda name: name.replace(AT, " @ "),
    }
