"""Contract documents, each kept once and packed."""

import zlib

from sqlalchemy import Connection, select

from monitor.storage.tables import CONTRACT


def document(connection: Connection, fingerprint: str) -> str | None:
    """The canonical text."""
    asked = select(CONTRACT.c.canonical).where(CONTRACT.c.fingerprint == fingerprint)
    packed = connection.execute(asked).scalar_one_or_none()
    return zlib.decompress(packed).decode() if packed else None
