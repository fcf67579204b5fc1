"""What this process remembers of committed rows, so that it need not read them again."""

from dataclasses import dataclass, field

from monitor.domain.audience import Audience
from monitor.domain.landscape import CheckId, TargetId
from monitor.domain.standing import TargetStanding


@dataclass(frozen=True, slots=True)
class Recollection:
    """Keys never change once committed; a standing is known by its row's revision.

    A transaction gathers its own and it is taken over only after the commit: what
    was rolled back was never true.
    """

    targets: dict[TargetId, int] = field(default_factory=dict)
    checks: dict[CheckId, int] = field(default_factory=dict)
    standings: dict[int, tuple[int, TargetStanding]] = field(default_factory=dict)
    contracts: set[str] = field(default_factory=set)
    audiences: dict[int, Audience] = field(default_factory=dict)  # by number: the newest only

    def take(self, other: "Recollection") -> None:
        self.targets.update(other.targets)
        self.checks.update(other.checks)
        self.standings.update(other.standings)
        self.contracts.update(other.contracts)
        if other.audiences:
            self.audiences.clear()
            self.audiences.update(other.audiences)
