"""Settings that would mislead are refused by name and cure, and no secret is ever shown."""

import os
import subprocess
import sys
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest

from monitor.domain.token import Scope
from monitor.settings import Settings, SettingsError, misspelt_variables, unknown_variables

CANARY = "canary-4f1d"


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("KETENWACHT_", "SSL_CERT")):
            monkeypatch.delenv(name)


def refusal(**given: object) -> str:
    with pytest.raises(SettingsError) as refused:
        Settings(**given)
    return str(refused.value)


def test_without_any_variable_it_runs_on_this_machine_alone() -> None:
    settings = Settings()
    assert settings.catalogue == (Path("dso_lv"),)
    assert settings.database_url == "sqlite:///ketenwacht.db"
    assert (settings.host, settings.port) == ("127.0.0.1", 8080)
    assert settings.keep_raw == timedelta(days=14)
    assert settings.keep_hourly == timedelta(days=100)
    assert settings.keep_daily == timedelta(days=3 * 365)
    assert settings.secret_key is None


def test_variables_are_read_and_what_is_chosen_goes_before_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("KETENWACHT_BIND", "0.0.0.0:80")
    monkeypatch.setenv("KETENWACHT_KEEP_RAW", "7d")
    monkeypatch.setenv("KETENWACHT_LOG_LEVEL", "WARNING")
    settings = Settings()
    assert (settings.bind, settings.keep_raw) == ("0.0.0.0:80", timedelta(days=7))
    assert settings.log_level == "warning"
    assert Settings(bind="[::1]:8081").host == "::1"


@pytest.mark.parametrize("text", ["a.yaml:b.yaml", "a.yaml,b.yaml", "a.yaml : b.yaml"])
def test_several_catalogue_files_are_separated(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("KETENWACHT_CATALOGUE", text)
    assert Settings().catalogue == (Path("a.yaml"), Path("b.yaml"))


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///here.db",
        "sqlite:////var/lib/ketenwacht/state.db",
        "postgresql://ketenwacht:p%40ss%2Fw@db.example:5432/ketenwacht",
        "postgresql://db.example/ketenwacht?sslmode=require",
        "postgresql://me@[::1]:5432/ketenwacht",
        "postgresql:///ketenwacht?host=/run/postgresql",
    ],
)
def test_a_database_url_of_ours_is_taken(url: str) -> None:
    assert Settings(database_url=url).database_url == url


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "is empty; write sqlite:///FILE or postgresql://"),
        ("  ", "is empty"),
        (f"mysql://u:{CANARY}@h/d", "is no database that we know"),
        (f"postgres://u:{CANARY}@h/d", "is no database that we know; write sqlite:///FILE or post"),
        (f"postgresql+asyncpg://u:{CANARY}@h/d", "leave the driver to us"),
        (CANARY, "is no database that we know"),
        ("sqlite://", "names no file"),
        ("sqlite:///", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("sqlite://ketenwacht.db", "names no file"),
        ("sqlite:///a.db?mode=ro", "has something after '?'"),
        (f"postgresql://u:{CANARY}@x@h/d", "must be escaped; in a password, write @ as %40"),
        (f"postgresql://u:{CANARY}/x@h/d", "must be escaped"),
        (f"postgresql://u:{CANARY}:x@h/d", "must be escaped"),
        (f"postgresql://u:{CANARY}#x@h/d", "must be escaped"),
        (f"postgresql://u:{CANARY}?x@h/d", "must be escaped"),
        (f"postgresql://u:{CANARY}%zz@h/d", "must be escaped"),
        (f"postgresql://u:{CANARY}@h:port/d", "has no port number after the host"),
        (f"postgresql://u:{CANARY}@h", "names no database"),
        (f"postgresql://u:{CANARY}@h/", "names no database"),
    ],
)
def test_a_wrong_database_url_is_refused_and_never_repeated(
    monkeypatch: pytest.MonkeyPatch, url: str, says: str
) -> None:
    monkeypatch.setenv("KETENWACHT_DATABASE_URL", url)
    said = refusal()
    assert said.startswith("KETENWACHT_DATABASE_URL: ")
    assert says in said
    assert CANARY not in said


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("CATALOGUE", "", "names no file"),
        ("CATALOGUE", "a.yaml::b.yaml", "names no file"),
        ("PUBLIC_BASE_URL", "http://ketenwacht.example", "is plain http"),
        ("PUBLIC_BASE_URL", "https://ketenwacht.example/status", "has a path"),
        ("PUBLIC_BASE_URL", "https://ketenwacht.example?x=1", "has a path, a query"),
        ("PUBLIC_BASE_URL", "ketenwacht.example", "is no public address"),
        ("PUBLIC_BASE_URL", "https://me:secret@ketenwacht.example", "is no public address"),
        ("PUBLIC_BASE_URL", "https://[::1", "is no public address"),
        ("BIND", "8080", "is no HOST:PORT"),
        ("BIND", ":8080", "is no HOST:PORT"),
        ("BIND", "::1:8080", "is no HOST:PORT; write 0.0.0.0:8080, or for IPv6 [::]:8080"),
        ("BIND", "[::1:8080", "is no HOST:PORT"),
        ("BIND", "0.0.0.0:70000", "has a port beyond 65535"),
        ("BIND", "0.0.0.0:http", "is no HOST:PORT"),
        ("SECRET_KEY", CANARY, "has 11 characters and needs 32; make one"),
        ("CA_FILE", "/nowhere.pem", "cannot be read"),
        ("CA_FILE", "/etc/hostname", "holds no certificate"),
        ("LOG_LEVEL", "loud", "'debug', 'info', 'warning' or 'error'"),
        ("LOCATION", "here\nthere", "has characters that do not belong in it"),
        ("TRUSTED_PROXIES", "*", "is no list of addresses; write 10.0.0.0/8"),
        ("TRUSTED_PROXIES", "10.0.0.1/8", "is no list of addresses"),
        ("OIN", "123", "has characters that do not belong in it"),
        ("USER_AGENT", "a\r\nX-Evil: 1", "has characters that do not belong in it"),
        ("KEEP_RAW", "14", "is no duration; write a number and a unit"),
        ("KEEP_RAW", "5m", "should be greater than or equal to"),
    ],
)
def test_a_setting_that_misleads_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    monkeypatch.setenv(f"KETENWACHT_{name}", value)
    said = refusal()
    assert said.startswith(f"KETENWACHT_{name}: ")
    assert says in said
    assert CANARY not in said


