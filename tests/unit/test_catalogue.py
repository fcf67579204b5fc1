"""What a catalogue says becomes a landscape; what contradicts itself is refused."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from checks.common.health import Health
from checks.outcome import Target, Trust
from monitor.catalogue.loader import CatalogueError, load
from monitor.domain.landscape import REFERENCE, CheckId, LineId, TargetId
from tests.unit.catalogues import GOOD, loaded, refused, spoiled, written

V8 = LineId("presenteren", "v8")
V9 = LineId("presenteren", "v9")
STOP = LineId("stop", "1.4")
KEYS = {"LTO_KEY": "lto-secret", "PROD_KEY": "prod-secret"}


def test_every_target_with_a_check_is_watched(tmp_path: Path) -> None:
    assert [str(id_) for id_ in loaded(tmp_path, GOOD).bound(KEYS, None)] == [
        "presenteren/v8@lto#openapi_document",
        "presenteren/v8@lto#health",
        "presenteren/v8@prod#openapi_document",
        "presenteren/v8@prod#health",
        "presenteren/v9@lto#health",
        "stop/1.4@lto#reported",
        "reference/network@network-1#web_page",
    ]


def test_landscape_and_bound_checks_name_the_same_probes(tmp_path: Path) -> None:
    catalogue = loaded(tmp_path, GOOD)
    bound = catalogue.bound(KEYS, None)
    assert {id_: one.probe for id_, one in bound.items()} == catalogue.landscape.probes


def test_a_check_is_asked_of_its_target_with_its_secrets(tmp_path: Path) -> None:
    bound = loaded(tmp_path, GOOD).bound(KEYS, "/etc/ca.pem")
    one = bound[CheckId(TargetId(V8, "prod"), "health")]
    assert one.check == Health(path="/app-health")
    assert one.target == Target(
        id="presenteren/v8@prod",
        base_url="https://prod.example:8443/v8",
        headers={"x-api-key": "prod-secret"},
        maintenance_text="werkzaamheden",
        timeout=2.0,
        trust=Trust("/etc/ca.pem"),
    )
    assert one.probe.host == "prod.example:8443"


def test_a_line_s_checks_replace_those_of_its_interface(tmp_path: Path) -> None:
    lines = loaded(tmp_path, GOOD).landscape.lines
    assert [probe.kind for probe in lines[V8].targets["lto"].probes] == [
        "openapi_document",
        "health",
    ]
    assert [probe.kind for probe in lines[V9].targets["lto"].probes] == ["health"]


def test_a_target_s_checks_replace_those_of_its_line(tmp_path: Path) -> None:
    text = spoiled(
        'prod: {base_url: "https://prod.example:8443/v8"',
        'prod: {checks: [{kind: web_page}], base_url: "https://prod.example:8443/v8"',
    )
    targets = loaded(tmp_path, text).landscape.lines[V8].targets
    assert [probe.kind for probe in targets["prod"].probes] == ["web_page"]
    assert len(targets["lto"].probes) == 2


def test_the_narrower_number_wins(tmp_path: Path) -> None:
    landscape = loaded(tmp_path, GOOD).landscape
    policy = landscape.lines[V8].policy
    assert policy.interval == timedelta(seconds=30)
    assert policy.timeout == timedelta(seconds=2)
    assert landscape.lines[V9].policy.timeout == timedelta(seconds=5)
    assert landscape.lines[STOP].policy.interval == timedelta(seconds=60)
    assert policy.grace.minor == timedelta(days=4)
    assert policy.grace.major == timedelta(days=5)
    assert landscape.policy.per_host == 3


def test_silence_is_three_intervals_and_for_reports_the_promised_time(tmp_path: Path) -> None:
    lines = loaded(tmp_path, GOOD).landscape.lines
    assert lines[V8].targets["lto"].probes[0].stale_after == timedelta(seconds=90)
    reported = lines[STOP].targets["lto"].probes[0]
    assert reported.stale_after == timedelta(days=1)
    assert not reported.asked
    assert reported.host == ""


def test_life_cycle_days_are_kept_per_environment(tmp_path: Path) -> None:
    lines = loaded(tmp_path, GOOD).landscape.lines
    days = lines[V8].life_cycle
    assert days.first_days == {"lto": date(2024, 6, 1), "prod": date(2024, 6, 15)}
    assert (days.until, days.gone) == (date(2026, 12, 31), date(2027, 3, 31))
    assert lines[STOP].life_cycle.first_days == {}
    assert lines[STOP].environments == ("lto",)
    assert lines[V8].environments is None


def test_an_address_without_a_check_is_not_configured_and_said_to_be(tmp_path: Path) -> None:
    text = spoiled("    checks:\n      - {kind: health, path: /app-health}\n", "")
    catalogue = loaded(tmp_path, text)
    assert "lto" not in catalogue.landscape.lines[V9].targets
    assert any(
        "presenteren/v9@lto: has an address but no check" in w for w in catalogue.warnings(KEYS)
    )


def test_reference_targets_are_observed_apart(tmp_path: Path) -> None:
    (probe,) = loaded(tmp_path, GOOD).landscape.references
    assert probe.id.target.line == REFERENCE
    assert probe.host == "reference.example:443"


def test_a_declared_version_reaches_the_target(tmp_path: Path) -> None:
    catalogue = loaded(tmp_path, GOOD)
    assert catalogue.landscape.lines[V9].targets["lto"].declared == "9.0"
    assert (
        catalogue.bound({}, None)[CheckId(TargetId(V9, "lto"), "health")].target.declared == "9.0"
    )


def test_a_later_file_lies_over_an_earlier_one(tmp_path: Path) -> None:
    overlay = """
    interfaces:
      presenteren:
        lines:
          v8:
            targets: {pre: {base_url: "https://pre.example/v8"}, prod: null}
            checks: [{kind: web_page}]
    """
    line = loaded(tmp_path, GOOD, overlay).landscape.lines[V8]
    assert set(line.targets) == {"lto", "pre"}
    assert [probe.kind for probe in line.targets["lto"].probes] == ["web_page"]
    assert line.life_cycle.until == date(2026, 12, 31)


def test_a_problem_names_the_file_that_the_value_came_from(tmp_path: Path) -> None:
    overlay = "interfaces:\n  presenteren: {lines: {v8: {life_cycle: {gone: 2020-01-01}}}}\n"
    said = refused(tmp_path, GOOD, overlay)
    assert said.startswith("2.yaml:2: interfaces.presenteren.lines.v8.life_cycle: gone")
    overlay = "policy: {interval: soon}\n"
    assert refused(tmp_path, GOOD, overlay).startswith("2.yaml:1: policy.interval: 'soon'")


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        (
            "per_host: 3",
            "per_hots: 3",
            "17: policy.per_hots: there is no key 'per_hots' here; did you mean 'per_host'?",
        ),
        (
            "path: /openapi.json",
            "pth: /openapi.json",
            "checks.0.pth: there is no key 'pth' here; did you mean 'path'?",
        ),
        ("maintenance_text", "maintenance_txt", "did you mean 'maintenance_text'?"),
        (
            "kind: openapi_document",
            "kind: openapi",
            "did you mean 'openapi_document'; there are app_info, health,",
        ),
        (
            "- {kind: openapi_document, path: /openapi.json}",
            "- health",
            "lines.v8.checks.0: a check is written as",
        ),
        (
            "kind: openapi_document, path: /openapi.json",
            "kind: health",
            "two checks are called 'health'; give one a `name` of its own",
        ),
        (
            "prod: {base",
            "prud: {base",
            "targets.prud: no environment is called 'prud'; did you mean 'prod'?",
        ),
        (
            "until: 2026-12-31",
            "untill: 2026-12-31",
            "life_cycle.untill: no environment is called 'untill'; did you mean 'until'?",
        ),
        (
            "[[lto, prod]]",
            "[[lto, acc]]",
            "must_precede.0.1: no environment is called 'acc'; there are: lto, pre, prod",
        ),
        ("[[lto, prod]]", "[[lto, lto]]", "must_precede.0: lto cannot precede itself"),
        (
            "environments: [lto]",
            "environments: [pre]",
            "targets.lto: this line does not live in 'lto'",
        ),
        (
            "environments: [lto]",
            "environments: [lto]\n        life_cycle: {prod: 2026-10-01}",
            "life_cycle.prod: this line does not live in 'prod'",
        ),
        (
            "gone: 2027-03-31",
            "gone: 2026-03-31",
            "gone (2026-03-31) lies before until (2026-12-31)",
        ),
        (
            "lto: 2024-06-01",
            "lto: 2027-06-01",
            "its first day on lto (2027-06-01) lies after its last",
        ),
        (
            "lto: 2024-06-01",
            "lto: 2024-07-01",
            "life_cycle.prod: 2024-06-15 lies before 2024-07-01, when lto must precede it",
        ),
        ("lto: 2024-06-01", "lto: 2024-02-30", "2024-02-30 is not in the calendar"),
        ("lto: 2024-06-01", "lto: 1717200000", "1717200000 is no day"),
        ("until: 2026-12-31", "until: 31-12-2026", "'31-12-2026' is no day; write year-month-day"),
        ("https://lto.example/v9", "file:///etc/passwd", "base_url: is of scheme 'file'"),
        ("https://lto.example/v9", "ftp://lto.example/v9", "base_url: is of scheme 'ftp'"),
        ("https://lto.example/v9", "lto.example/v9", "base_url: is of scheme ''"),
        (
            "https://lto.example/v9",
            "https://me:secret@lto.example/v9",
            "base_url: holds a user name or password",
        ),
        ("https://lto.example/v9", "https:///v9", "base_url: names no host"),
        ("https://lto.example/v9", "https://lto.example:99999/v9", "base_url: is no address"),
        (
            "https://lto.example/v9",
            "https://lto.example/v9?key=1",
            "base_url: has a query or a fragment",
        ),
        ("https://lto.example/v9", "https://lto.example/v 9", "base_url: holds a space"),
        ("https://lto.example/v9", "https://[::1/v9", "base_url: is no address"),
        (
            'base_url: "https://lto.example/v9", ',
            "",
            "targets.lto: has no base_url, and the check 'health' asks one",
        ),
        ('declared: "9.0"', 'declared: "9 or so"', "declared: is no version"),
        (
            "interval: 60s",
            "interval: 60",
            "15: policy.interval: 60 is no duration; write a number and a unit",
        ),
        ("interval: 60s", "interval: 12:30", "'12:30' is no duration"),
        ("interval: 60s", "interval: 1ms", "policy.interval: is 1ms; keep it between 1s and 1d"),
        ("per_host: 3", 'per_host: "3"', "policy.per_host: must be a whole number"),
        ("per_host: 3", "per_host: true", "policy.per_host: must be a whole number"),
        (
            "per_host: 3",
            "per_host: 0",
            "policy.per_host: input should be greater than or equal to 1",
        ),
        (
            "chain: plan\n    policy",
            "chain: plam\n    policy",
            "chain: must be one of 'plan', 'toepasbare-regels'",
        ),
        ("catalogue: 1", "catalogue: 2", "catalogue: must be one of 1"),
        ("catalogue: 1\n", "", "catalogue: is missing; write it"),
        ("      v9:", "      V9:", "lines.V9: is no usable name"),
        ("  stop:", "  stop/x:", "interfaces.stop/x: is no usable name"),
        ("  stop:", "  reference:", "interfaces.reference: this name is taken"),
        (
            "    title: {nl: STOP, en: STOP}",
            "    title: STOP",
            "interfaces.stop.title: must hold keys of its own",
        ),
        ("references: [", "references: {a: ", "this is not YAML"),
        (
            'references: ["https://reference.example/"]',
            "references: https://reference.example/",
            "references: must be a list",
        ),
        (
            "must_precede: [[lto, prod]]",
            "must_precede: [[lto, pre], [pre, prod], [prod, lto]]",
            "must_precede.2: lto precedes prod already; an order goes one way",
        ),
        (
            "  stop:",
            "  leeg: {title: {nl: a, en: a}, chain: plan, lines: {}}\n  stop:",
            "interfaces.leeg.lines: is empty; write at least one",
        ),
    ],
)
def test_a_wrong_catalogue_says_where_and_what_to_do(
    tmp_path: Path, right: str, wrong: str, says: str
) -> None:
    assert says in refused(tmp_path, spoiled(right, wrong))


def test_two_checks_of_one_kind_live_together_under_two_names(tmp_path: Path) -> None:
    text = spoiled("kind: openapi_document", "kind: health, name: deep")
    plan = loaded(tmp_path, text).landscape.lines[V8].targets["lto"]
    assert [probe.id.name for probe in plan.probes] == ["deep", "health"]


def test_no_file_and_a_missing_file_are_told(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="no file is named"):
        load([])
    with pytest.raises(CatalogueError, match="cannot be read: No such file"):
        load([*written(tmp_path, GOOD), tmp_path / "gone.yaml"])
    with pytest.raises(CatalogueError, match="it is not a file"):
        load([tmp_path])


def test_a_problem_can_be_taken_apart(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError) as refusal:
        loaded(tmp_path, spoiled("per_host: 3", "per_host: many"))
    (problem,) = refusal.value.problems
    assert problem.file.endswith("1.yaml")
    assert (problem.line, problem.key) == (17, ("policy", "per_host"))
