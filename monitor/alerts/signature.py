"""By what a receiver knows that a message is ours: the headers of Standard Webhooks."""

from collections.abc import Sequence
from datetime import datetime

from standardwebhooks import Webhook


def signed(secrets: Sequence[str], message: str, at: datetime, body: str) -> dict[str, str]:
    """The three headers for `body`, with one signature for each secret (`whsec_…`).

    `message` is the same for every attempt, `at` (UTC) is the attempt's own: receivers refuse
    what is older than five minutes. Two secrets are in force while one replaces the other.
    """
    if not secrets:
        raise ValueError("a webhook without a secret cannot be signed for")
    return {
        "webhook-id": message,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(Webhook(one).sign(message, at, body) for one in secrets),
    }
