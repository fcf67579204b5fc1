"""A secret in a file beside the database: made at the first asking, for its owner's eyes only."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


def kept(file: Path, made: Callable[[], bytes]) -> str:
    """What the file holds, which is what `made` gives where there is none yet.

    Of two processes that ask at once the first to link its file wins, and both use that.
    """
    if not file.exists():
        new = file.with_name(f"{file.name}.{os.getpid()}")
        try:
            _write_private(new, made())
            with suppress(FileExistsError):
                os.link(new, file)
        finally:
            new.unlink(missing_ok=True)
    return file.read_text("ascii")


def _write_private(file: Path, content: bytes) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
