"""Where the key that signs comes from: as configured, or kept beside an SQLite file."""

from collections.abc import Mapping
from pathlib import Path

from joserfc.jwk import KeySet, OKPKey

from monitor.catalogue.references import Reference, Shelf, Unresolved, looked_up
from monitor.desk.kept_file import kept
from monitor.desk.signing import ALGORITHM, Signer, SigningError
from monitor.storage.address import SqliteAddress, parse


def signer_of(
    reference: Reference | None, database_url: str, secrets: Mapping[str, str]
) -> Signer | None:
    """The signer that the settings come to; SigningError when their key cannot be used.

    None: on PostgreSQL, where several processes must sign with one key, none was named.
    """
    if reference is not None:
        found = looked_up(reference, secrets)
        if isinstance(found, Unresolved):
            raise SigningError(f"KETENWACHT_SIGNING_KEY: {found.reason}")
        return Signer.of(found, f"KETENWACHT_SIGNING_KEY: {reference}")
    address = parse(database_url)
    if not isinstance(address, SqliteAddress):
        return None
    file = beside(address.file)
    return Signer.of(kept_pem(file), str(file))


def public_keys(
    reference: Reference | None, database_url: str, secrets: Mapping[str, str]
) -> KeySet:
    """The public side of `signer_of`, without making a key where there is none."""
    address = parse(database_url)
    if reference is None and isinstance(address, SqliteAddress) and beside(address.file).exists():
        reference = Reference(Shelf.FILE, str(beside(address.file).absolute()))
    if reference is None:
        raise SigningError("there is no key here; name the public one with --key")
    signer = signer_of(reference, database_url, secrets)
    assert signer is not None, "a reference leads to a signer or to an error"
    return KeySet([OKPKey.import_key(dict(one)) for one in signer.every_public])


def beside(database: Path) -> Path:
    return database.with_name(f"{database.name}.signing-key.pem")


def kept_pem(file: Path) -> str:
    """The key in this file; made at the first asking."""
    return kept(file, lambda: OKPKey.generate_key(ALGORITHM).as_pem(private=True))
