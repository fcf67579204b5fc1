"""What the operator decides, in variables called KETENWACHT_...; read once, by bootstrap."""

import os
import re
from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta
from difflib import get_close_matches
from importlib.metadata import version
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from checks.duration import duration
from monitor.catalogue.references import Reference, key_place

PREFIX = "KETENWACHT_"
SHORTEST_KEY = 32  # characters: 128 bits even where all of them are hexadecimal

_LATER = re.compile(r"SMTP_URL|MAIL_FROM|WEBHOOK_ALLOW|OIDC_[A-Z_]+")
"""Names of api.md that nothing reads yet: an operator's environment may hold them already."""
_NEVER_EMPTY = frozenset({"catalogue", "database_url"})  # a default that nobody asked for
_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
_DATABASES = "write sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE"
_ESCAPES = "in a password, write @ as %40, / as %2F, : as %3A, ? as %3F, # as %23, % as %25"
_KINDS = {
    "literal_error": "is not one of the words it can be: {expected}",
    "extra_forbidden": "is no setting",
    "string_pattern_mismatch": "has characters that do not belong in it",
}


class SettingsError(Exception):
    """The settings cannot be used: one line for each problem, naming variable and cure."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


def _paths(raw: object) -> object:
    if not isinstance(raw, str):
        return raw
    paths = [path.strip() for path in re.split(r"[:,]", raw)]
    if not all(paths):
        raise ValueError("names no file; write FILE or FILE:OVERLAY, or take the variable away")
    return paths


def _database(url: str) -> str:
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


def _bind(text: str) -> str:
    host, colon, port = text.rpartition(":")
    bracketed = host.startswith("[") == host.endswith("]")
    is_ambiguous = ":" in host and not host.startswith("[")
    if is_ambiguous or not (colon and host and bracketed and re.fullmatch(r"[0-9]{1,5}", port)):
        raise ValueError("is no HOST:PORT; write 0.0.0.0:8080, or for IPv6 [::]:8080")
    if int(port) > 65_535:  # noqa: PLR2004  the last port there is
        raise ValueError("has a port beyond 65535; choose a lower one")
    return text


def _public(text: str) -> str:
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


def _key(secret: SecretStr) -> SecretStr:
    if len(secret) < SHORTEST_KEY:
        cure = "make one: python -c 'import secrets; print(secrets.token_urlsafe(48))'"
        raise ValueError(f"has {len(secret)} characters and needs {SHORTEST_KEY}; {cure}")
    return secret


def _anchors(path: Path) -> Path:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ValueError(f"cannot be read ({error.strerror}); name a PEM file") from None
    if b"-----BEGIN CERTIFICATE-----" not in content:
        raise ValueError("holds no certificate; name a PEM file with trust anchors")
    return path


def _networks(raw: object) -> object:
    if not isinstance(raw, str):
        return raw
    try:
        return [ip_network(part.strip()) for part in raw.split(",")]
    except ValueError:
        raise ValueError("is no list of addresses; write 10.0.0.0/8,192.0.2.7") from None


_Line = Annotated[str, StringConstraints(pattern=r"^[\x20-\x7e]{1,200}$")]
_Keep = Annotated[timedelta, BeforeValidator(duration), Field(ge=timedelta(hours=1))]


class Settings(BaseSettings):
    """Every variable in lower case and without its prefix. Raises SettingsError, never secrets."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    catalogue: Annotated[tuple[Path, ...], NoDecode, BeforeValidator(_paths)] = (Path("dso_lv"),)
    """Files separated by `:` or `,`, later ones over earlier ones; bare names are shipped ones."""
    database_url: Annotated[str, AfterValidator(_database)] = Field(
        default="sqlite:///ketenwacht.db",  # in the folder that Ketenwacht is started in
        repr=False,
    )
    public_base_url: Annotated[str, AfterValidator(_public)] | None = None
    bind: Annotated[str, AfterValidator(_bind)] = "127.0.0.1:8080"
    secret_key: Annotated[SecretStr, AfterValidator(_key)] | None = None
    signing_key: Annotated[Reference, BeforeValidator(key_place)] | None = None  # Ed25519, PEM
    ca_file: Annotated[Path, AfterValidator(_anchors)] | None = None
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], BeforeValidator(lambda raw: str(raw).lower())
    ] = "info"
    location: _Line = "local"  # the vantage point of this process
    trusted_proxies: Annotated[
        tuple[IPv4Network | IPv6Network, ...], NoDecode, BeforeValidator(_networks)
    ] = ()
    oin: Annotated[str, StringConstraints(pattern=r"^[0-9]{20}$")] | None = None
    contact: _Line | None = None  # a mail or web address, told to whom we probe
    user_agent: _Line | None = None
    keep_raw: _Keep = timedelta(days=14)
    keep_hourly: _Keep = timedelta(days=100)
    keep_daily: _Keep = timedelta(days=3 * 365)

    def __init__(self, **given: Any) -> None:
        """Read the environment; what is given by name wins over it."""
        problems = tuple(_surroundings(os.environ))
        try:
            super().__init__(**given)
        except ValidationError as error:
            found = error.errors(include_url=False, include_input=False)
            problems += tuple(_sentence(detail) for detail in found)
        if problems:
            raise SettingsError(problems)

    @model_validator(mode="before")
    @classmethod
    def _empty_is_absent(cls, raw: dict[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in raw.items() if value != "" or key in _NEVER_EMPTY}

    @property
    def address(self) -> str:
        """Where this Ketenwacht is found: no slash at its end."""
        return self.public_base_url or f"http://{self.bind}"

    @property
    def agent(self) -> str:
        """What we call ourselves when we ask."""
        contact = f" (+{self.contact})" if self.contact else ""
        return self.user_agent or f"Ketenwacht/{version('ketenwacht')}{contact}"

    @property
    def host(self) -> str:
        return self.bind.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        return int(self.bind.rpartition(":")[2])


def unknown_variables(environ: Mapping[str, str], referred: Collection[str]) -> tuple[str, ...]:
    """A sentence for each KETENWACHT_... variable that neither we nor the catalogue know.

    `referred` are the names that the catalogue's env: references lead to.
    """
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    strangers = (
        name
        for name in sorted(environ)
        if name.upper().startswith(PREFIX)
        and name.upper() not in known
        and name not in referred
        and not _LATER.fullmatch(name[len(PREFIX) :])
    )
    return tuple(_unknown(name, known) for name in strangers)


def _unknown(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name.upper(), known, n=1, cutoff=0.8)
    hint = f"did you mean {near[0]}?" if near else "take it away"
    return f"{name}: is no setting, and the catalogue does not refer to it; {hint}"


def _surroundings(environ: Mapping[str, str]) -> Iterator[str]:
    """What would quietly turn every probe into a failure. Proxies, TZ and LC_ALL are not used."""
    for name, is_there in (("SSL_CERT_FILE", Path.is_file), ("SSL_CERT_DIR", Path.is_dir)):
        if environ.get(name) and not is_there(Path(environ[name])):
            yield f"{name}: leads nowhere, so no certificate would be trusted; take it away"


def _sentence(detail: ErrorDetails) -> str:
    name = PREFIX + "".join(map(str, detail["loc"][:1])).upper()
    if detail["type"] == "value_error":
        return f"{name}: {detail['ctx']['error']}"
    if detail["type"] in _KINDS:
        return f"{name}: {_KINDS[detail['type']].format(**detail.get('ctx', {}))}; correct it"
    return f"{name}: {detail['msg'][:1].lower()}{detail['msg'][1:]}"
