"""Databases that cannot be used: every command says in a sentence why, and ends with 2."""

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import psycopg
import pytest
from typer.testing import CliRunner

from monitor.cli.app import app
from tests.conftest import PostgresServer

CANARY = "canary-8f3a"
SERVING = ("--bind", "127.0.0.1:0")
COMMANDS = {
    "run": ("run", *SERVING),
    "watcher": ("watcher", *SERVING),
    "web": ("web", *SERVING),
    "worker": ("worker", "--location", "local", *SERVING),
    "migrate": ("migrate",),
    "check": ("db", "check"),
    "prune": ("db", "prune"),
    "token": ("token", "create", "pipeline", "--scope", "rollouts:write"),
    "status": ("status",),
}
EVERY = tuple(COMMANDS)
SERVERS = ("run", "watcher", "web", "worker")


@dataclass(frozen=True)
class Town:
    """A server with databases and users of every unhappy kind."""

    server: PostgresServer
    empty: str
    made: str
    newer: str = ""
    later: str = ""  # its clock is ten minutes ahead

    def by(self, user: str, url: str = "") -> str:
        return (url or self.made).replace("postgres:@", f"{user}:{CANARY}@")

    def copy(self) -> str:
        """Another database that holds the same."""
        url = self.server.fresh_url()
        ours, theirs = (urlsplit(one).path[1:] for one in (self.made, url))
        for statement in (
            f"DROP DATABASE {theirs};",
            f"CREATE DATABASE {theirs} TEMPLATE {ours};",
        ):
            self.server.psql(statement)
        return url

    def on(self, statement: str, url: str = "") -> None:
        with psycopg.connect(url or self.made, autocommit=True) as connection:
            connection.execute(statement.encode())


@pytest.fixture(scope="module")
def town(postgres: PostgresServer) -> Town:
    town = Town(postgres, postgres.fresh_url(), postgres.fresh_url())
    said = answered(("migrate",), town.made)
    assert said.exit_code == 0, said.output
    file = Path(postgres.server.get_postmaster_info().pgdata) / "pg_hba.conf"
    first = "local all locked scram-sha-256\nlocal all shut reject\n"
    file.write_text(first + file.read_text("utf-8"), "utf-8")
    postgres.psql(
        "CREATE ROLE locked LOGIN PASSWORD 'right'; CREATE ROLE shut LOGIN;"
        "CREATE ROLE stranger LOGIN; CREATE ROLE onlooker LOGIN; CREATE ROLE clerk LOGIN;"
        "CREATE ROLE crowded LOGIN CONNECTION LIMIT 0; SELECT pg_reload_conf();"
    )
    every = "ON ALL TABLES IN SCHEMA public TO"
    town.on(f"GRANT SELECT {every} onlooker")
    town.on(f"GRANT SELECT, INSERT, UPDATE, DELETE {every} clerk")
    town.on("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO clerk")
    newer = town.copy()
    town.on("UPDATE alembic_version SET version_num = '9999'", newer)
    town.on("UPDATE installation SET oldest_form = '9999'", newer)
    later = town.copy()
    town.on(
        "CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql"
        " AS $$ SELECT pg_catalog.clock_timestamp() + interval '10 minutes' $$",
        later,
    )
    name = urlsplit(later).path[1:]
    town.on(f"ALTER DATABASE {name} SET search_path = public, pg_catalog")
    return replace(town, newer=newer, later=later)


def answered(command: tuple[str, ...], url: str) -> "Answered":
    told = CliRunner().invoke(app, [*command], env={"KETENWACHT_DATABASE_URL": url})
    return Answered(told.exit_code, " ".join(told.output.split()))


@dataclass(frozen=True)
class Answered:
    exit_code: int
    output: str


def refused(name: str, url: str) -> str:
    """What a command says as it ends with 2: one sentence, without any secret."""
    told = answered(COMMANDS[name], url)
    assert told.exit_code == 2, (name, told.output)
    assert "Traceback" not in told.output
    assert CANARY not in told.output
    return told.output


