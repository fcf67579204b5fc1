"""Secrets stay where they are: the catalogue names the place, and nothing ever shows one."""

from pathlib import Path

import pytest

from checks.outcome import Trust
from monitor.catalogue.references import Reference, Unresolved, header_value
from monitor.domain.landscape import CheckId, LineId, TargetId
from tests.unit.catalogues import GOOD, loaded, refused, spoiled

CANARY = "canary-4f1d"
V8_LTO = CheckId(TargetId(LineId("presenteren", "v8"), "lto"), "health")
V9_LTO = CheckId(TargetId(LineId("presenteren", "v9"), "lto"), "health")


@pytest.mark.parametrize(
    "secret", [CANARY, "12345", "env:", "env:A B", "file:relative", "true", "[a]"]
)
def test_a_secret_written_in_place_is_refused_and_not_repeated(tmp_path: Path, secret: str) -> None:
    said = refused(tmp_path, spoiled('"env:LTO_KEY"', secret))
    assert (
        "5: environments.lto.headers.x-api-key: a secret does not belong in the catalogue" in said
    )
    assert (
        secret not in said.replace("env:NAME", "").replace("file:/full/path", "")
        or secret == "env:"
    )


def test_a_key_that_is_not_set_is_left_out_and_told(tmp_path: Path) -> None:
    catalogue = loaded(tmp_path, GOOD)
    assert catalogue.bound({}, None)[V8_LTO].target.headers == {}
    assert (
        "the variable LTO_KEY is not set; 2 targets are asked without the header x-api-key"
        in catalogue.warnings({})
    )
    assert not any("LTO_KEY" in told for told in catalogue.warnings({"LTO_KEY": CANARY}))


def test_a_variable_is_looked_up_by_the_name_that_was_written() -> None:
    assert header_value(Reference.parse("env:Lto_key"), {"Lto_key": CANARY}) == CANARY


def test_the_variables_that_are_referred_to_are_known(tmp_path: Path) -> None:
    assert loaded(tmp_path, GOOD).referred == {"LTO_KEY", "PROD_KEY"}


def test_nothing_that_is_printed_shows_a_secret(tmp_path: Path) -> None:
    catalogue = loaded(tmp_path, GOOD)
    bound = catalogue.bound({"LTO_KEY": CANARY, "PROD_KEY": f"{CANARY}\nx"}, None)
    assert bound[V8_LTO].target.headers == {"x-api-key": CANARY}
    shown = [repr(bound), repr(catalogue), *catalogue.warnings({"PROD_KEY": f"{CANARY}\nx"})]
    assert CANARY not in "".join(shown)


@pytest.mark.parametrize("value", ["a\r\nb", "é", "", "  ", "x" * 9000, "a\0b"])
def test_a_value_that_no_header_can_carry_is_left_out(value: str) -> None:
    found = header_value(Reference.parse("env:KEY"), {"KEY": value})
    assert isinstance(found, Unresolved)
    assert "KEY" in found.reason
    assert not value.strip() or value not in found.reason


def test_a_secret_can_be_kept_in_a_file(tmp_path: Path) -> None:
    kept = tmp_path / "key"
    kept.write_text(f"{CANARY}\n")
    text = spoiled("env:LTO_KEY", f"file:{kept}")
    assert loaded(tmp_path, text).bound({}, None)[V8_LTO].target.headers == {"x-api-key": CANARY}
    kept.unlink()
    catalogue = loaded(tmp_path, text)
    assert catalogue.bound({}, None)[V8_LTO].target.headers == {}
    assert any(f"file:{kept} cannot be read" in told for told in catalogue.warnings({}))


def test_a_target_s_own_headers_replace_those_of_its_environment(tmp_path: Path) -> None:
    text = spoiled('declared: "9.0"', "headers: {}")
    bound = loaded(tmp_path, text).bound({"LTO_KEY": CANARY}, None)
    assert bound[V9_LTO].target.headers == {}
    assert bound[V8_LTO].target.headers == {"x-api-key": CANARY}


@pytest.mark.parametrize("name", ["Host", "content-length", "x api", "Cookie", ""])
def test_headers_that_the_client_owns_are_refused(tmp_path: Path, name: str) -> None:
    said = refused(tmp_path, spoiled("headers: {x-api-key", f'headers: {{"{name}"'))
    assert "environments.lto.headers" in said


def test_a_client_certificate_is_named_by_the_path_of_its_file(tmp_path: Path) -> None:
    pem = tmp_path / "client.pem"
    pem.touch()
    text = spoiled('declared: "9.0"', f'client_certificate: "env:CERT", client_key: "file:{pem}"')
    catalogue = loaded(tmp_path, text)
    trust = catalogue.bound({"CERT": str(pem)}, "/ca.pem")[V9_LTO].target.trust
    assert trust == Trust("/ca.pem", str(pem), str(pem))
    assert "CERT" in catalogue.referred


def test_half_a_client_certificate_is_none(tmp_path: Path) -> None:
    text = spoiled('declared: "9.0"', 'client_certificate: "env:CERT", client_key: "env:KEY"')
    catalogue = loaded(tmp_path, text)
    secrets = {"CERT": __file__, "KEY": "-----BEGIN PRIVATE KEY----- " + CANARY}
    assert catalogue.bound(secrets, None)[V9_LTO].target.trust == Trust()
    told = [one for one in catalogue.warnings(secrets) if "certificate" in one]
    assert len(told) == 1
    assert told[0].startswith("env:KEY holds a certificate; it must hold the path of a PEM file;")
    said = refused(tmp_path, spoiled('declared: "9.0"', 'client_key: "env:KEY"'))
    assert "has a client_key but no client_certificate" in said


def test_a_certificate_is_not_shown_where_there_is_no_tls(tmp_path: Path) -> None:
    open_ = f'"http://127.0.0.1/v9", client_certificate: "file:{__file__}"'
    text = spoiled('"https://lto.example/v9", declared: "9.0"', open_)
    assert loaded(tmp_path, text).bound({}, None)[V9_LTO].target.trust == Trust()
    text = text.replace("http://127.0.0.1/v9", "https://127.0.0.1/v9")
    assert loaded(tmp_path, text).bound({}, None)[V9_LTO].target.trust != Trust()


def test_secrets_that_would_travel_in_the_open_are_told(tmp_path: Path) -> None:
    text = spoiled("https://lto.example/v9", "http://lto.example/v9")
    assert any(
        "v9@lto: its headers travel unencrypted" in told
        for told in loaded(tmp_path, text).warnings({})
    )
    text = spoiled("https://lto.example/v9", "http://127.0.0.1:8411/v9")
    assert not any("unencrypted" in told for told in loaded(tmp_path, text).warnings({}))
