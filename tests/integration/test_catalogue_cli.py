"""`ketenwacht catalogue`, as an operator calls it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from monitor.cli.catalogue import app
from tests.unit.catalogues import GOOD, spoiled, written


def ask(*words: str | Path, **variables: str) -> Result:
    return CliRunner().invoke(app, [*map(str, words)], env=variables)


def test_a_good_catalogue_prints_what_would_run(tmp_path: Path) -> None:
    answer = ask("check", *written(tmp_path, GOOD))
    assert answer.exit_code == 0, answer.stderr
    assert "presenteren/v8@prod#openapi_document" in answer.stdout
    assert "prod.example:8443" in answer.stdout
    assert "note: the variable LTO_KEY is not set" in answer.stdout
    assert "2 interfaces, 3 lines, 4 targets, 7 checks, 3 hosts" in answer.stdout


def test_a_broken_catalogue_names_every_problem_and_exits_2(tmp_path: Path) -> None:
    (path,) = written(tmp_path, spoiled("chain: plan\n    policy", "chain: plam\n    polic"))
    answer = ask("check", path)
    assert answer.exit_code == 2
    assert answer.stdout == ""
    assert f"{path}:21: interfaces.presenteren.chain: must be one of" in answer.stderr
    assert f"{path}:22: interfaces.presenteren.polic: there is no key" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_what_would_run_can_be_read_by_a_program(tmp_path: Path) -> None:
    answer = ask("check", "--json", *written(tmp_path, GOOD), LTO_KEY="canary-4f1d")
    said = json.loads(answer.stdout)
    assert len(said["probes"]) == 7
    assert said["probes"][0] == {
        "check": "presenteren/v8@lto#openapi_document",
        "kind": "openapi_document",
        "every": "30s",
        "staleAfter": "1m30s",
        "host": "lto.example:443",
    }
    assert any("PROD_KEY" in warning for warning in said["warnings"])
    assert "canary-4f1d" not in answer.stdout


def test_without_a_file_it_takes_the_variable_and_then_the_shipped_one(tmp_path: Path) -> None:
    (path,) = written(tmp_path, "policy: {interval: 90s}\n")
    answer = ask("check", KETENWACHT_CATALOGUE=f"dso_lv:{path}")
    assert answer.exit_code == 0, answer.stderr
    assert "1m30s" in answer.stdout
    assert "dso_lv.yaml: can be used" in ask("check").stdout


def test_the_lines_are_shown_with_where_they_are_watched(tmp_path: Path) -> None:
    paths = written(tmp_path, GOOD)
    table = ask("show", *paths).stdout
    (v8,) = (line for line in table.splitlines() if "presenteren/v8" in line)
    assert "2026-12-31" in v8
    assert "not configured" in v8
    (stop,) = (line for line in table.splitlines() if "stop/1.4" in line)
    assert "not configured" not in stop
    said = json.loads(ask("show", "--json", *paths).stdout)
    assert said["lines"][0]["targets"] == {
        "lto": "https://lto.example/v8",
        "pre": None,
        "prod": "https://prod.example:8443/v8",
    }


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_two_catalogues_that_say_the_same_do_not_differ(
    tmp_path: Path, form: tuple[str, ...]
) -> None:
    one, two = written(tmp_path, GOOD, f"# another comment\n{GOOD}")
    answer = ask("diff", one, two, *form)
    assert answer.exit_code == 0
    assert answer.stdout.strip() == ("[]" if form else "")


def test_a_difference_is_told_key_by_key_and_exits_1(tmp_path: Path) -> None:
    changed = spoiled("interval: 60s", "interval: 90s").replace('declared: "9.0"', "headers: {}")
    changed = changed.replace("          - {kind: openapi_document, path: /openapi.json}\n", "")
    one, two = written(tmp_path, GOOD, changed)
    answer = ask("diff", one, two)
    assert answer.exit_code == 1
    v8, v9 = "interfaces.presenteren.lines.v8", "interfaces.presenteren.lines.v9"
    assert sorted(answer.stdout.splitlines()) == [
        f"+ {v9}.targets.lto.headers: {{}}",
        f"- {v8}.checks.openapi_document.kind: openapi_document",
        f"- {v8}.checks.openapi_document.path: /openapi.json",
        f"- {v9}.targets.lto.declared: 9.0",
        "~ policy.interval: 60s -> 90s",
    ]


def test_an_overlay_is_compared_with_what_it_lies_over(tmp_path: Path) -> None:
    paths = written(tmp_path, GOOD, "policy: {interval: 90s}\n")
    answer = ask("diff", paths[0], f"{paths[0]}:{paths[1]}")
    assert answer.stdout == "~ policy.interval: 60s -> 90s\n"


def test_a_file_that_cannot_be_read_is_a_wrong_question(tmp_path: Path) -> None:
    answer = ask("diff", tmp_path / "gone.yaml", "dso_lv")
    assert answer.exit_code == 2
    assert "gone.yaml: cannot be read: No such file" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_it_is_part_of_the_command(tmp_path: Path) -> None:
    (path,) = written(tmp_path, spoiled("interval: 60s", "interval: soon"))
    answer = subprocess.run(
        [sys.executable, "-m", "monitor", "catalogue", "check", path],
        env={"PATH": os.environ["PATH"]},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 2, answer.stderr
    assert answer.stderr.startswith(f"{path}:15: policy.interval: 'soon' is no duration; write")
    assert len(answer.stderr.splitlines()) == 1
