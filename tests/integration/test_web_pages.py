"""The pages and their JSON twins, asked over a real socket."""

import asyncio
import gzip
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from httpx2 import Client, Response

from checks.outcome import Outcome, OutcomeClass, Phases, Reading, ReadingKind
from monitor.board import Board, Progress
from monitor.domain.health import State
from monitor.domain.landscape import Landscape, LineId, TargetId
from monitor.domain.observation import Observation
from monitor.recorder import Recorder
from monitor.storage.engine import Database
from tests.e2e.serving import Served, serving
from tests.e2e.street import NOON, landscape, standing

STAM = TargetId(LineId("stam", "5"), "prod")


async def some_history(database: Database, board: Board) -> None:
    """Two days of answers of one interface, one of them a failure."""
    recorder = Recorder(database, lambda: board.landscape)
    probes = [one for one in board.landscape.probes.values() if one.id.target.line == STAM.line]
    for hours in range(48, 0, -1):
        at = NOON - timedelta(hours=hours)
        await recorder.record([Observation(one.id, at, at, _answer(hours)) for one in probes])


def _answer(hours: int) -> Outcome:
    if hours == 30:
        return Outcome(outcome_class=OutcomeClass.FAILED, reason="no answer within 10 s")
    return Outcome(
        outcome_class=OutcomeClass.OK,
        status=200,
        reading=Reading(ReadingKind.SERVED, "5.0.1", "f" * 16),
        phases=Phases(total=0.2),
        evidence={"sunset": "Thu, 31 Dec 2026 23:59:59 GMT"},
    )


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("web"), prepare=some_history) as served:
        yield served


@pytest.fixture
def ask(street: Served) -> Iterator[Client]:
    with Client(base_url=street.url, timeout=30) as client:
        yield client


def row(page: Response, line: str) -> str:
    found = re.search(rf'<tr role="row" id="line-{re.escape(line)}".*?</tr>', page.text, re.DOTALL)
    assert found, f"no row of {line}"
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


def test_the_wall_says_state_version_and_since_when(ask: Client) -> None:
    page = ask.get("/")
    assert page.status_code == 200
    assert page.headers["content-language"] == "nl"
    assert "5.0.1 storing 12 min" in row(page, "stam-5")
    assert "2.4.4 traag 38 min" in row(page, "zoekinterface-v2")
    assert "8.6.0 beschikbaar" in row(page, "presenteren-v8")
    assert "alleen LTO, zoals bedoeld" in row(page, "presenteren-v9")
    assert row(page, "presenteren-v9").count("nog niet") == 2


def test_an_outage_is_announced_in_the_banner(ask: Client) -> None:
    text = " ".join(re.sub(r"<[^>]+>", " ", ask.get("/").text).split())
    assert "Storingsmelding: PROD · STAM 5 niet beschikbaar sinds 13:48 (12 min)" in text
    assert "Onderhoudsmelding: PRE · Verzoek indienen v5" in text


def test_page_and_api_tell_the_same(ask: Client) -> None:
    page = ask.get("/")
    status = ask.get("/api/v1/status").json()
    words = {
        "up": "beschikbaar",
        "down": "storing",
        "degraded": "traag",
        "maintenance": "onderhoud",
        "unknown": "onbekend",
    }
    for interface in status["interfaces"]:
        for line in interface["lines"]:
            text = row(page, line["id"].replace("/", "-"))
            assert line["line"] in text
            for target in line["targets"]:
                if target["mood"] != "mixed" and target["state"] in words:
                    assert words[target["state"]] in text
                if target["version"]:
                    assert target["version"] in text


def test_the_status_has_the_names_that_others_build_on(ask: Client) -> None:
    status = ask.get("/api/v1/status").json()
    assert {"generatedAt", "stale", "environments", "interfaces"} <= status.keys()
    assert status["environments"][2] == {"id": "prod", "name": "Productie", "state": "degraded"}
    stam = next(one for one in status["interfaces"] if one["id"] == "stam")
    line = stam["lines"][1]
    assert (line["id"], line["line"], line["phase"]) == ("stam/5", "5", "latest")
    assert {"supportedUntil", "targets", "findings"} <= line.keys()
    target = line["targets"][2]
    assert target["environment"] == "prod"
    assert target["state"] == "down"
    assert target["outcomeClass"] == "failed"
    assert target["settled"] is True
    assert {
        *("since", "version", "arrivedAfter", "arrivedBy", "fingerprint"),
        *("lastObservationAt", "reason"),
    } <= target.keys()


