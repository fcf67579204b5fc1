"""The stream of changes, over a real socket."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from httpx2 import Client, Response

from monitor.domain.health import State
from monitor.domain.landscape import LineId, TargetId
from tests.e2e.serving import Served, serving
from tests.e2e.street import NOON, standing
from web.live import stream
from web.words.language import Language

STAM = TargetId(LineId("stam", "5"), "prod")


@pytest.fixture
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("web")) as served:
        yield served


@pytest.fixture
def ask(street: Served) -> Iterator[Client]:
    with Client(base_url=street.url, timeout=30) as client:
        yield client


def mark(ask: Client) -> str:
    page = ask.get("/").text
    return page.partition('data-live="/live?after=')[2].partition('"')[0]


def events(response: Response) -> Iterator[dict[str, str]]:
    event: dict[str, str] = {}
    for line in response.iter_lines():
        if line:
            name, _, value = line.partition(": ")
            event[name] = value
        elif event:
            yield event
            event = {}


def wall_events(response: Response) -> Iterator[dict[str, str]]:
    return (event for event in events(response) if "event" in event)


def test_a_change_arrives_as_the_row_that_changed(street: Served, ask: Client) -> None:
    with ask.stream("GET", f"/live?after={mark(ask)}") as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        told = wall_events(response)
        assert json.loads(next(told)["data"])["rows"] == {}
        street.do(lambda: street.board.apply([standing(STAM, state=State.UP)], [], NOON))
        event = next(told)
    said = json.loads(event["data"])
    assert event["event"] == "wall"
    assert list(said["rows"]) == ["line-stam-5"]
    assert "storing" not in said["rows"]["line-stam-5"]
    assert "koppelvlakversies" in said["headline"]


def test_rows_come_in_the_language_of_the_reader(street: Served, ask: Client) -> None:
    at = mark(ask)
    street.do(lambda: street.board.apply([standing(STAM)], [], NOON))
    with ask.stream("GET", f"/live?after={at}&lang=en") as response:
        said = json.loads(next(wall_events(response))["data"])
    assert "outage" in said["rows"]["line-stam-5"]


def test_who_was_away_hears_what_was_missed(street: Served, ask: Client) -> None:
    at = mark(ask)
    street.do(lambda: street.board.apply([standing(STAM, state=State.UP)], [], NOON))
    with ask.stream("GET", "/live", headers={"last-event-id": at}) as response:
        event = next(wall_events(response))
    assert list(json.loads(event["data"])["rows"]) == ["line-stam-5"]
    assert event["id"] != at


@pytest.mark.parametrize("at", ["", "nonsense", "other-1", "-", "other-99999999999999999999"])
def test_who_comes_from_elsewhere_loads_the_page_again(ask: Client, at: str) -> None:
    with ask.stream("GET", "/live", params={"after": at}) as response:
        assert next(wall_events(response))["event"] == "reload"


def test_who_was_away_too_long_loads_the_page_again(street: Served, ask: Client) -> None:
    at = mark(ask)

    def much() -> None:
        for _ in range(1_100):
            street.board.touch()

    street.do(much)
    with ask.stream("GET", f"/live?after={at}") as response:
        assert next(wall_events(response))["event"] == "reload"


def test_a_new_catalogue_makes_pages_load_again(street: Served, ask: Client) -> None:
    with ask.stream("GET", f"/live?after={mark(ask)}") as response:
        told = wall_events(response)
        next(told)
        less = street.board.landscape
        fewer = type(less)(environments=less.environments, interfaces=less.interfaces[:2])
        street.do(lambda: street.board.replan(fewer))
        assert next(told)["event"] == "reload"


def test_there_is_room_for_so_many_and_no_more(
    street: Served, ask: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "MOST_CLIENTS", 1)
    at = mark(ask)
    with ask.stream("GET", f"/live?after={at}") as response:
        told = wall_events(response)
        next(told)
        refused = ask.get("/live")
        del told  # it held the stream open
        assert refused.status_code == 503
        assert refused.headers["retry-after"]


def test_silence_is_broken_by_a_heartbeat(
    street: Served, ask: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT", 0.05)
    with ask.stream("GET", f"/live?after={mark(ask)}") as response:
        assert any(line.startswith(":") for line in response.iter_lines())


def test_a_reader_who_falls_behind_loads_the_page_again() -> None:
    client = stream._Client(Language.NL)
    for number in range(stream.QUEUE + 1):
        client.tell(f"message {number}")
    assert client.waiting.get_nowait() == stream.RELOAD
    assert client.waiting.empty()


def test_time_alone_is_told_too(street: Served, ask: Client) -> None:
    with ask.stream("GET", f"/live?after={mark(ask)}") as response:
        told = wall_events(response)
        next(told)
        street.at(NOON + timedelta(minutes=1))
        street.do(street.board.touch)
        rows = json.loads(next(told)["data"])["rows"]
    assert "13 min" in rows["line-stam-5"]
