"""What the operator decides, in variables called KETENWACHT_...; read once, by bootstrap."""

import os
from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta
from difflib import get_close_matches
from importlib.metadata import version
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any, Literal, Self

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
from monitor import setting_values
from monitor.catalogue.references import Reference, key_place
from monitor.domain.token import Scope
from monitor.refusal import Refusal

PREFIX = "KETENWACHT_"

NEAR = 0.85
"""So alike that one was meant: of twelve letters one is missing, or two are swapped."""

_NEVER_EMPTY = frozenset({"catalogue", "database_url"})  # a default that nobody asked for
_KINDS = {
    "literal_error": "is not one of the words it can be: {expected}",
    "extra_forbidden": "is no setting",
    "string_pattern_mismatch": "has characters that do not belong in it",
}


class SettingsError(Refusal):
    """The settings cannot be used: one line for each problem, naming variable and cure."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


_Line = Annotated[str, StringConstraints(pattern=r"^[\x20-\x7e]{1,200}$")]
_Place = Annotated[Reference, BeforeValidator(setting_values.place)]
_Places = Annotated[tuple[_Place, ...], NoDecode, BeforeValidator(setting_values.places)]
_Roles = Annotated[Mapping[str, frozenset[Scope]], NoDecode, BeforeValidator(setting_values.roles)]
_Keep = Annotated[timedelta, BeforeValidator(duration), Field(ge=timedelta(hours=1))]


class Settings(BaseSettings):
    """Every variable in lower case and without its prefix. Raises SettingsError, never secrets."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    catalogue: Annotated[tuple[Path, ...], NoDecode, BeforeValidator(setting_values.paths)] = (
        Path("dso_lv"),
    )
    """Files separated by `:` or `,`, later ones over earlier ones; bare names are shipped ones."""
    database_url: Annotated[str, AfterValidator(setting_values.database)] = Field(
        default="sqlite:///ketenwacht.db",  # in the folder that Ketenwacht is started in
        repr=False,
    )
    public_base_url: Annotated[str, AfterValidator(setting_values.public)] | None = None
    bind: Annotated[str, AfterValidator(setting_values.bind)] = "127.0.0.1:8080"
    secret_key: Annotated[SecretStr, AfterValidator(setting_values.key)] | None = None
    signing_key: Annotated[Reference, BeforeValidator(key_place)] | None = None  # Ed25519, PEM
    ca_file: Annotated[Path, AfterValidator(setting_values.anchors)] | None = None
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], BeforeValidator(lambda raw: str(raw).lower())
    ] = "info"
    location: _Line = "local"  # the vantage point of this process
    trusted_proxies: Annotated[
        tuple[IPv4Network | IPv6Network, ...], NoDecode, BeforeValidator(setting_values.networks)
    ] = ()
    oin: Annotated[str, StringConstraints(pattern=r"^[0-9]{20}$")] | None = None
    contact: _Line | None = None  # a mail or web address, told to whom we probe
    user_agent: _Line | None = None
    smtp_url: Annotated[SecretStr, AfterValidator(setting_values.smtp)] | None = None
    mail_from: _Line | None = None  # "Ketenwacht <ketenwacht@example.nl>"
    webhook_allow: Annotated[
        tuple[str, ...], NoDecode, BeforeValidator(setting_values.allowances)
    ] = ()
    """Hosts and networks that the address rule lets through, plain http included."""
    webhook_ports: Annotated[tuple[int, ...], NoDecode, BeforeValidator(setting_values.ports)] = (
        443,
    )
    language: Annotated[Literal["nl", "en"], BeforeValidator(lambda raw: str(raw).lower())] = "nl"
    """In which operators are told what happens, by chat and Alertmanager."""
    chat: _Places = ()  # Apprise addresses, for operators; each holds a secret, so by reference
    alertmanager: _Places = ()  # base addresses of Alertmanagers
    heartbeat: _Place | None = None  # an address that is fetched while all is well
    oidc_issuer: Annotated[str, AfterValidator(setting_values.issuer)] | None = None
    oidc_client_id: _Line | None = None
    oidc_client_secret: SecretStr | None = None  # none: a public client, which PKCE is enough for
    oidc_roles_claim: _Line = "roles"  # where in the ID token; dots lead inward
    oidc_roles: _Roles = Field(default_factory=dict)  # what each role may do; a scope says itself
    snapshot: Path | None = None  # the wall as it was last; snapshot_place says where else
    keep_raw: _Keep = timedelta(days=14)
    keep_hourly: _Keep = timedelta(days=100)
    keep_daily: _Keep = timedelta(days=3 * 365)
    lease: Annotated[
        timedelta,
        BeforeValidator(duration),
        Field(ge=timedelta(seconds=2), le=timedelta(minutes=5)),
    ] = timedelta(seconds=15)
    """After so long another process leads when the one that did is silent (PostgreSQL only)."""
    otel_endpoint: Annotated[str, AfterValidator(setting_values.collector)] | None = None

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

    @model_validator(mode="after")
    def _sign_in_is_whole(self) -> Self:
        if (self.oidc_issuer is None) != (self.oidc_client_id is None):
            raise ValueError(
                f"{PREFIX}OIDC_ISSUER and {PREFIX}OIDC_CLIENT_ID are needed together; set both, "
                "or take both away: operators then sign in with a token"
            )
        return self

    @property
    def address(self) -> str:
        """Where this Ketenwacht is found: no slash at its end."""
        return self.public_base_url or f"http://{self.bind}"

    @property
    def referred(self) -> frozenset[str]:
        """The names of variables that these settings lead to."""
        places = (*self.chat, *self.alertmanager, self.heartbeat, self.signing_key)
        return frozenset(place.name for place in places if place)

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
        if name.upper().startswith(PREFIX) and name.upper() not in known and name not in referred
    )
    return tuple(_unknown(name, known) for name in strangers)


def misspelt_variables(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Likewise for who reads no catalogue: only of those that can hardly be anything else."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    return tuple(
        _unknown(name, known)
        for name in sorted(environ)
        if name.upper().startswith(PREFIX)
        and name.upper() not in known
        and get_close_matches(_bare(name.upper()), map(_bare, known), n=1, cutoff=NEAR)
    )


def _bare(name: str) -> str:
    return name.removeprefix(PREFIX)


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
    if not detail["loc"]:
        return str(detail["ctx"]["error"])  # of several together, which it names
    name = PREFIX + "".join(map(str, detail["loc"][:1])).upper()
    if detail["type"] == "value_error":
        return f"{name}: {detail['ctx']['error']}"
    if detail["type"] in _KINDS:
        return f"{name}: {_KINDS[detail['type']].format(**detail.get('ctx', {}))}; correct it"
    return f"{name}: {detail['msg'][:1].lower()}{detail['msg'][1:]}"