def test_titles_come_in_the_language_of_the_reader(ask: Client) -> None:
    dutch = ask.get("/api/v1/interfaces").json()["items"][0]["title"]
    english = ask.get("/api/v1/interfaces?lang=en").json()["items"][0]["title"]
    assert dutch == "Omgevingsdocumenten presenteren"
    assert english == "Present spatial planning documents"
    by_header = ask.get("/", headers={"accept-language": "de, en;q=0.8, nl;q=0.2"})
    assert by_header.headers["content-language"] == "en"


def test_a_choice_of_language_and_colours_is_remembered(street: Served) -> None:
    with Client(base_url=street.url, timeout=30) as reader:
        chosen = reader.get("/?lang=en&theme=dark")
        assert "HttpOnly" in chosen.headers["set-cookie"]
        later = reader.get("/privacy")
        assert '<html lang="en" data-theme="dark">' in later.text


def test_an_unchanged_wall_is_not_sent_again(ask: Client) -> None:
    first = ask.get("/", headers={"accept-encoding": "identity"})
    tag = first.headers["etag"]
    assert tag.startswith('"')
    again = ask.get("/", headers={"accept-encoding": "identity", "if-none-match": tag})
    assert again.status_code == 304
    assert again.content == b""
    packed = ask.get("/", headers={"accept-encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["etag"] != tag
    assert packed.text == first.text


def test_the_wall_changes_when_something_is_recorded(street: Served, ask: Client) -> None:
    before = ask.get("/").headers["etag"]
    better = standing(STAM, NOON, state=State.UP, version="5.0.2")
    worse = street.board.standings[STAM]
    street.do(lambda: street.board.apply([better], [], NOON))
    after = ask.get("/")
    assert after.headers["etag"] != before
    assert "5.0.2 beschikbaar" in row(after, "stam-5")
    street.do(lambda: street.board.apply([worse], [], NOON))
    assert "5.0.1 storing" in row(ask.get("/"), "stam-5")


def test_silence_becomes_unknown_and_the_page_says_that_it_is_old(
    street: Served, ask: Client
) -> None:
    street.at(NOON + timedelta(minutes=10))
    try:
        page = ask.get("/")
        assert "Deze pagina is niet actueel:" in page.text
        assert row(page, "presenteren-v8").count("onbekend") == 3
        assert ask.get("/api/v1/status").json()["stale"] is True
    finally:
        street.at(NOON)
    assert "Deze pagina is niet actueel:" not in ask.get("/").text


def test_the_filter_takes_chain_environment_trouble_and_text(ask: Client) -> None:
    assert "line-stam-5" not in ask.get("/?chain=plan").text
    only = ask.get("/?only=trouble&environment=prod&q=stam")
    assert "5.0.1 storing 12 min" in row(only, "stam-5")
    assert only.text.count('data-env="PROD"') == 1
    assert 'data-env="LTO"' not in only.text
    none = ask.get("/?q=bestaat-niet")
    assert "Geen koppelvlakversie past bij deze keuze." in none.text
    same = ask.get("/api/v1/status?only=trouble&environment=prod&q=stam").json()
    assert [line["id"] for one in same["interfaces"] for line in one["lines"]] == ["stam/5"]


def test_the_interface_page_tells_its_history(ask: Client) -> None:
    page = ask.get("/interfaces/stam")
    text = " ".join(re.sub(r"<[^>]+>", " ", page.text).split())
    assert page.status_code == 200
    assert page.text.count('<ol class="days"') == 6
    assert "voordat wij keken" in text
    assert "sunset: Thu, 31 Dec 2026 23:59:59 GMT" in text
    assert '<path class="p50" d="M' in page.text
    view = ask.get("/api/v1/interfaces/stam").json()
    prod = view["lines"][1]["history"][2]
    assert len(prod["days"]) == 91
    assert [one["window"] for one in prod["windows"]] == ["24h", "7d", "30d", "90d"]
    assert prod["windows"][3]["unknown"] > 0.9
    assert prod["checks"][0]["description"]
    assert view["lines"][1] == ask.get("/api/v1/interfaces/stam/5").json()


def test_the_environment_page_tells_all_of_one_environment(ask: Client) -> None:
    page = ask.get("/environments/prod")
    assert page.status_code == 200
    assert page.text.count('scope="row"><a href="/interfaces/') == 23
    view = ask.get("/api/v1/environments/prod").json()
    assert view["state"] == "degraded"


def test_observations_come_newest_first_and_in_parts(ask: Client) -> None:
    asked: dict[str, str | int] = {"line": "stam/5", "environment": "prod", "limit": 3}
    first = ask.get("/api/v1/observations", params=asked).json()
    slots = [one["slot"] for one in first["items"]]
    assert slots == sorted(slots, reverse=True)
    second = ask.get("/api/v1/observations", params={**asked, "cursor": first["next"]}).json()
    assert second["items"][0]["slot"] <= slots[-1]
    assert second["items"] != first["items"]
    told = first["items"][0]
    assert (told["outcomeClass"], told["status"], told["version"]) == ("ok", 200, "5.0.1")


def test_sightings_tell_the_interval_of_arrival(ask: Client) -> None:
    items = ask.get("/api/v1/sightings?line=stam/5&environment=prod").json()["items"]
    assert len(items) == 1
    assert items[0]["version"] == "5.0.1"
    assert items[0]["arrivedAfter"] is None
    assert items[0]["arrivedBy"] == "2026-09-28T12:00:00Z"


def test_uptime_says_how_much_is_unknown(ask: Client) -> None:
    told = ask.get("/api/v1/uptime?line=stam/5&environment=prod&window=7d").json()
    assert (told["line"], told["environment"]) == ("stam/5", "prod")
    assert {"date", "up", "down", "degraded", "maintenance", "unknown", "p50", "p95"} <= told[
        "days"
    ][0].keys()
    assert told["days"][0]["unknown"] == 1.0
    parts = ("up", "down", "degraded", "maintenance", "unknown", "absent")
    assert sum(told["total"][part] for part in parts) == pytest.approx(1.0, abs=1e-4)


def test_health_and_metrics(ask: Client) -> None:
    assert ask.get("/health/live").json() == {"status": "alive"}
    assert ask.get("/health/ready").json() == {"status": "ready"}
    assert "# TYPE" in ask.get("/metrics").text


def test_security_txt_names_whom_to_tell(ask: Client) -> None:
    text = ask.get("/.well-known/security.txt").text
    assert text.startswith("Contact: mailto:beheer@ketenwacht.example\nExpires: ")


def test_static_files_never_change_under_their_address(ask: Client) -> None:
    page = ask.get("/").text
    for address in re.findall(r'(?:href|src)="(/static/[^"]+)"', page):
        answer = ask.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]


def test_no_link_is_dead(ask: Client) -> None:
    seen: set[str] = set()
    waiting = ["/"]
    while waiting:
        address = waiting.pop()
        path = address.partition("#")[0]
        if path in seen or not path.startswith("/") or "?" in path:
            continue
        seen.add(path)
        answer = ask.get(path, follow_redirects=True)  # to where one signs in
        assert answer.status_code == 200, path
        if answer.headers["content-type"].startswith("text/html"):
            waiting += re.findall(r'<a [^>]*href="([^"]+)"', answer.text)
    assert len(seen) > 20


def test_the_first_page_is_small(ask: Client) -> None:
    page = ask.get("/", headers={"accept-encoding": "identity"})
    files = re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text)
    size = len(page.content) + sum(len(ask.get(one).content) for one in files)
    assert size < 100_000
    assert len(ask.get("/static/ketenwacht.css").content) < 30_000
    assert len(gzip.compress(page.content)) < 10_000


