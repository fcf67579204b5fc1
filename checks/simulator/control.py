"""The strings of the puppet theatre: the clock and the faults, over HTTP on loopback."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from checks.simulator.course import text
from checks.simulator.exchange import Reply, Request
from checks.simulator.faults import FaultKind
from checks.simulator.lines import BY_KEY, ENVIRONMENTS, LINES
from checks.simulator.scene import Scene
from checks.simulator.wire import json_answer


def _known(line: str) -> str:
    if line not in BY_KEY:
        raise ValueError(f"there is no such line; there are {', '.join(BY_KEY)}")
    return line


Environment = Annotated[str, Field(pattern="^(lto|pre|prod)$")]
KnownLine = Annotated[str, AfterValidator(_known)]


class Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SetClock(Body):
    """`now` null: real time. `pace`: simulated seconds per second, for the delays."""

    now: AwareDatetime | None = None
    pace: float = Field(default=1.0, gt=0, le=1e6)


class ForceFault(Body):
    kind: FaultKind
    environment: Environment
    line: KnownLine | None = None


class LiftFault(Body):
    """What is left out matches every forced fault."""

    kind: FaultKind | None = None
    environment: Environment | None = None
    line: KnownLine | None = None


@dataclass(frozen=True, slots=True)
class Control:
    """POST /clock, GET /state, POST /fault, DELETE /fault."""

    scene: Scene

    def answer(self, request: Request) -> Reply:
        doors: dict[tuple[bytes, bytes], Callable[[bytes], object]] = {
            (b"GET", b"/state"): self._state,
            (b"POST", b"/clock"): self._set_clock,
            (b"POST", b"/fault"): self._force,
            (b"DELETE", b"/fault"): self._lift,
        }
        door = doors.get((request.method, request.url))
        if door is None:
            known = ", ".join(f"{method.decode()} {url.decode()}" for method, url in doors)
            return _refusal(HTTPStatus.NOT_FOUND, f"there is no such door; there are {known}")
        media = request.headers.get(b"content-type", b"")
        if request.method == b"POST" and not media.startswith(b"application/json"):
            return _refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "send application/json")
        try:
            return Reply(json_answer(door(request.body)))
        except ValidationError as error:
            return _refusal(HTTPStatus.BAD_REQUEST, str(error))

    def _set_clock(self, body: bytes) -> object:
        wanted = SetClock.model_validate_json(body)
        is_released = wanted.now is None and self.scene.clock.told is not None
        self.scene.clock.told = wanted.now
        self.scene.clock.pace = wanted.pace
        if is_released:
            self.scene.open()
        return self._time()

    def _force(self, body: bytes) -> object:
        wanted = ForceFault.model_validate_json(body)
        self.scene.force(wanted.kind, wanted.environment, wanted.line)
        return wanted.model_dump(mode="json")

    def _lift(self, body: bytes) -> object:
        wanted = LiftFault.model_validate_json(body or b"{}")
        return {"lifted": self.scene.lift(wanted.kind, wanted.environment, wanted.line)}

    def _state(self, _body: bytes) -> object:
        return {
            **self._time(),
            "seed": self.scene.course.seed,
            "anchor": self.scene.course.anchor.isoformat(),
            "faults": [
                {"kind": one.kind, "environment": one.environment, "line": one.line}
                for one in self.scene.faults()
            ],
            "lines": [self._line(line.key, where) for line in LINES for where in ENVIRONMENTS],
        }

    def _line(self, line: str, environment: str) -> object:
        running = self.scene.part(line, environment).running
        return {
            "line": line,
            "environment": environment,
            "version": text(running.version) if running.version else None,
            "contract": running.contract,
        }

    def _time(self) -> dict[str, object]:
        now: datetime = self.scene.clock()
        return {"now": now.isoformat(), "pace": self.scene.clock.pace}


def _refusal(status: HTTPStatus, why: str) -> Reply:
    return Reply(json_answer({"error": why}, status))
