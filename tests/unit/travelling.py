"""A line that is watched every hour, and what becomes of its rollouts."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from monitor.domain.journey import advance, announce, find, infer, next_moment
from monitor.domain.landscape import CheckId, Landscape, Line, TargetId
from monitor.domain.rollout import Announcement, Rollout, Stage
from monitor.domain.standing import TargetStanding, conclude
from tests.building import NOON, PRESENTEREN
from tests.unit.answers import answer
from tests.unit.drifting import OFFSETS, watched

HOUR = timedelta(hours=1)


@dataclass
class Trip:
    """Applies the rules as the recorder does: at each moment that counts, after each answer."""

    landscape: Landscape = field(default_factory=lambda: watched(HOUR))
    sides: dict[str, TargetStanding] = field(default_factory=dict)
    rollouts: dict[str, Rollout] = field(default_factory=dict)
    steps: list[tuple[str, str]] = field(default_factory=list)  # (environment, state), as it went
    now: datetime = NOON
    hours: int = 0

    @property
    def line(self) -> Line:
        return self.landscape.lines[PRESENTEREN]

    def tell(self, **rows: str) -> "Trip":
        """Answers in short hand, one an hour: `lto="8.5*3 8.6", prod="8.5*4"`."""
        spelled = {where: [*_spelled(row)] for where, row in rows.items()}
        answers = sorted(
            (NOON + (self.hours + place + OFFSETS[where]) * HOUR, where, word)
            for where, words in spelled.items()
            for place, word in enumerate(words)
            if word != "-"
        )
        for at, where, word in answers:
            self.wait(at)
            target = TargetId(PRESENTEREN, where)
            seen = answer(word, CheckId(target, "openapi_document"), at)
            plan, policy = self.landscape.targets[target], self.landscape.policy_of(target)
            self.sides[where] = conclude(self.sides.get(where), seen, plan, policy).standing
            self.look(at)
        self.hours += max(map(len, spelled.values()))
        return self

    def wait(self, until: datetime) -> None:
        """Let time alone do its work."""
        while due := min(filter(None, map(self._next, self.rollouts.values())), default=None):
            if due > until:
                break
            self.look(due)
        self.now = until

    def look(self, now: datetime) -> None:
        self.now = now
        begun = infer(self.line, self.sides, self.rollouts.values(), now)
        for one in (*self.rollouts.values(), *filter(None, [begun])):
            self.take(one if one.done_at else advance(one, self.line, self.sides, now))

    def take(self, rollout: Rollout) -> None:
        before = self.rollouts.get(rollout.id)
        for where, stage in rollout.stages.items():
            was = before.stages.get(where, Stage()) if before else Stage()
            if stage.state is not was.state:
                self.steps.append((where, stage.state.value))
        self.rollouts[rollout.id] = rollout

    def announce(self, version: str, key: str = "k1", **planned: datetime) -> Rollout:
        told = Announcement(at=self.now, by="kato", key=key, planned=planned)
        known = find(self.rollouts.values(), version)
        made = announce(self.line, version, told, known)
        self.take(advance(made, self.line, self.sides, self.now))
        return self.rollouts[made.id]

    def one(self, version: str) -> Rollout:
        found = find(self.rollouts.values(), version)
        assert found, f"no rollout of {version}"
        return found

    def states(self, version: str) -> str:
        """`verified arrived planned`, in the order of the environments."""
        return " ".join(stage.state.value for stage in self.one(version).stages.values())

    def _next(self, rollout: Rollout) -> datetime | None:
        if rollout.done_at:
            return None
        return next_moment(rollout, self.line, self.sides, self.now)


def _spelled(row: str) -> list[str]:
    words = []
    for word in row.split():
        text, _, times = word.partition("*")
        words += [text] * int(times or 1)
    return words


def in_turn(steps: list[tuple[str, str]], where: str) -> list[tuple[str, str]]:
    """Each step of one environment, with the one after it."""
    return [*pairwise(state for place, state in steps if place == where)]
