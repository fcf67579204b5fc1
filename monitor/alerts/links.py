"""Where a message leads to: addresses on our own pages, made of the configured base only."""

from urllib.parse import quote, urlencode, urlsplit

from monitor.domain.event import Event, EventType, reach
from monitor.domain.landscape import LineId


class Links:
    """`address` is where this Ketenwacht is found, without a slash at its end."""

    def __init__(self, address: str) -> None:
        self.address = address

    @property
    def host(self) -> str:
        """The name by which messages are told apart from those of others."""
        return urlsplit(self.address).hostname or "localhost"

    def confirm(self, subscription: str, token: str) -> str:
        """A page with a button: to look at it changes nothing."""
        return self._of_subscription(subscription, "/confirm", token)

    def manage(self, subscription: str, token: str) -> str:
        return self._of_subscription(subscription, "", token)

    def leave(self, subscription: str, token: str) -> str:
        """A page with a button; a one-click POST to it leaves at once (RFC 8058)."""
        return self._of_subscription(subscription, "/leave", token)

    @property
    def subscribe(self) -> str:
        return f"{self.address}/subscribe"

    def of(self, event: Event) -> str:
        """The page that tells more about an event."""
        return self.address + _path(event)

    def _of_subscription(self, subscription: str, act: str, token: str) -> str:
        path = f"/subscriptions/{_segment(subscription)}{act}"
        return f"{self.address}{path}?{urlencode({'token': token})}"


def _path(event: Event) -> str:  # noqa: PLR0911  one for each room of the site
    kind = EventType
    match event.type:
        case kind.DRIFT_OPENED | kind.DRIFT_OVERDUE | kind.DRIFT_RESOLVED:
            return _about_line(event, "/drift?line=")
        case (
            kind.ROLLOUT_ANNOUNCED
            | kind.ROLLOUT_ARRIVED
            | kind.ROLLOUT_VERIFIED
            | kind.ROLLOUT_OVERDUE
            | kind.ROLLOUT_ROLLED_BACK
            | kind.CONTENT_WIPED
        ):
            return _named(event, "rollout", "/rollouts")
        case kind.GATE_OPENED | kind.GATE_CLOSED | kind.GATE_OVERRIDDEN:
            return _gate(event)
        case kind.INCIDENT_OPENED | kind.INCIDENT_UPDATED | kind.INCIDENT_RESOLVED:
            return _named(event, "incident", "/incidents")
        case (
            kind.MAINTENANCE_PLANNED
            | kind.MAINTENANCE_CHANGED
            | kind.MAINTENANCE_STARTED
            | kind.MAINTENANCE_ENDED
        ):
            return "/maintenance"
        case kind.SUPPORT_ENDING | kind.SUPPORT_ENDED:
            return "/roadmap"
        case (
            kind.OUTAGE_OPENED
            | kind.OUTAGE_RESOLVED
            | kind.UNSTABLE_STARTED
            | kind.UNSTABLE_ENDED
            | kind.CERTIFICATE_EXPIRING
            | kind.NOTICE_REFUSED
            | kind.NOTICE_ISOLATED
            | kind.NOTICE_DELIVERY_FAILING
            | kind.NOTICE_LOCATION_DOWN
            | kind.NOTICE_LOCATION_SILENT
            | kind.NOTICE_LOCATION_HEARD
        ):
            return _place(event)


def _place(event: Event) -> str:
    """An interface or an environment; the wall, where it is about more than one."""
    about = reach(event)
    match (about.lines, about.interfaces, about.environments):
        case ((line,), (), (environment,)):
            return f"{_interface(line)}#{_segment(line.line)}-{_segment(environment)}"
        case ((line,), (), _):
            return f"{_interface(line)}#{_segment(line.line)}"
        case ((), (), (environment,)):
            return f"/environments/{_segment(environment)}"
        case _:
            return "/"


def _about_line(event: Event, path: str) -> str:
    lines = reach(event).lines
    return f"{path}{quote(str(lines[0]))}" if lines else path.partition("?")[0]


def _gate(event: Event) -> str:
    about, version = reach(event), event.facts.get("version")
    if not (about.lines and version):
        return "/gate"
    line = about.lines[0]
    path = "/".join(map(_segment, (line.interface, line.line, version)))
    asked = f"?environment={_segment(about.environments[0])}" if about.environments else ""
    return f"/gate/{path}{asked}"


def _named(event: Event, fact: str, path: str) -> str:
    name = event.facts.get(fact)
    return f"{path}/{_segment(name)}" if name else path


def _interface(line: LineId) -> str:
    return f"/interfaces/{_segment(line.interface)}"


def _segment(text: str) -> str:
    """One segment of a path, whatever is in it."""
    return quote(text, safe="~:@")