def test_the_wall_stands_without_a_database(tmp_path: Path) -> None:
    with serving(tmp_path) as served, Client(base_url=served.url, timeout=30) as ask:
        ask.get("/")
        database = served.monitor[0].database
        assert served.loop
        asyncio.run_coroutine_threadsafe(database.close(), served.loop).result(20)
        served.do(lambda: served.board.complain("the database is gone"))
        wall = ask.get("/")
        assert wall.status_code == 200
        assert "metingen kunnen nu niet worden opgeslagen" in wall.text
        assert ask.get("/health/ready").status_code == 200


def test_an_empty_catalogue_a_young_history_and_a_broken_catalogue_are_told(
    tmp_path: Path,
) -> None:
    def empty() -> Board:
        return Board(Landscape(environments=(), interfaces=()))

    with serving(tmp_path, board=empty) as served, Client(base_url=served.url, timeout=30) as ask:
        assert "Nog geen koppelvlakken" in ask.get("/").text

        def young() -> None:
            served.board.replan(landscape())
            served.board.progress = Progress(
                NOON - timedelta(days=90), NOON - timedelta(days=45), NOON
            )
            served.board.catalogue_trouble = "/secret/path.yaml:3: wrong"
            served.board.touch()

        served.do(young)
        page = ask.get("/")
        assert "De geschiedenis wordt opgebouwd:" in page.text
        assert "50 %" in page.text
        assert "nog niets gemeten" in page.text
        assert "Gewijzigde catalogus niet van kracht:" in page.text
        assert "/secret/path" not in page.text
        assert "onbekend" in row(page, "presenteren-v8")
