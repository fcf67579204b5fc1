"""What the value of a setting may be, and what is said of one that cannot."""

import re
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr

from monitor.catalogue.references import Reference
from monitor.domain.token import Scope

SHORTEST_KEY = 32  # characters: 128 bits even where all of them are hexadecimal

_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
_ALLOWANCE = re.compile(r"[0-9a-z_.:/-]{1,253}")
_DATABASES = "write sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE"
_ESCAPES = "in a password, write @ as %40, / as %2F, : as %3A, ? as %3F, # as %23, % as %25"


def paths(raw: object) -> object:
    if not isinstance(raw, str):
        return raw
    paths = [path.strip() for path in re.split(r"[:,]", raw)]
    if not all(paths):
        raise ValueError("names no file; write FILE or FILE:OVERLAY, or take the variable away")
    return paths


def database(url: str) -> str:
    """Check a database URL without ever repeating it: it may hold a password."""
    if not url.strip():
        raise ValueError(f"is empty; {_DATABASES}, or take the variable away")
    scheme, colon, rest = url.partition("://")
    if not colon or scheme not in {"sqlite", "postgresql"}:
        hint = "; leave the driver to us" if "+" in scheme else ""
        raise ValueError(f"is no database that we know; {_DATABASES}{hint}")
    return _sqlite(url, rest) if scheme == "sqlite" else _postgresql(url, rest)


def _sqlite(url: str, rest: str) -> str:
    if not rest.startswith("/") or rest in {"/", "/:memory:"} or rest.endswith("/"):
        raise ValueError("names no file; write sqlite:///FILE, or sqlite:////FULL/PATH")
    if "?" in rest:
        raise ValueError("has something after '?'; write only sqlite:///FILE")
    return url


def _postgresql(url: str, rest: str) -> str:
    where, _, database = rest.partition("/")
    user, _, _ = where.rpartition("@")
    unescaped = "@" in user or user.count(":") > 1 or re.search(r"%(?![0-9A-Fa-f]{2})", user)
    if unescaped or "@" in database or "#" in rest or "?" in where:
        raise ValueError(f"has a character that must be escaped; {_ESCAPES}")
    if not re.search(r"(^|\]|^[^:\[\]]+)(:[0-9]+)?$", where.rpartition("@")[2]):
        raise ValueError(f"has no port number after the host; {_DATABASES}; {_ESCAPES}")
    if not database.partition("?")[0]:
        raise ValueError(f"names no database; {_DATABASES}")
    return url


def bind(text: str) -> str:
    host, colon, port = text.rpartition(":")
    bracketed = host.startswith("[") == host.endswith("]")
    is_ambiguous = ":" in host and not host.startswith("[")
    if is_ambiguous or not (colon and host and bracketed and re.fullmatch(r"[0-9]{1,5}", port)):
        raise ValueError("is no HOST:PORT; write 0.0.0.0:8080, or for IPv6 [::]:8080")
    if int(port) > 65_535:  # noqa: PLR2004  the last port there is
        raise ValueError("has a port beyond 65535; choose a lower one")
    return text


def public(text: str) -> str:
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValueError("is no public address; write https://HOST") from None
    if parts.scheme not in {"http", "https"} or not host or "@" in parts.netloc:
        raise ValueError("is no public address; write https://HOST")
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise ValueError("has a path, a query or a fragment; write https://HOST and no more")
    if parts.scheme == "http" and host not in _THIS_MACHINE:
        raise ValueError("is plain http, which anyone on the way can read; write https://HOST")
    return text.rstrip("/")


def issuer(text: str) -> str:
    """Who signs people in; as it calls itself, so that nothing of it is changed."""
    cure = "write it as the provider does, as in https://login.example.nl/realms/staff"
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValueError(f"is no issuer; {cure}") from None
    if parts.scheme not in {"http", "https"} or not host or "@" in parts.netloc:
        raise ValueError(f"is no issuer; {cure}")
    if parts.query or parts.fragment:
        raise ValueError(f"has a query or a fragment; {cure}")
    if parts.scheme == "http" and host not in _THIS_MACHINE:
        raise ValueError(f"is plain http, so that anyone on the way could sign in; {cure}")
    return text


