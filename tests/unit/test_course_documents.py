"""The documents that the pretend DSO-LV serves differ exactly where the real ones would."""

import json

import pytest

from checks.contract import contract_of
from checks.simulator.course import OTHER, USUAL
from checks.simulator.documents import document
from checks.simulator.lines import LINES, PretendLine, Style, Version

SERVER = "https://prod.dso.example"
DOCUMENTED = [line for line in LINES if line.style is Style.OPENAPI and line.environments]


def fingerprint(key: str, version: Version, contract: str = USUAL, server: str = SERVER) -> str:
    return contract_of(json.loads(document(key, version, contract, server))).fingerprint


@pytest.mark.parametrize("line", DOCUMENTED, ids=lambda line: line.key)
def test_a_document_is_of_a_realistic_size(line: PretendLine) -> None:
    major, minor, patch = line.first
    for version in (line.first, (major, minor + 5, patch)):
        assert 15_000 <= len(document(line.key, version, USUAL, SERVER)) <= 150_000


def test_a_patch_changes_the_version_and_not_the_contract() -> None:
    old, new = (document("presenteren/v8", (8, 4, z), USUAL, SERVER) for z in (1, 2))
    assert json.loads(old)["info"]["version"] == "8.4.1"
    assert json.loads(new)["info"]["version"] == "8.4.2"
    assert fingerprint("presenteren/v8", (8, 4, 1)) == fingerprint("presenteren/v8", (8, 4, 2))


def test_a_minor_version_adds_paths() -> None:
    old, new = (
        set(json.loads(document("presenteren/v8", (8, y, 0), USUAL, SERVER))["paths"])
        for y in (4, 5)
    )
    assert old < new
    assert fingerprint("presenteren/v8", (8, 4, 0)) != fingerprint("presenteren/v8", (8, 5, 0))


def test_the_environment_makes_no_difference_to_the_contract() -> None:
    here = fingerprint("presenteren/v8", (8, 4, 1), server="https://lto.dso.example")
    assert here == fingerprint("presenteren/v8", (8, 4, 1))


def test_the_other_contract_differs_under_the_same_version() -> None:
    for line in DOCUMENTED:
        assert fingerprint(line.key, line.first) != fingerprint(line.key, line.first, OTHER)
