"""Whence checks are asked, as the catalogue says it; and what it may not say."""

from pathlib import Path

import pytest

from monitor.domain.landscape import CheckId, LineId, Probe, TargetId
from tests.unit.catalogues import GOOD, loaded, refused, spoiled

LOCATIONS = """\
locations:
  internet: {nl: Openbaar internet, en: Public internet}
  pkio: {nl: Besloten netwerk, en: Restricted network}
  lab: {nl: Leverancier, en: Supplier}
policy:
"""
PLACED = spoiled("policy:\n  interval: 60s", f"{LOCATIONS}  interval: 60s")
V8 = TargetId(LineId("presenteren", "v8"), "prod")
HEALTH = "- {kind: health, path: /app-health}"


def placed(right: str, wrong: str) -> str:
    assert right in PLACED
    return PLACED.replace(right, wrong)


def probes(folder: Path, text: str) -> dict[str, Probe]:
    plan = loaded(folder, text).landscape.targets[V8]
    return {probe.id.name: probe for probe in plan.probes}


def test_without_locations_nothing_has_another_name(tmp_path: Path) -> None:
    (tmp_path / "before").mkdir()
    before = loaded(tmp_path / "before", GOOD).landscape
    assert before.probes == loaded(tmp_path, PLACED).landscape.probes
    assert not before.is_spread


def test_a_check_is_asked_from_each_of_its_locations_and_most_must_agree(tmp_path: Path) -> None:
    text = placed(HEALTH, "- {kind: health, path: /app-health, locations: [internet, pkio, lab]}")
    found = probes(tmp_path, text)
    assert [*found] == ["openapi_document", "health~internet", "health~pkio", "health~lab"]
    assert {found[name].quorum for name in found if "~" in name} == {2}


def test_the_narrowest_that_says_it_says_whence(tmp_path: Path) -> None:
    """Check over line over interface over catalogue; [] is from the monitor itself."""
    text = placed("  interval: 60s", "  interval: 60s\n  locations: [internet, pkio]\n  quorum: 1")
    assert {one.quorum for one in probes(tmp_path, text).values()} == {1}
    here = text.replace(HEALTH, "- {kind: health, path: /app-health, locations: []}")
    assert "health" in probes(tmp_path, here)
    lined = text.replace("policy: {timeout: 2s}", "policy: {timeout: 2s, locations: [lab]}")
    assert [*probes(tmp_path, lined)] == ["openapi_document~lab", "health~lab"]


def test_every_location_asks_the_references_too(tmp_path: Path) -> None:
    text = placed(HEALTH, "- {kind: health, path: /app-health, locations: [internet, pkio]}")
    land = loaded(tmp_path, text).landscape
    assert [one.id.name for one in land.references] == [
        "web_page~internet",
        "web_page~pkio",
        "web_page",
    ]
    assert {*land.asked_from} == {"", "internet", "pkio"}


def test_every_location_has_something_to_ask_with(tmp_path: Path) -> None:
    text = placed(HEALTH, "- {kind: health, path: /app-health, locations: [internet, pkio]}")
    catalogue = loaded(tmp_path, text)
    bound = catalogue.bound({}, None)
    assert bound[CheckId(V8, "health~pkio")].check == bound[CheckId(V8, "health~internet")].check
    assert {*bound} == {*catalogue.landscape.probes}


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        (
            HEALTH,
            "- {kind: health, path: /app-health, locations: [pkoi]}",
            "v8.checks.1.locations.0: no location is called 'pkoi'; did you mean 'pkio'?",
        ),
        (
            "  interval: 60s",
            "  interval: 60s\n  locations: [wan]",
            "policy.locations.0: no location is called 'wan'; there are: internet, lab, pkio",
        ),
        (
            HEALTH,
            "- {kind: health, path: /app-health, locations: [pkio, pkio]}",
            "checks.1.locations: names 'pkio' twice; keep one",
        ),
        (
            HEALTH,
            "- {kind: health, path: /app-health, locations: [pkio], quorum: 2}",
            "targets.prod: the quorum of locations is 2, and its check 'health' is asked from 1",
        ),
        (
            HEALTH,
            "- {kind: health, path: /app-health, quorum: none}",
            "v8.checks.1.quorum: must be a whole number",
        ),
        (
            "- {kind: openapi_document, path: /openapi.json}",
            "- {kind: openapi_document, path: /openapi.json, name: a~b}",
            "v8.checks.0.name: holds ~, which joins a check and a location; leave it out",
        ),
        (
            "[{kind: reported, expect_every: 1d}]",
            "[{kind: reported, expect_every: 1d, locations: [pkio]}]",
            "is reported to us, not asked; leave out its locations and its quorum",
        ),
        ("  pkio: {nl", "  PKIO: {nl", "locations.PKIO: is no usable name"),
    ],
)
def test_a_wrong_location_says_where_and_what_to_do(
    tmp_path: Path, right: str, wrong: str, says: str
) -> None:
    assert says in refused(tmp_path, placed(right, wrong))