@pytest.mark.parametrize("name", EVERY)
def test_a_wrong_password_is_told_by_every_command_and_never_repeated(
    town: Town, name: str
) -> None:
    assert "does not let us in; check user and password" in refused(name, town.by("locked"))


@pytest.mark.parametrize("name", EVERY)
def test_tables_of_a_newer_version_are_left_alone(town: Town, name: str) -> None:
    said = refused(name, town.newer)
    assert "was upgraded by a newer Ketenwacht (form 9999); run that version" in said


@pytest.mark.parametrize("name", [name for name in EVERY if name not in {"run", "migrate"}])
def test_a_database_that_nobody_made_ready_is_told(town: Town, name: str) -> None:
    assert "holds no tables of ours yet; run `ketenwacht migrate`" in refused(name, town.empty)


@pytest.mark.parametrize("name", SERVERS)
def test_a_role_that_may_only_look_serves_nothing(town: Town, name: str) -> None:
    said = refused(name, town.by("onlooker"))
    if name == "run":  # it would upgrade first
        assert "permission denied for table installation" in said
    else:
        assert "does not let us INSERT, UPDATE, DELETE in " in said
        assert "GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public" in said


def test_a_role_that_may_only_look_can_look(town: Town) -> None:
    assert answered(COMMANDS["status"], town.by("onlooker")).exit_code == 3
    said = refused("check", town.by("onlooker"))
    assert "Installation: " in said
    assert "GRANT INSERT, UPDATE, DELETE ON ALL TABLES" in said
    assert "permission denied for table" in refused("token", town.by("onlooker"))


@pytest.mark.parametrize("name", ["watcher", "check"])
def test_a_role_that_may_write_and_make_no_tables_does_not_lead(town: Town, name: str) -> None:
    said = refused(name, town.by("clerk"))
    assert "does not let us make a table for each day, as a leader must" in said
    assert "GRANT USAGE, CREATE ON SCHEMA public to our role" in said


def test_a_role_that_may_write_may_act(town: Town) -> None:
    assert answered(COMMANDS["token"], town.by("clerk")).exit_code == 0


@pytest.mark.parametrize(
    ("user", "said"),
    [
        ("nobody_here", 'does not let us in (role "nobody_here" does not exist); check user'),
        ("shut", "does not let us in without TLS; add ?sslmode=require"),
        ("crowded", "has no connection to spare"),
        ("stranger", "permission denied for table"),
    ],
)
def test_a_user_that_will_not_do_is_told(town: Town, user: str, said: str) -> None:
    assert said in refused("check", town.by(user))


def test_a_stranger_cannot_make_tables(town: Town) -> None:
    said = refused("migrate", town.by("stranger", town.empty))
    assert "permission denied for schema public" in said
    assert "grant us USAGE and CREATE on its schema" in said


def test_a_database_that_is_not_there_is_told(town: Town) -> None:
    absent = town.made.replace("/ketenwacht_", "/absent_")
    assert "does not exist on that server; create it first" in refused("watcher", absent)


