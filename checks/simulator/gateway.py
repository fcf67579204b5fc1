"""What the pretend DSO-LV says to a request: the recorded behaviour of the real gateway."""

from functools import partial
from random import Random
from typing import NamedTuple

from checks.simulator import wire
from checks.simulator.dice import Dice
from checks.simulator.exchange import Answerer, Reply, Request
from checks.simulator.faults import FaultKind
from checks.simulator.lines import ENVIRONMENTS, LINES, Host, PretendLine, Version
from checks.simulator.resources import keyless, regulations, resource
from checks.simulator.scene import Part, Scene

SLOW = 4.0
"""Seconds that a slow answer takes longer: above the limit of 3 s for degraded."""
FASTEST, SLOWEST = 0.06, 0.18
"""Seconds: between these lies the usual time of a line in an environment."""

BREAK_OFF = b""
REMEMBERED = 4_096
"""Addresses kept apart; a flood of nonsense makes it start anew."""

GEOMETRIES = wire.json_answer({"_embedded": {"geometrieen": []}})
REGULATIONS = regulations(wiped=False)
REGULATIONS_WIPED = regulations(wiped=True)


class Route(NamedTuple):
    """Where an address leads: `line` None where it leads nowhere."""

    line: PretendLine | None
    path: str  # under the base URL
    query: str


class Gateway:
    """Answers for all hosts of all environments; knows no sockets."""

    def __init__(self, scene: Scene, key: str) -> None:
        self._scene = scene
        self._key = key.encode()
        self._bases = {(line.host, line.path): line for line in LINES}
        self._routes: dict[tuple[Host, bytes], Route] = {}
        seed = scene.course.seed
        self._chance = Random(seed)  # noqa: S311  for delays and for nodes, not for secrets
        self._usual = {
            (line.key, where): Dice(seed).between(FASTEST, SLOWEST, "usual", line.key, where)
            for line in LINES
            for where in ENVIRONMENTS
        }

    def answerer(self, host: Host, environment: str) -> Answerer:
        return partial(self.answer, host, environment)

    def answer(self, host: Host, environment: str, request: Request) -> Reply:
        route = self._route(host, request.url)
        key = route.line.key if route.line else ""
        part = self._scene.part(key, environment)
        return Reply(
            self._said(environment, request, route, part), self._delay(key, environment, part)
        )

    def _said(self, environment: str, request: Request, route: Route, part: Part) -> bytes:
        running, wrong = part
        if wrong and (refusal := _down(wrong)) is not None:
            return refusal
        if route.line is None or running.version is None:
            return wire.NOT_HERE
        if request.method != b"GET":
            return wire.WRONG_METHOD
        said = self._found(route.line, route.path, part, environment)
        if said is None:
            return wire.NOT_HERE
        return self._refused(request, route, wrong) or said

    def _found(self, line: PretendLine, path: str, part: Part, environment: str) -> bytes | None:
        if line.host is Host.LOKET:
            return wire.LOKET if path in {"", "/"} else None
        if line.key.startswith("presenteren/") and path == "/regelingen":
            return REGULATIONS_WIPED if FaultKind.WIPED in part.wrong else REGULATIONS
        if line.key == "geometrie-opvragen/v1" and path == "/geometrieen":
            return GEOMETRIES
        version = self._node(part)
        return resource(line.key, path, version, part.running.contract, environment)

    def _refused(self, request: Request, route: Route, wrong: frozenset[FaultKind]) -> bytes | None:
        """Why what exists is not given; None: it is."""
        line = route.line
        assert line
        if FaultKind.THROTTLED in wrong:
            return wire.TOO_MANY
        if not (line.host is Host.LOKET or keyless(line, route.path)):
            if FaultKind.REFUSED in wrong:
                return wire.WRONG_KEY
            if line.host is Host.PUBLIC and (unknown := self._unknown(request)):
                return unknown
        if route.path == "/regelingen" and not _takes_hal(request.headers.get(b"accept", b"*/*")):
            return wire.WRONG_ACCEPT
        if route.path == "/geometrieen" and "crs=" not in route.query:
            return wire.NO_CRS
        return None

    def _unknown(self, request: Request) -> bytes | None:
        given = request.headers.get(b"x-api-key")
        if given is None:
            return wire.NO_KEY
        return None if given == self._key else wire.WRONG_KEY

    def _node(self, part: Part) -> Version:
        """The version of the node that happens to answer."""
        running = part.running
        assert running.version
        if FaultKind.MIXED in part.wrong and running.beside and self._chance.random() < 0.5:  # noqa: PLR2004  two nodes
            return running.beside
        return running.version

    def _delay(self, key: str, environment: str, part: Part) -> float:
        usual = self._usual.get((key, environment), FASTEST)
        chance = self._chance.random()
        seconds = usual * (0.8 + 0.6 * chance * chance)
        if FaultKind.SLOW in part.wrong:
            seconds += SLOW
        return seconds / self._scene.clock.pace

    def _route(self, host: Host, url: bytes) -> Route:
        route = self._routes.get((host, url))
        if route is None:
            if len(self._routes) >= REMEMBERED:
                self._routes.clear()
            route = self._routes[host, url] = self._found_route(host, url)
        return route

    def _found_route(self, host: Host, url: bytes) -> Route:
        address, _, query = url.decode("latin-1").partition("?")
        base, path = address, ""
        while (line := self._bases.get((host, base))) is None and base:
            base, _, last = base.rpartition("/")
            path = f"/{last}{path}"
        return Route(line, path, query)


def _down(wrong: frozenset[FaultKind]) -> bytes | None:
    if FaultKind.HANGUP in wrong:
        return BREAK_OFF
    if FaultKind.MAINTENANCE in wrong:
        return wire.MAINTENANCE
    if FaultKind.OUTAGE in wrong:
        return wire.BROKEN
    return None


def _takes_hal(accept: bytes) -> bool:
    return b"application/hal+json" in accept or b"*/*" in accept
