"""The operating guide: what it names is there, and what it shows is taken."""

import re
import shlex
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

from monitor.bootstrap import Settings
from monitor.cli.app import COMMANDS, app
from tests.charts import rendered

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "operating"
PAGES = sorted(GUIDE.glob("*.md"))
DAYS = {timedelta(days=3 * 365): "3y"}


def blocks(page: Path, kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", page.read_text("utf-8"), re.DOTALL)


def shown(default: Any) -> str:
    """A default as one writes it."""
    if isinstance(default, timedelta):
        days, seconds = default.days, default.seconds
        return DAYS.get(default, f"{days}d" if days else f"{seconds}s")
    if isinstance(default, tuple):
        return ",".join(map(str, default))
    return "" if default is None else str(default)


def test_the_settings_are_all_told_and_no_other() -> None:
    rows = re.findall(
        r"^\| `KETENWACHT_(\w+)` \|\s*`?([^|`]*?)`?\s*\| (.+) \|$",
        (GUIDE / "settings.md").read_text("utf-8"),
        re.MULTILINE,
    )
    told = {name.lower(): default.strip() for name, default, _ in rows}
    fields = Settings.model_fields
    assert sorted(told) == sorted(fields)
    assert len(rows) == len(told), "none is told twice"
    wrong = {
        name: (told[name], shown(field.default))
        for name, field in fields.items()
        if field.default_factory is None and told[name] != shown(field.default)
    }
    assert wrong == {}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_link_leads_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", text):
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        assert file.exists(), target
        if anchor:
            titles = re.findall(r"^#+ (.+)$", file.read_text("utf-8"), re.MULTILINE)
            assert anchor in {title.lower().replace(" ", "-") for title in titles}, target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_setting_that_is_named_is_one(page: Path) -> None:
    known = {f"KETENWACHT_{name.upper()}" for name in Settings.model_fields}
    named = set(re.findall(r"KETENWACHT_[A-Z_]+[A-Z]", page.read_text("utf-8")))
    assert named - known - {"KETENWACHT_IMAGE"} == set()


def commands() -> list[str]:
    lines = [
        line for page in PAGES for text in blocks(page, "console") for line in text.split("\n")
    ]
    quoted = [
        one for page in PAGES for one in re.findall(r"`(ketenwacht [^`]+)`", page.read_text())
    ]
    typed = [line[2:].partition("#")[0] for line in lines if line[2:].startswith("ketenwacht ")]
    return sorted({*typed, *quoted})


@pytest.mark.parametrize("command", commands())
def test_every_command_is_one_of_ours_with_its_options(command: str) -> None:
    words = shlex.split(command)[1:]
    path = [words[0]]
    if len(words) > 1 and COMMANDS[words[0]].endswith(":app") and words[0] != "gate":
        path.append(words[1])
    told = CliRunner().invoke(app, [*path, "--help"], env={"COLUMNS": "200"})
    assert told.exit_code == 0, told.output
    for option in (word for word in words if word.startswith("--")):
        assert option in told.output, command


def test_the_chart_takes_the_values_that_are_shown() -> None:
    (text,) = blocks(GUIDE / "kubernetes.md", "yaml")
    kinds = {one["kind"] for one in rendered(YAML(typ="safe").load(text))}
    assert {"Deployment", "Job", "Ingress", "PrometheusRule", "ConfigMap"} <= kinds


def test_the_services_of_compose_run_commands_of_ours() -> None:
    services = YAML(typ="safe").load((GUIDE / "compose.yaml").read_text("utf-8"))["services"]
    ours = {name: one for name, one in services.items() if name != "database"}
    assert {name: one["command"][0] for name, one in ours.items()} == {
        name: name for name in ("migrate", "watcher", "web", "worker")
    }
    assert all(one["read_only"] and one["cap_drop"] == ["ALL"] for one in ours.values())
    last = [one["depends_on"] for name, one in ours.items() if name != "migrate"]
    assert all("migrate" in needed for needed in last)


def test_compose_is_well_formed_and_names_settings_and_options_of_ours() -> None:
    file = YAML(typ="safe").load((GUIDE / "compose.yaml").read_text("utf-8"))
    services = file["services"]
    assert file.keys() == {"x-ketenwacht", "services", "volumes"}
    known = {f"KETENWACHT_{name.upper()}" for name in Settings.model_fields}
    conditions = {"service_started", "service_healthy", "service_completed_successfully"}
    for name, one in services.items():
        assert one.keys() <= OF_A_SERVICE, name
        for needed, how in one.get("depends_on", {}).items():
            assert needed in services
            assert how["condition"] in conditions
            assert how["condition"] != "service_healthy" or "healthcheck" in services[needed]
        for mounted in one.get("volumes", ()):
            source = mounted.partition(":")[0]
            assert source.startswith("./") or source in file["volumes"], mounted
        if name == "database":
            continue
        assert one["environment"].keys() <= known
        command, *options = one["command"]
        told = CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "200"})
        assert all(word in told.output for word in options if word.startswith("--"))


OF_A_SERVICE = {
    *("image", "restart", "read_only", "tmpfs", "cap_drop", "security_opt", "stop_grace_period"),
    *("env_file", "volumes", "command", "environment", "depends_on", "ports", "profiles"),
    "healthcheck",
}
"""What of the Compose specification we use: another word is a slip of the pen, or is added."""


def test_a_refused_configuration_is_not_tried_again_and_again() -> None:
    unit = (GUIDE / "ketenwacht.service").read_text("utf-8")
    assert "RestartPreventExitStatus=2" in unit
    assert "ExecStart=/opt/ketenwacht/bin/ketenwacht run\n" in unit
