"""What a newcomer reads is true: links lead somewhere, commands are ours, the house is as drawn."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from monitor.bootstrap import Settings
from monitor.cli.app import COMMANDS, app

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "operating"  # has tests of its own
PAGES = sorted(
    page
    for folder in (ROOT, ROOT / "docs", ROOT / "benchmarks")
    for page in (folder.glob("*.md") if folder == ROOT else folder.rglob("*.md"))
    if GUIDE not in page.parents
)
README = (ROOT / "README.md").read_text("utf-8")
HOUSE = (ROOT / "docs" / "architecture.md").read_text("utf-8")

ALIKE = {
    "monitor/alerts/wording/dutch",
    "monitor/alerts/wording/english",
    "monitor/storage/migrations/versions",
}
"""What these hold is told of the room that they are in."""


def anchors(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\((?!https?:)([^)\s]+)\)", text):
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        assert file.exists(), target
        assert not anchor or anchor in anchors(file), target


def commands() -> list[str]:
    shown = re.findall(r"^\$ (ketenwacht .*)$", README, re.MULTILINE)
    said = re.findall(r"`(ketenwacht [^`]+)`", README)
    return [line.partition("   #")[0].strip() for line in (*shown, *said)]


@pytest.mark.parametrize("command", commands())
def test_every_command_of_the_readme_is_one_of_ours(command: str) -> None:
    words = shlex.split(command)[1:]
    grouped = COMMANDS[words[0]].endswith(":app")
    path = ["gate", "ask"] if words[0] == "gate" else words[: 1 + grouped]
    told = CliRunner().invoke(app, [*path, "--help"], env={"COLUMNS": "200"})
    assert told.exit_code == 0, told.output
    for option in (word for word in words if word.startswith("--")):
        assert option in told.output, command


def test_every_setting_of_the_readme_is_one_of_ours() -> None:
    known = {f"KETENWACHT_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"KETENWACHT_[A-Z_]+[A-Z]", README)) <= known


def test_every_page_of_the_readme_is_served() -> None:
    named = re.findall(r"`(?:/api/v1)?(/[a-z][\w/{}.-]*)", README)
    wanted = {path.partition("{")[0] for path in named}
    routes = "\n".join(file.read_text("utf-8") for file in (ROOT / "web").rglob("*.py"))
    assert {path for path in wanted if path.rstrip("/") not in routes} == set()


@pytest.mark.parametrize("room", ["checks", "monitor", "web"])
def test_every_room_of_the_house_is_drawn(room: str) -> None:
    """By its path, or by its name beside the room that it is in."""
    packages = {file.parent.relative_to(ROOT) for file in (ROOT / room).glob("*/**/__init__.py")}
    drawn = {*re.findall(r"`([\w/]+)/`", HOUSE)}
    undrawn = {one.as_posix() for one in packages if not drawn & {one.as_posix(), one.name}} - ALIKE
    assert undrawn == set()


def test_nothing_is_drawn_that_is_not_there() -> None:
    (table,) = re.findall(r"^\| room .*?\n\n", HOUSE, re.MULTILINE | re.DOTALL)
    named = re.findall(r"`((?:monitor/)?\w+\.py|(?:checks|monitor|web)/[\w/]*)`", table)
    paths = [one if "/" in one else f"monitor/{one}" for one in named]
    assert len(paths) > 20
    assert [one for one in paths if not (ROOT / one).exists()] == []
