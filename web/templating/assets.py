"""The few static files, in memory, each under an address that changes with its content."""

from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path

STATIC = Path(__file__).parent.parent / "static"
KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class Asset:
    content: bytes
    kind: str
    digest: str


@cache
def assets() -> dict[str, Asset]:
    return {path.name: _read(path) for path in sorted(STATIC.iterdir()) if path.suffix in KINDS}


def address(name: str) -> str:
    """Where a page finds a file; `KeyError` for one that is not there."""
    return f"/static/{name}?v={assets()[name].digest}"


def _read(path: Path) -> Asset:
    content = path.read_bytes()
    return Asset(content, KINDS[path.suffix], blake2b(content, digest_size=6).hexdigest())
