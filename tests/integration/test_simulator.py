"""The pretend DSO-LV answers as the recorded gateway does, on real sockets."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from httpx2 import AsyncClient, ConnectError, ReadError, RemoteProtocolError, Response

from checks.check import attempt
from checks.client import Clients
from checks.outcome import Outcome, OutcomeClass, ReadingKind
from checks.simulator.addresses import FIRST_PORT, LOOPBACK, Ports
from checks.simulator.clock import Clock
from checks.simulator.course import Course, text
from checks.simulator.faults import FaultKind
from checks.simulator.lines import ENVIRONMENTS, LTO, PRE, PROD, Host
from checks.simulator.server import Simulator, running
from monitor.catalogue.loader import load, shipped

ANCHOR = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
COURSE = Course(1, ANCHOR)
QUIET = ANCHOR - timedelta(hours=14)
"""Nothing is wrong anywhere at this moment of the script."""

PRESENTEREN = "/publiek/omgevingsdocumenten/api/presenteren/v8"
KEY = {"x-api-key": "demo-key"}
JSON = {"content-type": "application/json"}


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    clock = Clock(told=QUIET, pace=1_000)  # nobody waits in these tests
    async with running(COURSE, clock=clock) as simulator:
        assert simulator.scene.faults() == ()
        yield simulator


@pytest.fixture
async def http() -> AsyncIterator[AsyncClient]:
    async with AsyncClient(timeout=60, trust_env=False) as http:
        yield http


@pytest.mark.parametrize(
    ("path", "headers", "status", "title"),
    [
        ("/openapi.json", {}, 200, None),
        ("/app-info", KEY, 200, None),
        ("/app-info", {}, 401, "Inloggegevens ontbreken"),
        ("/app-info", {"x-api-key": "of-another-environment"}, 403, "Geen toegang"),
        ("/app-health", KEY, 200, None),
        ("/nothing", KEY, 404, "Verkeerd verzoek"),
        ("/../../../../etc/passwd", KEY, 404, "Verkeerd verzoek"),
        ("/regelingen", {**KEY, "accept": "application/hal+json"}, 200, None),
        ("/regelingen", {**KEY, "accept": "application/json"}, 406, "Verkeerd verzoek"),
    ],
)
async def test_the_gateway_answers_as_recorded(
    *,
    simulator: Simulator,
    http: AsyncClient,
    path: str,
    headers: Mapping[str, str],
    status: int,
    title: str | None,
) -> None:
    answer = await http.get(simulator.addresses.public[PROD] + PRESENTEREN + path, headers=headers)
    assert answer.status_code == status
    if title:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["title"] == title


async def test_a_version_that_has_not_arrived_is_not_served(
    simulator: Simulator, http: AsyncClient
) -> None:
    path = "/publiek/omgevingsdocumenten/api/presenteren/v9/openapi.json"
    on_lto = await http.get(simulator.addresses.public[LTO] + path)
    on_prod = await http.get(simulator.addresses.public[PROD] + path)
    assert on_lto.json()["info"]["version"].startswith("9.")
    assert on_prod.status_code == 404
    assert on_prod.json()["detail"].startswith("No matching resource found")


async def test_a_question_about_geometry_needs_a_reference_system(
    simulator: Simulator, http: AsyncClient
) -> None:
    url = simulator.addresses.public[PRE]
    url += "/publiek/omgevingsdocumenten/api/geometrieopvragen/v1/geometrieen"
    assert (await http.get(url, headers=KEY)).status_code == 422
    assert (await http.get(url + "?crs=EPSG:28992", headers=KEY)).status_code == 200


async def test_the_rtr_has_no_document_and_tells_its_version_at_info(
    simulator: Simulator, http: AsyncClient
) -> None:
    url = simulator.addresses.public[PROD] + "/publiek/toepasbare-regels/api/rtrgegevens/v2"
    assert (await http.get(url + "/openapi.json", headers=KEY)).status_code == 404
    assert (await http.get(url + "/app-info", headers=KEY)).status_code == 404
    assert (await http.get(url + "/info", headers=KEY)).json()["version"].startswith("2.")


async def test_only_reading_is_served(simulator: Simulator, http: AsyncClient) -> None:
    url = simulator.addresses.public[PROD] + PRESENTEREN + "/openapi.json"
    assert (await http.post(url, json={})).status_code == 405


async def test_the_restricted_host_talks_to_nobody_without_a_certificate(
    simulator: Simulator,
) -> None:
    url = simulator.addresses.restricted[LTO] + "/overheid/verzoeken/api/afhandelen/v2/stam-6"
    nobody = ssl.create_default_context(cafile=simulator.addresses.ca)
    async with AsyncClient(timeout=60, trust_env=False, verify=nobody) as http:
        with pytest.raises((ConnectError, ReadError, RemoteProtocolError)):
            await http.get(url)
    known = ssl.create_default_context(cafile=simulator.addresses.ca)
    known.load_cert_chain(simulator.addresses.client_certificate, simulator.addresses.client_key)
    async with AsyncClient(timeout=60, trust_env=False, verify=known) as http:
        answer = await http.get(url)
    assert "koppelvlak/stam-v6/" in answer.text


async def test_a_line_near_its_end_says_so_in_its_headers(
    simulator: Simulator, http: AsyncClient
) -> None:
    url = simulator.addresses.public[LTO] + "/overheid/verzoeken/api/afhandelen/v2/stam-5"
    answer = await http.get(url)
    assert "koppelvlak/stam-v5/" in answer.text
    assert answer.headers["sunset"] == "Wed, 30 Jun 2027 23:59:59 GMT"
    assert answer.headers["deprecation"] == "true"
    assert answer.headers["warning"].startswith("299 ")


async def test_every_check_of_the_demo_finds_what_the_course_says(
    simulator: Simulator, tmp_path: Path
) -> None:
    outcomes = await asked_all(simulator, tmp_path)
    unserved = {name for name, one in outcomes.items() if one.outcome_class is not OutcomeClass.OK}
    assert unserved == {
        "presenteren/v7@lto#openapi_document",
        "presenteren/v7@pre#openapi_document",
        "presenteren/v7@prod#openapi_document",
        "verzoek-indienen/v6@lto#openapi_document",
        "swf/v4@lto#app_info",
        "swf/v4@prod#app_info",
    }
    for name in unserved:
        assert outcomes[name].reading.kind is ReadingKind.NOT_SERVED
    for name, outcome in outcomes.items():
        target, _, check = name.partition("#")
        line, _, where = target.partition("@")
        version = simulator.scene.part(line, where).running.version
        if check in {"openapi_document", "app_info", "version_header"} and version:
            assert outcome.reading.version == text(version), name


@pytest.mark.parametrize(
    ("kind", "name", "seen"),
    [
        (FaultKind.OUTAGE, "presenteren/v8@prod#health", OutcomeClass.FAILED),
        (FaultKind.HANGUP, "presenteren/v8@prod#health", OutcomeClass.FAILED),
        (FaultKind.HANGUP, "swf/v5@prod#app_info", OutcomeClass.FAILED),
        (FaultKind.MAINTENANCE, "presenteren/v8@prod#health", OutcomeClass.MAINTENANCE),
        (FaultKind.MAINTENANCE, "loket/web@prod#web_page", OutcomeClass.MAINTENANCE),
        (FaultKind.REFUSED, "presenteren/v8@prod#app_info", OutcomeClass.REFUSED),
        (FaultKind.REFUSED, "presenteren/v8@prod#openapi_document", OutcomeClass.OK),
        (FaultKind.THROTTLED, "presenteren/v8@prod#health", OutcomeClass.THROTTLED),
        (FaultKind.SLOW, "presenteren/v8@prod#health", OutcomeClass.OK),
    ],
)
async def test_a_forced_fault_is_seen_for_what_it_is_until_it_is_lifted(
    *,
    simulator: Simulator,
    http: AsyncClient,
    tmp_path: Path,
    kind: FaultKind,
    name: str,
    seen: OutcomeClass,
) -> None:
    fault = {"kind": kind, "environment": PROD}
    before = await asked(simulator, tmp_path, name)
    assert (await http.post(simulator.addresses.control + "/fault", json=fault)).status_code == 200
    struck = await asked(simulator, tmp_path, name)
    lifted = await http.request("DELETE", simulator.addresses.control + "/fault", json=fault)
    after = await asked(simulator, tmp_path, name)
    assert lifted.json() == {"lifted": 1}
    assert struck.outcome_class is seen
    assert before.outcome_class is after.outcome_class is OutcomeClass.OK


async def test_a_fault_of_one_line_leaves_the_others_alone(
    simulator: Simulator, tmp_path: Path
) -> None:
    simulator.scene.force(FaultKind.OUTAGE, PROD, "presenteren/v8")
    outcomes = await asked_all(simulator, tmp_path)
    failed = {name for name, one in outcomes.items() if one.outcome_class is OutcomeClass.FAILED}
    assert {name.partition("#")[0] for name in failed} == {"presenteren/v8@prod"}


async def test_wiped_content_is_missed_by_the_check_of_the_national_rules(
    simulator: Simulator, tmp_path: Path
) -> None:
    simulator.scene.force(FaultKind.WIPED, LTO, None)
    outcomes = await asked_all(simulator, tmp_path)
    failed = {name for name, one in outcomes.items() if one.outcome_class is OutcomeClass.FAILED}
    assert failed == {"presenteren/v8@lto#national_rules"}


async def test_a_mixed_load_balancer_answers_with_two_versions(
    simulator: Simulator, http: AsyncClient
) -> None:
    simulator.scene.force(FaultKind.MIXED, PRE, "presenteren/v8")
    url = simulator.addresses.public[PRE] + PRESENTEREN + "/app-info"
    answers = [await http.get(url, headers=KEY) for _ in range(40)]
    node = simulator.scene.part("presenteren/v8", PRE).running
    assert node.version
    assert node.beside
    assert versions(answers) == {text(node.version), text(node.beside)}


def versions(answers: list[Response]) -> set[str]:
    return {answer.json()["app-info"]["version"] for answer in answers}


async def test_a_throttled_client_is_told_how_long_to_wait(
    simulator: Simulator, tmp_path: Path
) -> None:
    simulator.scene.force(FaultKind.THROTTLED, PROD, None)
    outcome = await asked(simulator, tmp_path, "presenteren/v8@prod#health")
    assert outcome.retry_after == 20


async def test_a_slow_spell_takes_seconds_divided_by_the_pace(
    simulator: Simulator, tmp_path: Path
) -> None:
    simulator.clock.pace = 40
    quick = await asked(simulator, tmp_path, "presenteren/v8@prod#health")
    simulator.scene.force(FaultKind.SLOW, PROD, None)
    slow = await asked(simulator, tmp_path, "presenteren/v8@prod#health")
    assert quick.phases.total
    assert slow.phases.total
    assert slow.phases.total >= quick.phases.total + 3.5 / 40


async def test_the_clock_decides_what_runs(simulator: Simulator, http: AsyncClient) -> None:
    url = simulator.addresses.public[LTO] + "/publiek/omgevingsinformatie/api/ontsluiten/v3"
    statuses = []
    for days in (34, 32):
        now = ANCHOR - timedelta(days=days)
        told = await http.post(
            simulator.addresses.control + "/clock", json={"now": now.isoformat(), "pace": 50}
        )
        assert told.json() == {"now": now.isoformat(), "pace": 50.0}
        statuses.append((await http.get(url + "/openapi.json")).status_code)
    assert statuses == [404, 200]


async def test_without_a_told_time_the_clock_runs_by_itself(
    simulator: Simulator, http: AsyncClient
) -> None:
    simulator.clock.wall = lambda: ANCHOR
    told = await http.post(simulator.addresses.control + "/clock", json={})
    assert told.json() == {"now": ANCHOR.isoformat(), "pace": 1.0}
    state = (await http.get(simulator.addresses.control + "/state")).json()
    assert state["faults"] == [{"kind": "outage", "environment": PROD, "line": "stam/6"}]


async def test_what_happens_by_the_minute_begins_when_the_clock_is_let_go(
    simulator: Simulator, http: AsyncClient
) -> None:
    begin = ANCHOR + timedelta(minutes=30)
    wall = [begin]
    simulator.clock.wall = lambda: wall[0]
    for told in ({"now": ANCHOR.isoformat()}, {}, {}):  # let go once, said twice
        await http.post(simulator.addresses.control + "/clock", json=told)
    states = []
    for seconds in (399, 401):
        wall[0] = begin + timedelta(seconds=seconds)
        told = (await http.get(simulator.addresses.control + "/state")).json()
        states.append(
            {one["line"]: one["version"] for one in told["lines"] if one["environment"] == PROD}
        )
    first, then = states
    assert len([line for line in first if first[line] != then[line]]) == 1


async def test_the_state_tells_what_runs_where(simulator: Simulator, http: AsyncClient) -> None:
    state = (await http.get(simulator.addresses.control + "/state")).json()
    assert (state["seed"], state["anchor"]) == (1, ANCHOR.isoformat())
    told = {(one["line"], one["environment"]): one["version"] for one in state["lines"]}
    assert told["stam/6", PROD] == "6.0.0"
    assert told["presenteren/v9", PROD] is None


@pytest.mark.parametrize(
    ("method", "path", "headers", "body", "status"),
    [
        ("POST", "/clock", JSON, b'{"now": "2026-11-22T10:00:00"}', 400),  # naive
        ("POST", "/clock", JSON, b'{"pace": 0}', 400),
        ("POST", "/clock", JSON, b'{"pace": "fast"}', 400),
        ("POST", "/clock", JSON, b'{"then": null}', 400),
        ("POST", "/clock", JSON, b"{", 400),
        ("POST", "/clock", {"content-type": "text/plain"}, b"{}", 415),  # a page elsewhere
        ("POST", "/fault", JSON, b'{"kind": "plague", "environment": "prod"}', 400),
        ("POST", "/fault", JSON, b'{"kind": "outage", "environment": "kato"}', 400),
        ("POST", "/fault", JSON, b'{"kind": "outage", "environment": "prod", "line": "x"}', 400),
        ("DELETE", "/clock", {}, b"", 404),
        ("GET", "/", {}, b"", 404),
    ],
)
async def test_the_control_refuses_what_it_does_not_understand(
    *,
    simulator: Simulator,
    http: AsyncClient,
    method: str,
    path: str,
    headers: Mapping[str, str],
    body: bytes,
    status: int,
) -> None:
    before = (simulator.clock.told, simulator.clock.pace, simulator.scene.faults())
    url = simulator.addresses.control + path
    answer = await http.request(method, url, headers=headers, content=body)
    assert answer.status_code == status
    assert answer.json()["error"]
    assert before == (simulator.clock.told, simulator.clock.pace, simulator.scene.faults())


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01 not http at all\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nhost: x\r\n\r\n",
        b"POST /clock HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999\r\n\r\n" + b"x" * 100_000,
    ],
)
async def test_nonsense_gets_a_bad_request(simulator: Simulator, sent: bytes) -> None:
    port = int(simulator.addresses.control.rpartition(":")[2])
    reader, writer = await asyncio.open_connection(LOOPBACK, port)
    writer.write(sent)
    try:
        answered = await reader.read()
    except ConnectionResetError:  # it stopped listening while we were still talking
        answered = b"HTTP/1.1 400"
    writer.close()
    assert answered.startswith(b"HTTP/1.1 400")


async def test_it_stops_while_somebody_is_still_connected(http: AsyncClient) -> None:
    async with running(COURSE, clock=Clock(told=QUIET)) as simulator:
        port = int(simulator.addresses.public[LTO].rpartition(":")[2])
        reader, writer = await asyncio.open_connection(LOOPBACK, port)
        writer.write(b"GET /half")
        await writer.drain()
        await http.get(simulator.addresses.public[LTO])  # who came later was served: we are in
        folder = Path(simulator.addresses.ca).parent
    assert await asyncio.wait_for(reader.read(), 5) == b""
    writer.close()
    assert not folder.exists()


async def test_a_taken_port_is_an_error() -> None:
    with socket.create_server((LOOPBACK, 0)) as taken:
        control = taken.getsockname()[1]
        with pytest.raises(OSError, match="address already in use"):
            async with running(COURSE, ports=Ports(control=control)):
                pass


async def test_the_catalogue_of_the_demo_is_rewritten_to_where_it_listens(
    simulator: Simulator,
) -> None:
    fixed = Ports.following(FIRST_PORT)
    written = shipped("demo").read_text(encoding="utf-8")
    rewritten = simulator.addresses.rewritten(written)
    for host in Host:
        for where in ENVIRONMENTS:
            assert f"127.0.0.1:{fixed.of(host, where)}" in written
            assert f"127.0.0.1:{fixed.of(host, where)}" not in rewritten
            assert simulator.addresses.url(host, where) in rewritten


async def asked(simulator: Simulator, folder: Path, name: str) -> Outcome:
    return (await asked_all(simulator, folder, name))[name]


async def asked_all(simulator: Simulator, folder: Path, only: str = "") -> Mapping[str, Outcome]:
    """Ask every check of the demo's catalogue, or one, with the real client."""
    file = folder / "demo.yaml"
    written = shipped("demo").read_text(encoding="utf-8")
    file.write_text(simulator.addresses.rewritten(written), encoding="utf-8")
    addresses = simulator.addresses
    watched = {
        str(name): one
        for name, one in load([file]).bound(addresses.environ, addresses.ca).items()
        if one.probe.asked and only in {"", str(name)}
    }
    clients = Clients("ketenwacht tests")
    try:
        outcomes = await asyncio.gather(
            *(
                attempt(one.check, one.target, clients.of(one.target.trust))
                for one in watched.values()
            )
        )
    finally:
        await clients.aclose()
    return dict(zip(watched, outcomes, strict=True))
