import re
import stat
from base64 import b64decode
from pathlib import Path

import pytest

from monitor.desk.derived import Derived
from monitor.desk.secret_key import SecretKeyError, beside, derived_of

ONE = Derived(b"the key of this installation, 1")
OTHER = Derived(b"the key of another installation")


def test_a_token_is_the_same_whenever_it_is_worked_out() -> None:
    assert ONE.token("manage", "a1") == Derived(b"the key of this installation, 1").token(
        "manage", "a1"
    )
    assert re.fullmatch(r"[0-9A-Za-z_-]{43}", ONE.token("manage", "a1"))


def test_purpose_id_generation_and_key_each_make_another_token() -> None:
    tokens = {
        ONE.token("manage", "a1"),
        ONE.token("leave", "a1"),
        ONE.token("confirm", "a1"),
        ONE.token("manage", "a2"),
        ONE.token("manage", "a1", 1),
        ONE.token("manage", "1:a1"),
        OTHER.token("manage", "a1"),
    }
    assert len(tokens) == 7


def test_only_the_very_token_is_genuine() -> None:
    token = ONE.token("leave", "a1")
    assert ONE.is_genuine(token, "leave", "a1")
    assert not ONE.is_genuine(token, "manage", "a1")
    assert not ONE.is_genuine(token, "leave", "a2")
    assert not ONE.is_genuine(token, "leave", "a1", 1)
    for mangled in ("", token[:-1], f"{token} ", token.swapcase(), "é\ud800"):
        assert not ONE.is_genuine(mangled, "leave", "a1")


def test_a_webhook_secret_has_the_form_of_standard_webhooks() -> None:
    secret = ONE.webhook_secret("a1")
    assert secret.startswith("whsec_")
    assert len(b64decode(secret.removeprefix("whsec_"), validate=True)) == 32
    assert secret != ONE.webhook_secret("a1", 1)


def test_its_text_shows_nothing_of_the_key() -> None:
    assert repr(ONE) == "Derived()"


def test_a_key_is_made_once_beside_an_sqlite_file(tmp_path: Path, sqlite_url: str) -> None:
    first, again = derived_of(None, sqlite_url), derived_of(None, sqlite_url)
    assert first
    assert again
    assert first.token("manage", "a1") == again.token("manage", "a1")
    file = beside(tmp_path / "ketenwacht.db")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.write_text("short")
    with pytest.raises(SecretKeyError, match="holds no secret key"):
        derived_of(None, sqlite_url)


def test_the_configured_key_goes_before_the_file(tmp_path: Path, sqlite_url: str) -> None:
    assert derived_of("k" * 40, sqlite_url)
    assert not beside(tmp_path / "ketenwacht.db").exists()


def test_postgresql_without_a_key_has_no_secrets() -> None:
    assert derived_of(None, "postgresql://u@db/k") is None
