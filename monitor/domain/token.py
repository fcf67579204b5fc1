"""Who may ask what of the API: secrets are given out once and kept as a hash only."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Scope(StrEnum):
    """What a token may be for (api.md). Nothing includes anything else."""

    OBSERVATIONS_WRITE = "observations:write"
    ROLLOUTS_WRITE = "rollouts:write"
    GATES_OVERRIDE = "gates:override"
    INCIDENTS_WRITE = "incidents:write"
    MAINTENANCE_WRITE = "maintenance:write"
    OPERATE = "operate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """Beside it storage keeps the SHA-256 of its secret, and nobody keeps the secret."""

    id: str
    name: str
    scopes: frozenset[Scope]
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None
