"""Notices that the catalogue files changed, and reads them again."""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from monitor.catalogue.loader import Catalogue, CatalogueError, load, named
from monitor.catalogue.reading import fetched


class Reloader:
    """Make it before the first `load()`, so that no change falls between the two.

    It compares contents, not times: a file that is touched, or put back as it was, is no
    news. It keeps no catalogue; while files are broken the caller keeps the last good one.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = tuple(named(path) for path in paths)
        self._digest: bytes | None = self._look_closely()

    def poke(self) -> None:
        """Read the files at the next look, changed or not (SIGHUP)."""
        self._digest = None

    def look(self) -> Catalogue | CatalogueError | None:
        """The new catalogue, or why there is none; None while nothing has changed.

        Reads and parses files: call it off the event loop.
        """
        digest = self._look_closely()
        if digest == self._digest:
            return None
        self._digest = digest
        try:
            return load(self._paths)
        except CatalogueError as error:
            return error

    def _look_closely(self) -> bytes:
        digest = sha256()
        for path in self._paths:
            try:
                content = sha256(fetched(path)).digest()
            except OSError:
                content = b"gone"
            digest.update(content)
        return digest.digest()
