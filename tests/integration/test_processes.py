"""Processes that cannot work as asked say why, and end with 2."""

import pytest
from typer.testing import CliRunner

from monitor.cli.app import app
from tests.conftest import PostgresServer


def told(*command: str) -> str:
    answer = CliRunner().invoke(app, [*command, "--bind", "127.0.0.1:0"])
    assert answer.exit_code == 2, answer.output
    return " ".join(answer.output.split())


@pytest.mark.parametrize("role", ["watcher", "web"])
def test_a_file_of_sqlite_is_not_shared(role: str, sqlite_url: str) -> None:
    said = told(role, "--database-url", sqlite_url)
    assert "needs postgresql://" in said
    assert f"ketenwacht {role}" in said


@pytest.mark.parametrize("role", ["watcher", "web"])
def test_only_run_and_migrate_bring_the_tables_up_to_date(role: str, postgres_url: str) -> None:
    assert "run `ketenwacht migrate` first" in told(role, "--database-url", postgres_url)
    made = CliRunner().invoke(app, ["migrate", "--database-url", postgres_url])
    assert made.exit_code == 0, made.output
    checked = CliRunner().invoke(app, ["db", "check", "--database-url", postgres_url])
    assert checked.exit_code == 0, checked.output
    assert "Leads: nobody yet" in checked.output


def test_a_server_that_is_not_there_is_named() -> None:
    said = told("watcher", "--database-url", "postgresql://somebody:hidden@127.0.0.1:1/monitor")
    assert "monitor at 127.0.0.1 cannot be reached" in said
    assert "hidden" not in said


def test_a_role_without_rights_is_told_which_it_lacks(
    postgres: PostgresServer, postgres_url: str
) -> None:
    postgres.psql("CREATE ROLE powerless LOGIN;")
    url = postgres_url.replace("postgres:@", "powerless:@")
    answer = CliRunner().invoke(app, ["migrate", "--database-url", url])
    assert answer.exit_code == 2
    assert "grant us USAGE and CREATE" in " ".join(answer.output.split())
