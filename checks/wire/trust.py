"""Whom we believe and who we say we are, as OpenSSL wants to hear it."""

import ssl
from pathlib import Path

from checks.outcome import Trust
from checks.trouble import Stage, TroubleKind
from checks.wire.unanswered import Unanswered

BUNDLES = (  # where distributions keep the anchors, should OpenSSL's own place be empty
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
)


class Keyring:
    """The TLS context of one Trust, built once and again when one of its files has changed.

    Building costs 20 ms of CPU (performance.md), asking the files for their age nothing.
    """

    def __init__(self, trust: Trust) -> None:
        self._trust = trust
        self._context: ssl.SSLContext | None = None
        self._seen: tuple[tuple[str, int, int], ...] = ()

    @property
    def credentialed(self) -> bool:
        return self._trust.client_certificate is not None

    def context(self) -> ssl.SSLContext:
        """Give the context. Raises Unanswered when a file of ours is missing or broken."""
        seen = self._ages()
        if self._context is None or seen != self._seen:
            self._context = _context(self._trust)
            self._seen = seen
        return self._context

    def _ages(self) -> tuple[tuple[str, int, int], ...]:
        trust = self._trust
        files = (trust.ca_file, trust.client_certificate, trust.client_key)
        return tuple(_age(Path(file)) for file in files if file is not None)


def _age(file: Path) -> tuple[str, int, int]:
    try:
        found = file.stat()
    except OSError:
        return (str(file), 0, 0)
    return (str(file), found.st_mtime_ns, found.st_size)


def _context(trust: Trust) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.hostname_checks_common_name = False  # the alternative names decide, as in browsers
    _load_anchors(context)
    if trust.ca_file is not None:
        try:
            context.load_verify_locations(trust.ca_file)
        except OSError as error:  # ssl.SSLError is one too
            raise Unanswered(
                TroubleKind.MISASKED,
                "the file of trust anchors (CA_FILE) is missing, or holds no certificate",
                Stage.TLS,
            ) from error
    if trust.client_certificate is not None:
        try:
            context.load_cert_chain(trust.client_certificate, trust.client_key, password="")
        except (OSError, ValueError) as error:
            raise Unanswered(
                TroubleKind.CERTIFICATE_UNUSABLE,
                "our client certificate or its key cannot be used: the file is missing, broken, "
                "locked with a password, or the two do not belong together",
                Stage.TLS,
            ) from error
    return context


def _load_anchors(context: ssl.SSLContext) -> None:
    """Load the system's anchors from where they were built in, whatever SSL_CERT_FILE says."""
    built_in = ssl.get_default_verify_paths()
    file, folder = Path(built_in.openssl_cafile), Path(built_in.openssl_capath)
    if folder.is_dir() and any(folder.glob("*.0")):
        context.load_verify_locations(capath=str(folder))
        return
    for bundle in (file, *map(Path, BUNDLES)):
        if bundle.is_file():
            context.load_verify_locations(cafile=str(bundle))
            return
