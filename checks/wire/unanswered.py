"""No answer came, or none that can be used."""

from httpx2 import (
    ConnectError,
    ConnectTimeout,
    ProtocolError,
    ReadTimeout,
    TimeoutException,
    TransportError,
    UnsupportedProtocol,
)

from checks.outcome import Phases
from checks.trouble import Stage, Trouble, TroubleKind


class Unanswered(TransportError):  # noqa: N818  a fact, and named as one
    """Carries what the classifier needs, and how far the probe came.

    `status` is set where an answer came and its content cannot be used.
    """

    def __init__(
        self,
        kind: TroubleKind,
        sentence: str,
        stage: Stage | None = None,
        *,
        status: int | None = None,
        phases: Phases = Phases(),  # noqa: B008  frozen
    ) -> None:
        super().__init__(sentence)
        self.trouble = Trouble(kind, sentence, stage)
        self.status = status
        self.phases = phases


def trouble_of(error: TransportError) -> Trouble:
    """Read the trouble from any error of a transport: ours, or that of a stand-in for it."""
    if isinstance(error, Unanswered):
        return error.trouble
    kind = next(kind for known, kind in KINDS if isinstance(error, known))
    return Trouble(kind, f"no answer: {type(error).__name__}")


KINDS = (
    (ConnectTimeout, TroubleKind.CONNECT_TIMEOUT),
    (ReadTimeout, TroubleKind.READ_TIMEOUT),
    (TimeoutException, TroubleKind.TOTAL_TIMEOUT),
    (ConnectError, TroubleKind.UNREACHABLE),
    (UnsupportedProtocol, TroubleKind.MISASKED),
    (ProtocolError, TroubleKind.PROTOCOL),
    (TransportError, TroubleKind.RESET),
)
