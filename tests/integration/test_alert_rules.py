"""The alert rules and the dashboard: they ask for what is told, and say what to do."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from monitor.board import Board
from monitor.storage.engine import Database
from monitor.telemetry import Telemetry
from tests.building import landscape

ROOT = Path(__file__).parents[2]
FILES = ROOT / "helm" / "ketenwacht" / "files"
SUFFIXES = {
    "counter": ("_total",),
    "gauge": ("",),
    "histogram": ("_bucket", "_sum", "_count"),
    "info": ("_info",),
}


def rules() -> list[dict[str, Any]]:
    text = (FILES / "rules.yaml").read_text("utf-8")
    return [rule for group in YAML(typ="safe").load(text)["groups"] for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    board: dict[str, Any] = json.loads((FILES / "dashboard.json").read_text("utf-8"))
    return list(board["panels"])


def promtool(*command: str | Path) -> str:
    """What it says; a complaint fails the test."""
    found = shutil.which("promtool")
    if found is None:
        pytest.skip("promtool is not here (Debian's `prometheus` has it)")
    said = subprocess.run((found, *command), capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout + said.stderr
    return said.stdout


def told(database: Database) -> Iterator[str]:
    """The names of all that a process tells."""
    telemetry = Telemetry(Board(landscape()))
    telemetry.watch_database(database)
    for family in telemetry.registry.collect():
        yield from (f"{family.name}{suffix}" for suffix in SUFFIXES[family.type])


@pytest.fixture
async def names(tmp_path: Path) -> set[str]:
    database = await Database.open(f"sqlite:///{tmp_path}/names.db")
    await database.close()
    return {*told(database)}


def asked(expression: str) -> set[str]:
    return {*re.findall(r"\b(?:ketenwacht|process)_\w+", expression)}


def test_prometheus_takes_the_rules() -> None:
    assert f"{len(rules())} rules found" in promtool("check", "rules", FILES / "rules.yaml")


def test_each_rule_speaks_when_it_should() -> None:
    assert "SUCCESS" in promtool("test", "rules", Path(__file__).with_name("alert_rules.yaml"))


def test_each_rule_has_a_case() -> None:
    cases = YAML(typ="safe").load(Path(__file__).with_name("alert_rules.yaml").read_text("utf-8"))
    tried = {
        one["alertname"]
        for case in cases["tests"]
        for one in case["alert_rule_test"]
        if one["exp_alerts"]
    }
    assert tried == {rule["alert"] for rule in rules()}


async def test_rules_and_dashboard_ask_for_what_is_told(names: set[str]) -> None:
    wanted = {name for rule in rules() for name in asked(rule["expr"])}
    wanted |= {name for one in panels() for ask in one["targets"] for name in asked(ask["expr"])}
    assert "ketenwacht_leader" in wanted
    assert wanted <= names, wanted - names


def test_panels_do_not_lie_over_each_other() -> None:
    places = [tuple(sorted(one["gridPos"].items())) for one in panels()]
    assert len({*places}) == len(places)
    ids = [one["id"] for one in panels()]
    assert ids == [*range(1, len(ids) + 1)]


def test_each_rule_leads_to_its_section_of_the_runbook() -> None:
    text = (ROOT / "docs" / "operating" / "runbook.md").read_text("utf-8")
    sections = re.findall(r"^## (\w+)$", text, re.MULTILINE)
    assert sections == [rule["alert"] for rule in rules()], "in the same order"
    for rule in rules():
        anchor = rule["alert"].lower()
        assert rule["annotations"]["runbook"] == f"docs/operating/runbook.md#{anchor}"


def sections() -> dict[str, str]:
    """The text of the runbook, by rule."""
    text = (ROOT / "docs" / "operating" / "runbook.md").read_text("utf-8")
    _, *parts = re.split(r"^## (\w+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


@pytest.mark.parametrize("rule", [rule["alert"] for rule in rules()])
def test_each_section_says_what_it_means_and_what_to_do_step_by_step(rule: str) -> None:
    meaning, *steps = re.split(r"^\d+\. ", sections()[rule].strip(), flags=re.MULTILINE)
    assert len(meaning) > 40
    assert steps, "what to do"
    assert all(len(step) > 20 for step in steps)


async def test_the_runbook_names_only_metrics_that_are_told(names: set[str]) -> None:
    named = {name for text in sections().values() for name in asked(text)}
    assert "ketenwacht_slots_missed_total" in named
    assert named <= names, named - names


def test_the_runbook_quotes_what_our_logs_really_say() -> None:
    code = "\n".join(
        file.read_text("utf-8")
        for room in ("monitor", "web", "checks")
        for file in (ROOT / room).rglob("*.py")
    )
    quoted = {
        text
        for section in sections().values()
        for text in re.findall(r"`([a-z][^`]* [^`]*)`", section)
        if text.split()[0] not in {"ketenwacht", "kubectl", "curl", "journalctl"}
    }
    assert "cannot ask who leads" in quoted
    assert {text for text in quoted if text not in code} == set()
