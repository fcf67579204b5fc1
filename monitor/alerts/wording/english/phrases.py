"""The words that everything is joined with, in English."""

from collections.abc import Mapping

from monitor.alerts.wording.vocabulary import Phrases, Unit

PHRASES = Phrases(
    unknown="unknown",
    everywhere="DSO-LV",
    on="{line} on {where}",
    both="{many} and {last}",
    whole="all of {where}",
    us="our monitor",
    others=Unit("other", "others"),
    versioned="version {version} of {line}",
    absent="not there",
    between="between {after} and {by}",
    repeats="yes; the page tells when",
    months=(
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    moment="{day} {month} {year}, {time} (UTC{offset})",
    date="{day} {month} {year}",
    minute=Unit("minute", "minutes"),
    hour=Unit("hour", "hours"),
    day=Unit("day", "days"),
    shorter="less than a minute",
    means="What this means for you",
    more="Read more",
    several="{where}: {count}",
    messages=Unit("message", "messages"),
    rest="And {count} more, which the page tells.",
    still="Still open: {name}",
    open_for="Open for {span}; nothing has changed since the last message.",
    answers="Re: ",
    because="You get this message because this address is subscribed to Ketenwacht.",
    manage="Change what you get",
    leave="Unsubscribe",
    sender=(
        "Ketenwacht is an independent monitor of the interface versions of DSO-LV. "
        "Replies to this message are not read."
    ),
)

LABELS: Mapping[str, str] = {
    "line": "Interface",
    "environments": "Environment",
    "version": "Version",
    "versions": "What runs where",
    "since": "Since",
    "arrived": "Arrived",
    "dueAt": "Due",
    "toleratedUntil": "Tolerated until",
    "startsAt": "From",
    "endsAt": "Until",
    "rrule": "Repeats",
    "runOutUntil": "Run-out until",
    "phase": "Phase",
    "severity": "Severity",
    "decision": "Computed answer",
    "objections": "Not met",
    "contentWipe": "Content",
    "by": "By",
    "check": "Check",
    "locations": "Seen from",
    "reason": "Reason",
}

VALUES: Mapping[str, Mapping[str, str]] = {
    "severity": {"critical": "critical", "warning": "warning", "info": "for your information"},
    "phase": {
        "investigating": "being investigated",
        "identified": "cause known",
        "monitoring": "mended, the backlog is being worked off",
        "resolved": "resolved",
    },
    "decision": {"open": "open", "closed": "closed", "unknown": "unknown"},
    "objections": {
        "received": "LTO has received it",
        "first": "LTO was first",
        "soaked": "it ran long enough without a break",
        "quiet": "nothing is wrong with it",
        "fresh": "it was measured just now",
        "notFrozen": "no freeze is on",
    },
    "contentWipe": {"true": "is wiped with this rollout"},
}
