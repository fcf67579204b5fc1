"""The host shows a certificate that is valid, bears its name, and lasts for a while."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Literal

from httpx2 import AsyncClient
from pydantic import Field
from typing_extensions import override

from checks.check import Check
from checks.clean import clean
from checks.client import Certificate, handshake
from checks.outcome import SERVED, Outcome, OutcomeClass, Target


class TlsCertificate(Check):
    """Shakes hands, asks nothing, and counts the days that the certificate is still valid.

    A certificate that expired, bears another name or comes from an unknown issuer fails the
    handshake. One that expires soon is no failure: it is said, and kept as `daysLeft`.
    """

    kind: Literal["tls_certificate"] = "tls_certificate"
    warn_days: Annotated[int, Field(ge=0, le=3650)] = Field(
        30, description="from so many days before the end on, it is said"
    )

    @override
    async def ask(self, target: Target, http: AsyncClient) -> Outcome:
        shown = await handshake(target, http)
        # the clock that TLS itself judges by: a simulated one would contradict the handshake
        now = datetime.now(UTC)  # noqa: TID251
        return replace(self.judge(shown.certificate, now), phases=shown.phases)

    def judge(self, certificate: Certificate, now: datetime) -> Outcome:
        left = (certificate.not_after - now).days
        soon = f"the certificate expires in {left} days, on {certificate.not_after:%Y-%m-%d}"
        return Outcome(
            outcome_class=OutcomeClass.OK,
            reason=soon if left <= self.warn_days else "",
            reading=SERVED,
            evidence={
                "daysLeft": str(left),
                "notAfter": certificate.not_after.isoformat(),
                "names": clean(", ".join(certificate.names)),
                "issuer": certificate.issuer,
            },
        )