def test_a_standby_is_told(town: Town) -> None:
    url = town.copy()
    name = urlsplit(url).path[1:]
    town.on(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    assert "can only be read: it is a standby" in refused("token", url)


def test_tables_of_another_program_are_left_alone(town: Town) -> None:
    url = town.server.fresh_url()
    town.on("CREATE TABLE installation (x int)", url)
    said = refused("migrate", url)
    assert "holds tables of another program" in said
    assert "give us a database of our own" in said


@pytest.mark.parametrize("name", ["web", "migrate", "token"])
def test_a_host_that_is_not_there_is_told(name: str) -> None:
    """Reserved for that: nobody ever has this name."""
    url = f"postgresql://me:{CANARY}@ketenwacht.invalid/k"
    assert "The database k at ketenwacht.invalid cannot be reached (" in refused(name, url)


@pytest.mark.parametrize("name", ["worker", "migrate", "token"])
def test_a_port_that_is_closed_is_told(name: str) -> None:
    said = refused(name, f"postgresql://me:{CANARY}@127.0.0.1:1/k")
    assert "k at 127.0.0.1 cannot be reached (" in said
    assert "is it up?" in said


@contextmanager
def listener(answer: bytes) -> Iterator[int]:
    """Takes a connection and says this; or nothing at all, for ever."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def talk() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(100)
                    connection.sendall(answer)

        if answer:
            Thread(target=talk, daemon=True).start()
        yield server.getsockname()[1]


def test_a_server_that_says_nothing_is_waited_for_no_longer_than_a_while() -> None:
    with listener(b"") as port:
        said = refused("check", f"postgresql://me:{CANARY}@127.0.0.1:{port}/k")
    assert "cannot be reached (no answer in time); is it up?" in said


@pytest.mark.parametrize(
    ("answer", "option"),
    [(b"N", "?sslmode=require"), (b"N", "?sslmode=verify-full"), (b"HTTP", "")],
)
def test_a_server_that_speaks_no_tls_or_is_no_postgresql_is_told(
    answer: bytes, option: str
) -> None:
    with listener(answer) as port:
        said = refused("check", f"postgresql://me:{CANARY}@127.0.0.1:{port}/k{option}")
    assert "does not speak TLS with us (" in said
    assert "is it a PostgreSQL that has TLS on" in said


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("conect_timeout=3", "an option 'conect_timeout', which we do not know; there are host"),
        ("sslmode=on", "has sslmode='on'; there are disable, allow"),
        ("sslmode=verify-ca", "with which any name would do"),
        ("sslrootcert=/etc/hostname", "that nothing is held against"),
        ("sslmode=verify-full&sslrootcert=/nowhere.pem", "'/nowhere.pem', which is no file"),
        ("sslmode=verify-full&sslrootcert=/etc/hostname", "which holds no certificate"),
    ],
)
def test_an_option_of_the_address_that_will_not_do_is_told(options: str, said: str) -> None:
    assert said in refused("watcher", f"postgresql://me:{CANARY}@127.0.0.1:1/k?{options}")


@pytest.mark.parametrize("name", [*SERVERS, "check"])
def test_clocks_ten_minutes_apart_are_told_before_anything_is_shown_or_asked(
    town: Town, name: str
) -> None:
    said = refused(name, town.later)
    assert re.search(r"Our clock is (59\d|60\d) s behind that of the database ketenwacht_", said)
    assert "set whichever is wrong (timedatectl), then start again" in said


@pytest.mark.parametrize("name", ["watcher", "web", "worker"])
def test_a_file_is_served_by_one_process(tmp_path: Path, name: str) -> None:
    said = refused(name, f"sqlite:///{tmp_path}/k.db")
    assert f"`ketenwacht {name}` needs postgresql://" in said


@pytest.mark.parametrize("name", [name for name in EVERY if name != "status"])
def test_a_misspelt_variable_lets_nobody_work_on_another_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KETENWACHT_DATABSE_URL", f"postgresql://me:{CANARY}@db/k")
    said = refused(name, f"sqlite:///{tmp_path}/k.db")
    assert "did you mean KETENWACHT_DATABASE_URL?" in said or "needs postgresql://" in said
    assert not (tmp_path / "k.db").exists()


def test_a_process_of_its_own_ends_with_the_same(town: Town) -> None:
    """As a supervisor meets it: the code, one sentence at the end, no traceback."""
    ended = subprocess.run(
        [sys.executable, "-m", "monitor", *COMMANDS["watcher"]],
        env={"COLUMNS": "300", "KETENWACHT_DATABASE_URL": town.by("locked")},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (ended.returncode, ended.stdout) == (2, "")
    assert re.fullmatch(
        r"The database ketenwacht_\d+ at \S+ does not let us in; check user and password\.\n",
        ended.stderr,
    )
