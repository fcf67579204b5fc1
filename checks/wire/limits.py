"""How much we take from a stranger."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of one answer (reliability.md, "Asking"); past any of them it is refused.

    `wire` is what may cross the wire after the head: room for the framing of chunks.
    """

    deadline: float = 10.0  # seconds, for a request that names none
    body: int = 1 << 20  # bytes, raw and after decompression
    wire: int = 2 << 20  # bytes
    head: int = 64 << 10  # bytes
    fields: int = 100  # headers
    interim: int = 5  # 1xx answers before the real one
