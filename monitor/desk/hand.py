"""Who acts, and the record of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from monitor.domain.audit import Act, ActKind


@dataclass(frozen=True, slots=True)
class Hand:
    """Who acts, and when. `client` tells apart who may use the same idempotency key."""

    by: str
    at: datetime
    client: str

    def did(
        self,
        what: ActKind,
        subject: str,
        reason: str = "",
        facts: Mapping[str, str] | None = None,
    ) -> Act:
        return Act(
            at=self.at, who=self.by, what=what, subject=subject, reason=reason, facts=facts or {}
        )
