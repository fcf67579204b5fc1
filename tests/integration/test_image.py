"""What the image would hold, made of what its recipe takes along, without an engine."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RECIPE = (ROOT / "Dockerfile").read_text()


def taken_along() -> list[str]:
    """What the first stage copies from the project."""
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", RECIPE, re.MULTILINE)
    return [name for line in copied for name in line.split()]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean folder with only that; nothing of the tests, of git or of a cache."""
    tree = tmp_path_factory.mktemp("image")
    for name in taken_along():
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, tree / name)
    return tree


@pytest.fixture(scope="module")
def installed(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The recipe's second installation; the locked libraries are those that run this test."""
    place = tmp_path_factory.mktemp("opt")
    venv.create(place, with_pip=True)
    site = Path(sysconfig.get_path("purelib", vars={"base": str(place)}))
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    pip = (place / "bin" / "python", "-m", "pip", "install", "--no-deps", "--no-build-isolation")
    subprocess.run((*pip, "--no-index", "--quiet", "--ignore-installed", "."), cwd=tree, check=True)
    shutil.rmtree(tree)  # what runs must not lean on what built it
    return place


def ran(place: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.defpath, "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        (place / "bin" / command[0], *command[1:]),
        cwd=place,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_recipe_takes_along_what_its_ignore_file_lets_through() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    assert lines[0] == "*"
    assert {line[1:] for line in lines if line.startswith("!")} == {*taken_along()}


def test_what_is_installed_is_all_that_runs(installed: Path) -> None:
    code = "import monitor, web.app, checks; print(monitor.__file__)"
    imported = ran(installed, "python", "-c", code)
    assert imported.returncode == 0, imported.stderr
    assert imported.stdout.startswith(str(installed)), "it ran the project instead of the image"
    checked = ran(installed, "ketenwacht", "catalogue", "check", "dso_lv")
    assert checked.returncode == 0, checked.stderr


def test_nothing_that_is_read_at_run_time_was_left_behind(installed: Path) -> None:
    site = Path(sysconfig.get_path("purelib", vars={"base": str(installed)}))
    for room in ("checks", "monitor", "web"):
        ours = {one.relative_to(ROOT) for one in (ROOT / room).rglob("*") if one.is_file()}
        wanted = {one for one in ours if "__pycache__" not in one.parts}
        assert [one for one in sorted(wanted) if not (site / one).is_file()] == []


def test_the_recipe_is_clean() -> None:
    hadolint = shutil.which("hadolint", path=str(Path(sys.executable).parent))
    if hadolint is None:
        pytest.skip("hadolint's wheel is not made for this machine")
    found = subprocess.run(
        (hadolint, ROOT / "Dockerfile"), capture_output=True, text=True, check=False
    )
    assert (found.returncode, found.stdout) == (0, "")


def test_the_recipe_names_no_registry_and_runs_as_nobody() -> None:
    assert re.findall(r"^FROM (\S+)", RECIPE, re.MULTILINE) == ["${BASE}", "${BASE}"]
    assert "/" not in re.findall(r"^ARG BASE=(\S+)", RECIPE, re.MULTILINE)[0]
    last = RECIPE.rpartition("FROM ")[2]
    assert "USER 10001:10001" in last
    assert "HEALTHCHECK" in last
    assert "--require-hashes" in RECIPE
