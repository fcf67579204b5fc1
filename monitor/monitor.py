"""What those above may use of what runs."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from checks.outcome import Outcome
from monitor.alerts.guard import Guard
from monitor.board import Board
from monitor.desk.derived import Derived
from monitor.desk.signing import Signer
from monitor.domain.landscape import CheckId
from monitor.domain.observation import Observation
from monitor.settings import Settings
from monitor.storage.engine import Database
from monitor.telemetry import Telemetry


@dataclass(frozen=True, slots=True)
class Monitor:
    """The parts of one process that a page, an API or a command asks something of."""

    clock: Callable[[], datetime]
    board: Board
    database: Database
    telemetry: Telemetry
    settings: Settings
    signer: Signer | None = None  # None: nothing can be signed here
    derived: Derived | None = None  # None: nobody can subscribe here
    guard: Guard = field(default_factory=Guard)
    keep: Callable[[Observation], Awaitable[bool]] | None = None
    """Takes what others saw; answers when it is recorded. None: nothing is taken here."""
    ask: Callable[[CheckId], Awaitable[Outcome]] | None = None
    """Asks a check once, now, for whoever wants to see its answer. None: nothing is asked here."""
    snapshot: Path | None = None
    """Where the wall is kept for when no database can be reached. None: it is not kept."""

    @property
    def public_base_url(self) -> str | None:
        return self.settings.public_base_url
