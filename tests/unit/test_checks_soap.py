"""What a SOAP endpoint tells, and what means that it is absent."""

import pytest
from httpx2 import Response

from checks.client import Unanswered
from checks.common.soap_endpoint import SOUGHT, versions_in
from checks.outcome import ABSENT, SERVED, UNREADABLE, OutcomeClass, Target
from checks.trouble import TroubleKind
from tests.unit.asking import FAILED, OK, TARGET, asked

STAM = "http://www.omgevingswet.nl/koppelvlak/stam-v{version}/"


@pytest.mark.parametrize(
    ("text", "versions"),
    [
        ('<a xmlns="http://www.omgevingswet.nl/koppelvlak/stam-v4/IMAM">', {"4"}),
        ("http://www.omgevingswet.nl/koppelvlak/stam-v5.0.1/ twice stam-v6/", {"5.0.1"}),
        (f"{STAM} {STAM.format(version='4')} {STAM.format(version='5')}", {"4", "5"}),
        (STAM.format(version=""), set()),
        (STAM.format(version="4 5"), set()),
        (STAM.format(version="4" * 65), set()),
        (STAM.format(version="<x>"), set()),
        ("", set()),
        (STAM[:30], set()),
    ],
)
def test_a_namespace_is_found_by_plain_search(text: str, versions: set[str]) -> None:
    assert versions_in(text, STAM) == versions


def test_a_namespace_may_end_in_its_version() -> None:
    assert versions_in('xmlns:a="urn:sttr:3.0"', "urn:sttr:{version}") == {"3.0"}
    assert versions_in("urn:sttr:3.0", "urn:sttr:{version}") == {"3.0"}
    assert versions_in("urn:sttr:", "urn:sttr:{version}") == set()


def test_a_flood_of_namespaces_is_not_searched_to_its_end() -> None:
    flood = "urn:a " * SOUGHT + "urn:b"
    assert "b" not in versions_in(flood, "urn:{version}")


async def test_a_soap_endpoint_tells_its_version_by_its_namespace() -> None:
    check = {"kind": "soap_endpoint", "namespace": STAM}
    one = await asked(check, Response(200, text=STAM.format(version="5")))
    none = await asked(check, Response(200, text="<wsdl/>"))
    two = await asked(
        check, Response(200, text=STAM.format(version="5") + STAM.format(version="4"))
    )
    assert one.reading.version == "5"
    assert (none.outcome_class, none.reading) == (OK, UNREADABLE)
    assert (two.outcome_class, two.reading) == (OK, UNREADABLE)
    assert "2 versions" in two.reason


async def test_a_soap_endpoint_without_a_namespace_has_no_version_but_the_declared() -> None:
    declared = Target(id=TARGET.id, base_url=TARGET.base_url, declared="3.0")
    bare = await asked({"kind": "soap_endpoint"}, Response(200))
    told = await asked({"kind": "soap_endpoint"}, Response(200), declared)
    assert (bare.reading, told.reading.version) == (SERVED, "3.0")


async def test_a_soap_endpoint_may_live_by_another_status() -> None:
    check = {"kind": "soap_endpoint", "status": [200, 405, 500]}
    for status in (200, 405, 500):
        assert (await asked(check, Response(status))).outcome_class is OK
    assert (await asked(check, Response(502))).outcome_class is FAILED


async def test_what_means_absent_for_a_soap_endpoint_is_configured() -> None:
    shut = Unanswered(TroubleKind.TLS_HANDSHAKE, "the server ended the handshake")
    check = {
        "kind": "soap_endpoint",
        "absent_status": [403],
        "absent_when": ["tlsHandshake"],
    }
    for answer in (shut, Response(403)):
        outcome = await asked(check, answer)
        assert (outcome.outcome_class, outcome.reading) == (OutcomeClass.NOT_SERVED, ABSENT)
        assert "as configured" in outcome.reason
        plain = await asked({"kind": "soap_endpoint"}, answer)
        assert plain.outcome_class is not OutcomeClass.NOT_SERVED
    reset = Unanswered(TroubleKind.RESET, "the server broke the connection off")
    assert (await asked(check, reset)).outcome_class is FAILED
