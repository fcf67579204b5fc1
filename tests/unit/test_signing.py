"""Evidence that holds without us, and does not hold once it is touched."""

import json
import stat
from pathlib import Path

import pytest
from joserfc.jwk import KeySet, OKPKey, RSAKey
from joserfc.util import urlsafe_b64decode, urlsafe_b64encode

from monitor.catalogue.references import Reference, key_place
from monitor.desk.signing import Signer, SigningError, keys_of, verify
from monitor.desk.signing_key import kept_pem, signer_of

DOCUMENT = {"line": "presenteren/v8", "decision": "open", "reden": "LTO had het één week"}
POSTGRES = "postgresql://me@db/ketenwacht"


def pem(*, private: bool = True) -> str:
    return OKPKey.generate_key("Ed25519").as_pem(private=private).decode()


@pytest.fixture(scope="module")
def signer() -> Signer:
    return Signer.of(pem(), "here")


def keys(signer: Signer) -> KeySet:
    return keys_of(json.dumps({"keys": [signer.public]}), "there")


def test_what_is_signed_can_be_verified_with_the_public_key_alone(signer: Signer) -> None:
    assert verify(signer.sign(DOCUMENT), keys(signer)) == DOCUMENT


def test_the_private_part_is_never_shown(signer: Signer) -> None:
    assert "d" not in signer.public
    assert repr(signer) == f"Signer({signer.id})"


def test_a_changed_document_does_not_hold(signer: Signer) -> None:
    header, payload, signature = signer.sign(DOCUMENT).split(".")
    told = urlsafe_b64decode(payload.encode()).replace(b"open", b"shut")
    forged = f"{header}.{urlsafe_b64encode(told).decode()}.{signature}"
    with pytest.raises(SigningError, match="changed"):
        verify(forged, keys(signer))


def test_another_key_does_not_open_it(signer: Signer) -> None:
    with pytest.raises(SigningError):
        verify(signer.sign(DOCUMENT), keys(Signer.of(pem(), "elsewhere")))


@pytest.mark.parametrize("alg", ["none", "HS256", "EdDSA"])
def test_the_document_does_not_choose_how_it_is_verified(signer: Signer, alg: str) -> None:
    _, payload, signature = signer.sign(DOCUMENT).split(".")
    header = urlsafe_b64encode(json.dumps({"alg": alg, "kid": signer.id}).encode()).decode()
    with pytest.raises(SigningError):
        verify(f"{header}.{payload}.{signature}", keys(signer))


@pytest.mark.parametrize("text", ["", "a.b.c", "...", "é.é.é", "[" * 100_000, "{}"])
def test_what_is_no_document_does_not_hold(signer: Signer, text: str) -> None:
    with pytest.raises(SigningError):
        verify(text, keys(signer))


@pytest.mark.parametrize(
    "text",
    [
        *("", "{}", "[]", '{"keys": 1}', '{"keys": [1]}', '{"kty": "oct", "k": "AA"}'),
        "-----BEGIN PUBLIC KEY-----\nAA\n-----END PUBLIC KEY-----",
        "[" * 100_000,
    ],
)
def test_what_is_no_key_is_refused_by_its_place(text: str) -> None:
    with pytest.raises(SigningError, match="here"):
        keys_of(text, "here")


def test_keys_that_no_longer_sign_are_served_so_that_what_they_signed_holds() -> None:
    old, new = pem(), pem()
    before = Signer.of(old, "here")
    signed = before.sign(DOCUMENT)
    after = Signer.of(new + old, "here")
    assert after.id == Signer.of(new, "here").id
    assert [one["kid"] for one in after.every_public] == [after.id, before.id]
    assert all("d" not in one for one in after.every_public)
    served = keys_of(json.dumps({"keys": after.every_public}), "there")
    for text in (signed, after.sign(DOCUMENT)):
        assert verify(text, served) == DOCUMENT
    public = OKPKey.import_key(old).as_pem(private=False).decode()
    assert Signer.of(new + public, "here").every_public == after.every_public
    with pytest.raises(SigningError, match="begins with a public key"):
        Signer.of(public + new, "here")
    with pytest.raises(SigningError, match="holds no Ed25519"):
        Signer.of(new + "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "here")


def test_a_public_key_can_be_pem_or_a_single_jwk(signer: Signer) -> None:
    assert verify(signer.sign(DOCUMENT), keys_of(json.dumps(signer.public), "here")) == DOCUMENT
    text = pem()
    public = OKPKey.import_key(text).as_pem(private=False).decode()
    assert verify(Signer.of(text, "x").sign(DOCUMENT), keys_of(public, "here")) == DOCUMENT


def test_only_a_private_ed25519_key_signs() -> None:
    for wrong, why in (
        (pem(private=False), "public"),
        (OKPKey.generate_key("X25519").as_pem(private=True).decode(), "X25519"),
        (RSAKey.generate_key(2048).as_pem(private=True).decode(), "Ed25519"),
        ("nonsense", "Ed25519"),
    ):
        with pytest.raises(SigningError, match=why) as told:
            Signer.of(wrong, "file:/key.pem")
        assert "file:/key.pem" in str(told.value)
        assert "PRIVATE" not in str(told.value)


def test_sqlite_keeps_a_key_beside_its_file_for_its_owner_only(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'own.db'}"
    first, again = signer_of(None, url, {}), signer_of(None, url, {})
    assert first
    assert again
    assert first.id == again.id
    (file,) = tmp_path.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert kept_pem(file) == file.read_text("ascii")


def test_several_processes_are_given_their_key_by_name(tmp_path: Path) -> None:
    assert signer_of(None, POSTGRES, {}) is None
    text = pem()
    (tmp_path / "key.pem").write_text(text, "ascii")
    by_name = signer_of(Reference.parse("env:KEY"), POSTGRES, {"KEY": text})
    by_file = signer_of(key_place(str(tmp_path / "key.pem")), POSTGRES, {})
    assert by_name
    assert by_file
    assert by_name.id == by_file.id


@pytest.mark.parametrize("place", ["env:KEY", "file:/missing/key.pem"])
def test_a_key_that_is_not_there_is_told_by_its_place(place: str) -> None:
    with pytest.raises(SigningError, match="KETENWACHT_SIGNING_KEY"):
        signer_of(Reference.parse(place), POSTGRES, {})
