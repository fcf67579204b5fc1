"""Room kept aside: on a full disk even deleting needs some."""

from contextlib import suppress
from pathlib import Path

SIZE = 8 * 1024 * 1024
BLOCK = b"\0" * 65_536


class Reserve:
    """A file of zeros beside the database that may be dropped to make room."""

    def __init__(self, database: Path, size: int = SIZE) -> None:
        self.file = database.with_name(database.name + ".reserve")
        self._size = size

    def lay_aside(self) -> bool:
        """Make the file when it is not there in full; False when there is no room for it."""
        with suppress(FileNotFoundError):
            if self.file.stat().st_size == self._size:
                return True
        try:
            with self.file.open("wb") as out:
                for _ in range(self._size // len(BLOCK)):
                    out.write(BLOCK)
        except OSError:  # no room: history matters more than the reserve
            self.drop()
            return False
        return True

    def drop(self) -> None:
        self.file.unlink(missing_ok=True)
