"""Signatures, against the vector that the standard publishes and its own library."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from monitor.alerts.signature import signed
from tests.unit.parcels import OLDER, SECRET

BODY = '{"test": 2432232314}'


def test_the_published_vector() -> None:
    headers = signed(
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",),
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        datetime.fromtimestamp(1614265330, UTC),
        BODY,
    )
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_while_a_secret_is_replaced_either_of_the_two_verifies() -> None:
    headers = signed((SECRET, OLDER), "m-1", datetime.now(UTC), BODY)
    assert len(headers["webhook-signature"].split(" ")) == 2
    for secret in (SECRET, OLDER):
        assert Webhook(secret).verify(BODY, headers) == {"test": 2432232314}
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(BODY + " ", headers)


def test_it_is_an_hmac_that_anyone_can_compute() -> None:
    at = datetime(2026, 11, 21, 12, 0, 0, 999_999, tzinfo=UTC)
    headers = signed((SECRET,), "m-1", at, BODY)
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    content = f"m-1.{headers['webhook-timestamp']}.{BODY}".encode()
    digest = hmac.new(key, content, hashlib.sha256).digest()
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"


def test_without_a_secret_nothing_leaves() -> None:
    with pytest.raises(ValueError, match="without a secret"):
        signed((), "m-1", datetime.now(UTC), BODY)
