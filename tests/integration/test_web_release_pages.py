"""The pages on differences, rollouts and life cycles: they say what their JSON says."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest
from httpx2 import Client, Response
from icalendar import Calendar

from checks.outcome import Contract, Outcome, OutcomeClass, Reading, ReadingKind
from monitor.board import Board
from monitor.domain.landscape import TargetId
from monitor.domain.observation import Observation
from monitor.recorder import Recorder
from monitor.storage.engine import Database
from tests.e2e.releases import (
    DAY,
    HOSTILE,
    OPEN,
    ORDER,
    PRESENTEREN,
    RESOLVED,
    ROLLING,
    UNDER_WAY,
    after_rollouts,
)
from tests.e2e.serving import Served, serving
from tests.e2e.street import NOON


async def history(database: Database, board: Board) -> None:
    """Presenteren v8 was 8.5.2 everywhere, then 8.6.0 came to LTO; PROD stayed behind."""
    recorder = Recorder(database, lambda: board.landscape)
    probes = [
        one
        for one in board.landscape.probes.values()
        if one.id.target.line == PRESENTEREN and one.reads_version
    ]
    for hours in range(96, 0, -1):
        at = NOON - hours * DAY / 24
        await recorder.record(
            [Observation(one.id, at, at, _answer(one.id.target, hours)) for one in probes]
        )
    await after_rollouts(database, board)


NO_END = ("noEndPromised", "er is geen einde beloofd")
SUNSET = "Mon, 01 Jun 2026 21:59:59 GMT"


def _answer(target: TargetId, hours: int) -> Outcome:
    version = "8.6.0" if target.environment == "lto" and hours < 49 else "8.5.2"
    return Outcome(
        outcome_class=OutcomeClass.OK,
        status=200,
        reading=Reading(ReadingKind.SERVED, version, "f" * 16),
        contract=Contract("f" * 16, "{}"),
        evidence={"sunset": SUNSET, "deprecation": "true"} if target.environment == "lto" else {},
    )


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("web"), prepare=history) as served:
        yield served


@pytest.fixture
def ask(street: Served) -> Iterator[Client]:
    with Client(base_url=street.url, timeout=30) as client:
        yield client


def words(page: Response | str) -> str:
    """What can be read of a page, in one line."""
    text = page if isinstance(page, str) else page.text
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def cut(page: Response, opening: str, closing: str) -> str:
    found = re.search(f"{opening}.*?{closing}", page.text, re.DOTALL)
    assert found, opening
    return words(found[0])


def test_the_wall_concludes_in_words_what_the_rules_found(ask: Client) -> None:
    page = ask.get("/")

    def last(line: str) -> str:
        row = re.search(rf'id="line-{re.escape(line)}".*?</tr>', page.text, re.DOTALL)
        assert row
        return words(row[0].rpartition("<td")[2].partition(">")[2])

    assert last("presenteren-v8") == "uitrol, dag 3 van 5 ondersteund tot en met 31 dec 2027"
    assert last("swf-v5") == "PROD kreeg 5.2.0 vóór LTO"
    assert last("presenteren-v9") == "alleen LTO, zoals bedoeld"
    assert last("stam-5") == "niet overal te zien"  # it is down on PROD
    assert last("opvragen-werkzaamheden-v1") == "gelijk"
    assert last("downloaden-v1") == "ontbreekt op PRE"
    assert last("uitvoeren-services-v3") == "contract op PROD stil gewijzigd"
    assert f'href="/drift#{ORDER.id}"' in page.text


def test_the_wall_and_the_status_conclude_the_same(ask: Client) -> None:
    status = ask.get("/api/v1/status").json()
    lines = {line["id"]: line for one in status["interfaces"] for line in one["lines"]}
    swf = lines["swf/v5"]
    assert swf["comparison"]["finding"] == "order-broken"
    assert [one["id"] for one in swf["findings"]] == [ORDER.id]
    presenteren = lines["presenteren/v8"]["comparison"]
    assert (presenteren["day"], presenteren["days"]) == (3, 5)
    assert lines["opvragen-werkzaamheden/v1"]["comparison"]["kind"] == "same"


def test_page_and_api_tell_the_same_findings(ask: Client) -> None:
    page = ask.get("/drift")
    told = ask.get("/api/v1/findings?state=open&limit=500").json()["items"]
    shown = re.findall(r'<article class="card finding [^"]*" id="([^"]+)"', page.text)
    assert sorted(shown) == sorted(one["id"] for one in told)
    assert {one.id for one in OPEN} <= set(shown)
    assert shown[0] == ORDER.id or "~missing~" in shown[0]  # the gravest come first


def test_the_days_of_all_lines_are_a_calendar_too(ask: Client) -> None:
    feed = ask.get("/feeds/life-cycles.ics")
    assert feed.headers["content-type"].startswith("text/calendar")
    days = {str(one["uid"]): one for one in Calendar.from_ical(feed.text).walk("VEVENT")}
    told = ask.get("/api/v1/life-cycles").json()["items"]
    many = [one for line in told for one in line["firstDays"]]
    ends = [one for line in told for one in (line["supportedUntil"], line["runOutUntil"]) if one]
    assert len(days) == len(many) + len(ends) > 0
    assert any(
        str(one["summary"]).endswith("laatste dag van ondersteuning") for one in days.values()
    )
    api = ask.get("/api/v1/life-cycles", headers={"accept": "text/calendar"})
    assert api.headers["etag"] == feed.headers["etag"]
    again = ask.get("/feeds/life-cycles.ics", headers={"if-none-match": feed.headers["etag"]})
    assert again.status_code == 304
    assert ask.get("/api/v1/life-cycles", headers={"accept": "*/*"}).json()["items"] == told


def test_what_answers_say_of_the_end_is_beside_what_is_promised(ask: Client) -> None:
    items = {one["line"]: one for one in ask.get("/api/v1/life-cycles").json()["items"]}
    told = {one["name"]: one for one in items["presenteren/v8"]["signals"]}
    assert told["sunset"]["text"] == SUNSET
    assert told["sunset"]["environments"] == ["lto"]
    promised = items["presenteren/v8"]["runOutUntil"] or items["presenteren/v8"]["supportedUntil"]
    expected = ("endsSooner", "eerder dan beloofd") if promised else NO_END
    assert told["sunset"]["disagreement"] == expected[0]
    page = words(ask.get("/roadmap"))
    assert f"sunset: {SUNSET}" in page
    assert expected[1] in page
    assert not any(items[line]["signals"] for line in items.keys() - {"presenteren/v8"})


def test_a_finding_tells_step_by_step_how_it_came_and_went(ask: Client) -> None:
    (lag,) = ask.get("/api/v1/findings?line=presenteren/v8&kind=lag&limit=1").json()["items"]
    for id_ in (lag["id"], RESOLVED.id):
        page = ask.get(f"/drift/{quote(id_)}")
        assert page.status_code == 200
        told = ask.get(f"/api/v1/findings/{quote(id_)}").json()["history"]
        assert told[0]["step"] == "opened"
        assert page.text.count('<th scope="row">') >= len(told)
        assert "Stap voor stap" in words(page)
    assert "Step by step" in words(ask.get(f"/drift/{quote(RESOLVED.id)}?lang=en"))
    assert f'href="/drift/{quote(ORDER.id)}"' in ask.get("/drift").text
    assert ask.get("/drift/nothing~of~this~name").status_code == 404


def test_a_finding_tells_in_sentences_what_it_rests_on(ask: Client) -> None:
    said = cut(ask.get("/drift"), f'id="{re.escape(ORDER.id)}"', "</article>")
    assert "PROD had 5.2.0 uiterlijk 28 sep 2026 14:00." in said
    assert "LTO had haar om 28 sep 2026 14:00 nog niet." in said
    assert "Op LTO draaide 5.1.0." in said
    rolling = cut(ask.get("/drift"), f'id="{re.escape(ROLLING.id)}"', "</article>")
    assert "8.6.0 staat op LTO en PRE" in rolling
    assert "PROD heeft tot 3 okt 2026 13:00 om te volgen." in rolling
    english = cut(ask.get("/drift?lang=en"), f'id="{re.escape(ROLLING.id)}"', "</article>")
    assert "PROD has until 3 Oct 2026 13:00 to follow." in english


@pytest.mark.parametrize(
    ("asked", "kinds"),
    [
        ("kind=order-broken", {"order-broken"}),
        ("line=rtrgegevens/v2", {"mixed"}),
        ("environment=pre&kind=missing", {"missing"}),
        ("kind=missing&environment=lto", set()),
    ],
)
def test_filters_are_addresses(ask: Client, asked: str, kinds: set[str]) -> None:
    page = ask.get(f"/drift?{asked}&at=")
    ids = re.findall(r'<article class="card finding [^"]*" id="([^"]+)"', page.text)
    assert {one.split("~")[2] for one in ids} == kinds
    if not kinds:
        assert "Binnen deze keuze is er geen verschil." in page.text


def test_the_matrix_of_a_past_moment_is_what_was_there_then(ask: Client) -> None:
    def told(at: str) -> dict[str, str]:
        items = ask.get("/api/v1/matrix", params={"at": at}).json()["items"]
        row = next(one for one in items if one["line"] == "presenteren/v8")
        return {cell["environment"]: cell["version"] for cell in row["cells"]}

    before, after = "2026-09-27T12:00:00Z", "2026-09-30T00:00:00Z"
    assert told(before)["lto"] == "8.5.2"
    assert told(after)["lto"] == "8.6.0"
    page = ask.get("/drift", params={"at": "2026-09-27T14:00"})  # on the clock of Amsterdam
    assert "Zoals het was op 27 sep 2026 14:00:00 +02:00." in words(page)
    row = cut(page, '<a href="/interfaces/presenteren#v8">', "</tr>")
    assert row.count("8.5.2") == 3
    assert "8.6.0" not in row


def test_what_was_open_at_a_moment_is_shown_as_of_it(ask: Client) -> None:
    at = quote("2026-09-11T12:00:00+00:00")
    page = ask.get(f"/drift?at={at}")
    assert f'id="{RESOLVED.id}"' in page.text
    assert f'id="{ORDER.id}"' not in page.text
    assert "Opgelost: de omgevingen zijn weer gelijk." in page.text


@pytest.mark.parametrize("at", ["2026-10-01T00:00", "nonsense", "1999-01-01T00:00", "2026-13-01"])
def test_a_moment_that_cannot_be_asked_is_told(ask: Client, at: str) -> None:
    page = ask.get("/drift", params={"at": at})
    assert page.status_code == 400
    assert "Deze vraag klopt niet" in page.text


def test_page_and_api_tell_the_same_rollouts(ask: Client) -> None:
    page = ask.get("/rollouts")
    told = ask.get("/api/v1/rollouts").json()["items"]
    assert len(told) >= 2
    for one in told:
        assert f'href="/rollouts/{quote(one["id"])}"' in page.text
    row = cut(page, f'href="/rollouts/{quote(UNDER_WAY.id)}"', "</tr>")
    assert "bewezen 28 sep" in row
    assert "aangekomen 28 sep" in row
    assert "verwacht 2 okt" in row
    assert "aangekondigd" in row
    assert UNDER_WAY.id in ask.get("/rollouts?state=open").text
    assert "stam~5" not in ask.get("/rollouts?state=open").text


def test_a_rollout_tells_its_way(ask: Client) -> None:
    page = words(ask.get(f"/rollouts/{UNDER_WAY.id}"))
    assert "tussen 28 sep 2026 12:00 en 13:00" in page
    assert "aangekondigd voor 2 okt 2026 14:00" in page
    assert "wordt bij deze uitrol gewist" in page
    detail = ask.get(f"/api/v1/rollouts/{UNDER_WAY.id}").json()
    for stage in detail["stages"]:
        assert stage["environment"].upper() in page
    assert len(detail["findings"]) == ask.get(f"/rollouts/{UNDER_WAY.id}").text.count(
        "<article class="
    )


def test_texts_from_outside_are_text_and_no_link(ask: Client) -> None:
    for path in ("/drift", "/rollouts", f"/rollouts/{UNDER_WAY.id}", "/"):
        page = ask.get(path).text
        assert HOSTILE not in page
        assert 'href="javascript:' not in page
    assert "javascript:alert(1)" in ask.get(f"/rollouts/{UNDER_WAY.id}").text


def test_the_roadmap_draws_every_line_and_tells_its_days(ask: Client) -> None:
    page = ask.get("/roadmap")
    told = ask.get("/api/v1/life-cycles").json()
    drawing = re.search(r"<svg class=\"roadmap\".*?</svg>", page.text, re.DOTALL)
    assert drawing
    assert drawing[0].count('class="name"') == len(told["items"])
    table = words(page)
    for one in told["items"]:
        assert one["title"] in table
    stam = next(one for one in told["items"] if one["line"] == "stam/4")
    assert stam["daysLeft"] == 1
    assert "1 dag STAM 4 ondersteund tot en met 1 okt 2026" in table


def test_open_findings_stand_on_the_page_of_their_interface(ask: Client) -> None:
    page = ask.get("/interfaces/swf")
    assert f'id="{ORDER.id}"' in page.text
    assert "PROD had 5.2.0 uiterlijk" in words(page)
    assert "alleen LTO, zoals bedoeld" in words(ask.get("/interfaces/presenteren"))


def test_no_new_page_holds_an_inline_style_or_script(ask: Client) -> None:
    for path in ("/drift", "/rollouts", f"/rollouts/{UNDER_WAY.id}", "/roadmap"):
        page = ask.get(path)
        assert page.status_code == 200
        assert not re.search(r"<style|\sstyle=|<script|\son\w+=", page.text)
        assert len(page.content) < 200_000


@pytest.mark.parametrize("path", ["/rollouts/nobody~v1~1.0", "/rollouts/%00", "/drift/", "/gates"])
def test_what_is_not_there_is_told_to_a_person(ask: Client, path: str) -> None:
    page = ask.get(path)
    assert page.status_code == 404
    assert "Deze pagina bestaat niet" in page.text


def test_before_anything_is_found_the_pages_say_so(tmp_path: Path) -> None:
    with serving(tmp_path) as served, Client(base_url=served.url, timeout=30) as ask:
        drift = ask.get("/drift")
        assert "Er is geen verschil: op alle omgevingen draait wat is beloofd." in drift.text
        assert "Er is nog niets gevonden." in drift.text
        assert "Er is niets aangekondigd" in ask.get("/rollouts").text
        assert "Geen uitrol past bij deze keuze." in ask.get("/rollouts?line=stam/5").text