def collector(text: str) -> str:
    """Where traces go; plain http is how collectors beside us are reached."""
    cure = "write the address that /v1/traces follows on, as in http://127.0.0.1:4318"
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValueError(f"is no address of a collector; {cure}") from None
    if parts.scheme not in {"http", "https"} or not host:
        raise ValueError(f"is no address of a collector; {cure}")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise ValueError(f"has a user, a query or a fragment; {cure}")
    return text.rstrip("/").removesuffix("/v1/traces")


def roles(raw: object) -> object:
    """`ROLE=SCOPE+SCOPE`, separated by commas."""
    if not isinstance(raw, str):
        return raw
    cure = "write ROLE=SCOPE+SCOPE,ROLE=SCOPE, as in beheer=operate+incidents:write"
    made: dict[str, list[str]] = {}
    for part in raw.split(","):
        role, sign, scopes = part.strip().rpartition("=")
        if not (role and sign and scopes):
            raise ValueError(f"is no list of roles; {cure}")
        made[role.strip()] = [scope.strip() for scope in scopes.split("+")]
    known = ", ".join(Scope)
    if wrong := {scope for scopes in made.values() for scope in scopes} - {*Scope}:
        raise ValueError(f"names {min(wrong)!r}, which is no scope; there are {known}")
    return made


def key(secret: SecretStr) -> SecretStr:
    if len(secret) < SHORTEST_KEY:
        cure = "make one: python -c 'import secrets; print(secrets.token_urlsafe(48))'"
        raise ValueError(f"has {len(secret)} characters and needs {SHORTEST_KEY}; {cure}")
    return secret


def anchors(path: Path) -> Path:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ValueError(f"cannot be read ({error.strerror}); name a PEM file") from None
    if b"-----BEGIN CERTIFICATE-----" not in content:
        raise ValueError("holds no certificate; name a PEM file with trust anchors")
    return path


def networks(raw: object) -> object:
    if not isinstance(raw, str):
        return raw
    try:
        return [ip_network(part.strip()) for part in raw.split(",")]
    except ValueError:
        raise ValueError("is no list of addresses; write 10.0.0.0/8,192.0.2.7") from None


def smtp(url: SecretStr) -> SecretStr:
    """`smtp://` always means STARTTLS; it is never repeated: it may hold a password."""
    cure = "write smtp://USER:PASSWORD@HOST:587 (STARTTLS) or smtps://USER:PASSWORD@HOST:465"
    try:
        parts = urlsplit(url.get_secret_value())
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValueError(f"is no mail server; {cure}; {_ESCAPES}") from None
    if parts.scheme not in {"smtp", "smtps"} or not host or parts.path not in {"", "/"}:
        raise ValueError(f"is no mail server; {cure}; {_ESCAPES}")
    if parts.query not in {"", "starttls=never"} or parts.fragment:
        raise ValueError(f"has something after the host; {cure}; {_ESCAPES}")
    return url


def allowances(raw: object) -> object:
    """Host names, addresses and networks, separated by commas."""
    if not isinstance(raw, str):
        return raw
    found = [part.strip().lower() for part in raw.split(",")]
    if not all(_ALLOWANCE.fullmatch(part) for part in found):
        raise ValueError("is no list of hosts and networks; write hooks.example.nl,10.0.0.0/8")
    return [_network_or_host(part) for part in found]


def _network_or_host(text: str) -> str:
    try:
        return str(ip_network(text))
    except ValueError:
        if "/" in text or ":" in text or re.fullmatch(r"[0-9.]+", text):
            raise ValueError(f"{text!r} is neither a host nor a network") from None
        return text.rstrip(".")


def ports(raw: object) -> object:
    """Ports that a webhook may have, separated by commas."""
    if not isinstance(raw, str):
        return raw
    found = [part.strip() for part in raw.split(",")]
    if not all(re.fullmatch(r"[1-9][0-9]{0,4}", part) and int(part) < 1 << 16 for part in found):
        raise ValueError("is no list of ports; write 443,8443")
    return [*map(int, found)]


def place(raw: object) -> Reference:
    """Never repeats what was written: it may be the secret itself."""
    try:
        return Reference.parse(raw)
    except ValueError:
        raise ValueError(
            "must name where a secret is kept, never the secret; write env:NAME of a variable, "
            "or file:/full/path"
        ) from None


def places(raw: object) -> object:
    """References to secrets, separated by commas."""
    return [part.strip() for part in raw.split(",")] if isinstance(raw, str) else raw
