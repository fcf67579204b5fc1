"""Whether those who share a database work by one catalogue."""

from collections.abc import Callable

from structlog.stdlib import get_logger

from monitor.storage.engine import Database
from monitor.storage.seat import seated
from monitor.telemetry import Telemetry

log = get_logger(__name__)


class Accord:
    """`ours` tells the digest of the catalogue in force here; `leads`, whether we ask."""

    def __init__(
        self,
        database: Database,
        telemetry: Telemetry,
        ours: Callable[[], str],
        leads: Callable[[], bool],
    ) -> None:
        self._database = database
        self._telemetry = telemetry
        self._ours = ours
        self._leads = leads
        self._warned: str | None = None

    async def look(self) -> None:
        """Warn, once of each, when another leads by a catalogue that is not ours."""
        if self._leads() or not self._database.is_shared:
            self._take(None)
            return
        async with self._database.read() as tx:
            term = await tx.run(seated)
        theirs = term.catalogue if term and term.held else None
        self._take(None if theirs == self._ours() else theirs)

    def _take(self, stranger: str | None) -> None:
        self._telemetry.same_catalogue.set(stranger is None)
        if stranger and stranger != self._warned:
            log.warning(
                "the leader works by another catalogue; ours comes into force when we lead",
                theirs=stranger,
                ours=self._ours(),
                cure="give all processes on one database the same catalogue files",
            )
        self._warned = stranger
