"""The shipped catalogues are good, complete, and hold nothing that is not public."""

import re
from datetime import date
from pathlib import Path

import pytest

from monitor.catalogue.loader import Catalogue, load, named, shipped
from monitor.domain.landscape import Line, LineId
from monitor.domain.life_cycle import Phase, phases

ADDRESS = re.compile(
    r"https://(pkio\.)?service(\.pre)?\.omgevingswet\.overheid\.nl"
    r"/(publiek|overheid)/[a-z-]+/(api/)?[a-z]+/v[0-9]"
)
ALSO_PUBLIC = {
    "https://dmo.omgevingswet.overheid.nl/",
    "https://pre.omgevingswet.overheid.nl/",
    "https://omgevingswet.overheid.nl/",
    "https://ruimte.omgevingswet.overheid.nl/ruimtelijke-plannen/api/opvragen/v4",
}


@pytest.fixture(scope="module")
def dso_lv() -> Catalogue:
    return load([shipped("dso_lv")])


def _line(catalogue: Catalogue, name: str) -> Line:
    return catalogue.landscape.lines[LineId.parse(name)]


@pytest.mark.parametrize("name", ["dso_lv", "demo"])
def test_a_shipped_catalogue_can_be_used_without_any_key(name: str) -> None:
    catalogue = load([shipped(name)])
    bound = catalogue.bound({}, None)
    assert bound
    assert all(not one.target.credentialed for one in bound.values())


def test_a_shipped_catalogue_is_known_by_its_bare_name(tmp_path: Path) -> None:
    assert named(Path("dso_lv")) == shipped("dso_lv")
    assert named(Path("./sub/dso_lv")) == Path("sub/dso_lv")
    assert named(tmp_path / "demo") == tmp_path / "demo"
    with pytest.raises(LookupError, match="no catalogue called 'dso' is shipped"):
        shipped("dso")


def test_every_address_is_of_the_public_form(dso_lv: Catalogue) -> None:
    written = [
        target.base_url
        for interface in dso_lv.document.interfaces.values()
        for line in interface.lines.values()
        for target in line.targets.values()
        if target.base_url
    ]
    assert len(written) == 42
    assert [url for url in written if not ADDRESS.fullmatch(url) and url not in ALSO_PUBLIC] == []


def test_an_address_lies_in_the_environment_that_it_stands_under(dso_lv: Catalogue) -> None:
    for target in dso_lv.landscape.targets.values():
        if target.base_url:
            is_pre = "//pre." in target.base_url or ".pre." in target.base_url
            assert is_pre == (target.id.environment == "pre"), target.id


def test_lto_has_no_address_but_its_loket(dso_lv: Catalogue) -> None:
    on_lto = {
        str(target.id.line)
        for target in dso_lv.landscape.targets.values()
        if target.id.environment == "lto" and target.base_url
    }
    assert on_lto == {"loket/web"}
    assert "lto" not in _line(dso_lv, "presenteren/v8").targets


def test_what_nobody_can_ask_from_here_is_reported(dso_lv: Catalogue) -> None:
    reported = {
        str(probe.id.target) for probe in dso_lv.landscape.probes.values() if not probe.asked
    }
    assert {one.partition("/")[0] for one in reported} == {"stop", "stam"}
    assert "stop/1.3@prod" in reported


def test_versions_are_looked_for_in_the_known_order(dso_lv: Catalogue) -> None:
    def kinds(line: str) -> list[str]:
        return [probe.kind for probe in _line(dso_lv, line).targets["prod"].probes]

    assert kinds("presenteren/v8") == ["openapi_document", "app_info", "health"]
    assert kinds("uitvoeren-services/v3") == ["app_info", "health"]
    assert kinds("ruimtelijke-plannen/v4") == ["app_info", "health"]
    assert "openapi_document" not in kinds("rtr-gegevens/v2")


def test_no_version_and_no_first_day_is_invented(dso_lv: Catalogue) -> None:
    assert all(target.declared is None for target in dso_lv.landscape.targets.values())
    assert all(not line.life_cycle.first_days for line in dso_lv.landscape.lines.values())


@pytest.mark.parametrize(
    ("line", "until", "gone"),
    [
        ("presenteren/v7", date(2025, 10, 31), date(2026, 2, 1)),
        ("presenteren/v8", None, None),
        ("stam/4", date(2025, 10, 1), None),
        ("stam/5", date(2026, 7, 1), None),
        ("stam/6", None, None),
        ("swf/v4", date(2024, 12, 31), date(2024, 12, 31)),
    ],
)
def test_the_known_last_days_are_there(
    dso_lv: Catalogue, line: str, until: date | None, gone: date | None
) -> None:
    life_cycle = _line(dso_lv, line).life_cycle
    assert (life_cycle.until, life_cycle.gone) == (until, gone)


@pytest.mark.parametrize(
    ("line", "phase"),
    [
        ("stam/4", Phase.UNSUPPORTED),
        ("stam/5", Phase.PREVIOUS),
        ("stam/6", Phase.LATEST),
        ("stam/7", Phase.PLANNED),
        ("sttr/2.0", Phase.PREVIOUS),
        ("sttr/3.0", Phase.LATEST),
        ("sttr/4.0", Phase.PLANNED),
        ("stop/1.3", Phase.LATEST),
        ("stop/1.4", Phase.NEXT),
        ("swf/v4", Phase.RETIRED),
        ("ruimtelijke-plannen/v4", Phase.LATEST),
        ("loket/web", Phase.LATEST),
    ],
)
def test_a_line_is_in_the_phase_that_the_facts_tell(
    dso_lv: Catalogue, line: str, phase: Phase
) -> None:
    of = phases(dso_lv.landscape, date(2026, 6, 15))
    assert of[LineId.parse(line)] is phase


def test_ruimtelijke_plannen_lives_in_production_only(dso_lv: Catalogue) -> None:
    line = _line(dso_lv, "ruimtelijke-plannen/v4")
    assert line.environments == ("prod",)
    assert set(line.targets) == {"prod"}


def test_every_key_is_of_one_environment_and_people_s_pages_get_none(dso_lv: Catalogue) -> None:
    secrets = {name: name for name in dso_lv.referred if name.endswith("_KEY")}
    for one in dso_lv.bound(secrets, None).values():
        environment = one.probe.id.target.environment
        key = one.target.headers.get("x-api-key")
        if one.probe.id.target.line == LineId("ruimtelijke-plannen", "v4"):
            assert key == "DSO_RUIMTELIJKE_PLANNEN_KEY"
        elif key:
            assert key == f"DSO_{environment.upper()}_KEY"
            assert one.probe.host.startswith("service.")
        if one.probe.kind == "web_page":
            assert key is None


def test_an_overlay_adds_an_address_on_lto(tmp_path: Path) -> None:
    overlay = tmp_path / "lto.yaml"
    overlay.write_text(
        "interfaces: {presenteren: {lines: {v8: {targets: "
        '{lto: {base_url: "https://lto.example/presenteren/v8"}}}}}}\n'
    )
    catalogue = load([Path("dso_lv"), overlay])
    target = _line(catalogue, "presenteren/v8").targets["lto"]
    assert [probe.kind for probe in target.probes] == ["openapi_document", "app_info", "health"]