def test_every_problem_has_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KETENWACHT_BIND", "x")
    monkeypatch.setenv("KETENWACHT_OIN", "x")
    assert [line.partition(":")[0] for line in refusal().splitlines()] == [
        "KETENWACHT_BIND",
        "KETENWACHT_OIN",
    ]


@pytest.mark.parametrize("name", ["PUBLIC_BASE_URL", "SECRET_KEY", "CA_FILE", "OIN", "KEEP_RAW"])
def test_an_empty_variable_is_one_that_is_not_set(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(f"KETENWACHT_{name}", "")
    assert getattr(Settings(), name.lower()) == Settings.model_fields[name.lower()].default


def test_no_secret_shows_in_what_is_printed() -> None:
    settings = Settings(
        secret_key=CANARY * 4, database_url=f"postgresql://u:{CANARY}@db.example/ketenwacht"
    )
    assert CANARY not in repr(settings) + str(settings)
    assert settings.secret_key is not None
    assert settings.secret_key.get_secret_value() == CANARY * 4


@pytest.mark.parametrize(
    "url", ["http://localhost:8080", "http://127.0.0.1", "http://[::1]:80", "https://k.example/"]
)
def test_plain_http_is_good_enough_on_this_machine(url: str) -> None:
    assert Settings(public_base_url=url).address == url.rstrip("/")


def test_trusted_proxies_are_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KETENWACHT_TRUSTED_PROXIES", "10.0.0.0/8, 2001:db8::1")
    expected = (ip_network("10.0.0.0/8"), ip_network("2001:db8::1"))
    assert Settings().trusted_proxies == expected


def test_who_is_asked_can_find_out_who_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings().agent.startswith("Ketenwacht/")
    monkeypatch.setenv("KETENWACHT_CONTACT", "beheer@gemeente.example")
    assert Settings().agent.endswith("(+beheer@gemeente.example)")
    monkeypatch.setenv("KETENWACHT_USER_AGENT", "own words")
    assert Settings().agent == "own words"


def test_a_variable_that_nobody_knows_is_named() -> None:
    environ = {
        "KETENWACHT_DATABSE_URL": CANARY,
        "KETENWACHT_BIND": "x",
        "KETENWACHT_SMTP_URL": "x",
        "KETENWACHT_OIDC_CLIENT_ID": "x",
        "KETENWACHT_LTO_KEY": "x",
        "KETENWACHT_ZZZ": "x",
        "PATH": "x",
    }
    said = unknown_variables(environ, {"KETENWACHT_LTO_KEY"})
    assert [one.partition(":")[0] for one in said] == ["KETENWACHT_DATABSE_URL", "KETENWACHT_ZZZ"]
    assert said[0].endswith("did you mean KETENWACHT_DATABASE_URL?")
    assert CANARY not in "".join(said)


@pytest.mark.parametrize(
    ("name", "is_misspelt"),
    [
        ("KETENWACHT_DATABSE_URL", True),
        ("KETENWACHT_DATABASEURL", True),
        ("ketenwacht_database_ulr", True),
        ("KETENWACHT_SMTP_URLS", True),
        ("KETENWACHT_DATABASE_URL", False),
        ("KETENWACHT_LTO_KEY", False),
        ("KETENWACHT_PROD_KEY", False),
        ("DATABSE_URL", False),
    ],
)
def test_a_misspelt_variable_is_known_without_a_catalogue(name: str, is_misspelt: bool) -> None:  # noqa: FBT001  a table
    said = misspelt_variables({name: CANARY})
    assert bool(said) is is_misspelt
    assert CANARY not in "".join(said)


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_trust_anchors_that_lead_nowhere_are_told(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "/nowhere")
    assert refusal().startswith(f"{name}: leads nowhere, so no certificate would be trusted")


def test_a_hostile_environment_makes_no_difference() -> None:
    program = (
        "from monitor.settings import Settings;"
        "from monitor.catalogue.loader import load, shipped;"
        "catalogue = load([shipped('dso_lv')]);"
        "print(ascii((Settings(), catalogue.bound({}, None), catalogue.warnings({}))))"
    )
    kind = {"PATH": os.environ["PATH"]}
    hostile = {
        **kind,
        "HTTPS_PROXY": "http://evil.example:3128",
        "HTTP_PROXY": "http://evil.example:3128",
        "ALL_PROXY": "socks5://evil.example",
        "TZ": "Mars/Olympus",
        "LC_ALL": "tlh_KX.KOI8-R",
        "LANG": "C",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
    }
    here = Path(__file__).parents[2]
    said = [
        subprocess.run(
            [sys.executable, "-c", program], env=env, cwd=here, capture_output=True, check=True
        ).stdout
        for env in (kind, hostile)
    ]
    assert said[0] == said[1]
    assert b"presenteren/v8@prod" in said[0]


@pytest.mark.parametrize("raw", ["-----BEGIN PRIVATE KEY-", "env:", "env:A B", "file:x", "a\nb"])
def test_a_signing_key_is_named_and_never_written_in_place(
    monkeypatch: pytest.MonkeyPatch, raw: str
) -> None:
    monkeypatch.setenv("KETENWACHT_SIGNING_KEY", raw)
    with pytest.raises(SettingsError, match="env:NAME") as told:
        Settings()
    assert raw not in str(told.value).replace("env:NAME", "")


def test_where_operators_are_told_is_named_by_reference_only() -> None:
    settings = Settings(chat="env:TEAM_CHAT, file:/run/secrets/chat", heartbeat="env:SWITCH")
    assert [str(place) for place in settings.chat] == ["env:TEAM_CHAT", "file:/run/secrets/chat"]
    for given in (
        {"chat": f"mmost://chat.example/{CANARY}"},
        {"alertmanager": f"env:A,https://wacht:{CANARY}@alertmanager.example"},
        {"heartbeat": f"https://switch.example/{CANARY}"},
    ):
        said = refusal(**given)
        assert "env:NAME" in said
        assert CANARY not in said


def test_a_webhook_may_have_the_ports_that_are_listed() -> None:
    assert Settings().webhook_ports == (443,)
    assert Settings(webhook_ports="443, 8443").webhook_ports == (443, 8443)
    for ports in ("0", "443,", "65536", "https", "-1", "0443"):
        assert "443,8443" in refusal(webhook_ports=ports)


@pytest.mark.parametrize(
    ("issuer", "told"),
    [
        ("http://login.example.nl/", "plain http"),
        ("login.example.nl", "is no issuer"),
        ("https://me@login.example.nl", "is no issuer"),
        ("https://login.example.nl/?a=b", "query"),
        ("https://[login", "is no issuer"),
    ],
)
def test_an_issuer_that_cannot_be_one_is_refused(issuer: str, told: str) -> None:
    with pytest.raises(SettingsError, match=rf"KETENWACHT_OIDC_ISSUER: .*{told}"):
        Settings(oidc_issuer=issuer, oidc_client_id="k")


def test_an_issuer_may_have_a_path_and_needs_a_client() -> None:
    issuer = "https://login.example.nl/realms/staff"
    assert Settings(oidc_issuer=issuer, oidc_client_id="k").oidc_issuer == issuer
    with pytest.raises(SettingsError, match="needed together"):
        Settings(oidc_issuer=issuer)


def test_roles_say_what_they_may_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KETENWACHT_OIDC_ROLES", "beheer=operate+incidents:write, rm=gates:override")
    found = Settings().oidc_roles
    assert found["beheer"] == {Scope.OPERATE, Scope.INCIDENTS_WRITE}
    assert found["rm"] == {Scope.GATES_OVERRIDE}
    for wrong, told in (
        ("beheer", "no list of roles"),
        ("beheer=root", "'root', which is no scope"),
    ):
        monkeypatch.setenv("KETENWACHT_OIDC_ROLES", wrong)
        with pytest.raises(SettingsError, match=told):
            Settings()
