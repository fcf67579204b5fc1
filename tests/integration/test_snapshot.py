"""The page in a file: whole or not there, ours or not shown."""

import os
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from monitor.desk.snapshot_place import snapshot_place
from monitor.domain.health import State
from monitor.domain.sighting import Readings
from monitor.storage.fault import StorageError, Unreachable, explained
from tests.e2e.releases import ORDER
from tests.e2e.street import NOON, board
from web.live.snapshot import REST, Keeper, Snapshot, read, write
from web.live.wall import Wall
from web.words.language import Language

PAGES = {Language.NL: "<p>hallo</p>", Language.EN: "<p>hello</p>"}
SNAPSHOT = Snapshot(NOON, PAGES)


def test_what_was_written_is_read(tmp_path: Path) -> None:
    file = tmp_path / "wall"
    write(file, SNAPSHOT)
    later = Snapshot(NOON + timedelta(seconds=1), PAGES)
    write(file, later)
    assert read(file) == later
    assert [one.name for one in tmp_path.iterdir()] == ["wall"]


@pytest.mark.parametrize(
    "content", [b"", b"{", b"null", b"[]", b'{"form": 2}', b'{"form": 1, "at": "x", "pages": 3}']
)
def test_what_is_no_snapshot_is_not_shown(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "wall"
    file.write_bytes(content)
    assert read(file) is None


def test_a_link_a_pipe_and_what_another_made_are_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, link, pipe = tmp_path / "wall", tmp_path / "link", tmp_path / "pipe"
    write(file, SNAPSHOT)
    link.symlink_to(file)
    os.mkfifo(pipe)
    assert read(link) is None
    assert read(pipe) is None
    assert read(tmp_path / "nothing") is None
    stranger = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: stranger)
    assert read(file) is None


async def test_a_changed_wall_is_kept_and_the_last_good_one_stays(tmp_path: Path) -> None:
    file, street, moment = tmp_path / "wall", board(), [NOON]
    told: list[datetime] = []
    keeper = Keeper(Wall(street, "x"), lambda: moment[0], file, told.append)
    await keeper.look()
    first = read(file)
    assert first is not None
    assert first.at == NOON
    assert "Omgevingsdocumenten presenteren" in first.pages[Language.NL]
    moment[0] += timedelta(seconds=3)
    await keeper.look()
    assert read(file) == first, "nothing changed"
    street.complain("The database is away.")
    await keeper.look()
    assert read(file) == first, "what says that nothing is recorded is not what was last"
    street.trouble = None
    street.touch()
    await keeper.look()
    assert read(file) == first, "that something was seen again can wait"
    moment[0] = NOON + REST
    await keeper.look()
    kept = read(file)
    assert kept is not None
    assert kept.at == moment[0]
    assert told == [NOON, kept.at]


async def test_news_is_kept_at_the_next_look(tmp_path: Path) -> None:
    file, street, moment = tmp_path / "wall", board(), [NOON]
    keeper = Keeper(Wall(street, "x"), lambda: moment[0], file, print)
    await keeper.look()
    target, standing = next(iter(street.standings.items()))
    for news in (
        replace(standing, state=State.DOWN),
        replace(standing, state=State.DOWN, readings=Readings()),
    ):
        moment[0] += timedelta(seconds=3)
        street.standings[target] = news
        street.touch(frozenset({target}))
        await keeper.look()
        kept = read(file)
        assert kept is not None
        assert kept.at == moment[0]
    moment[0] += timedelta(seconds=3)
    street.apply([], [], moment[0], findings=[ORDER])
    await keeper.look()
    kept = read(file)
    assert kept is not None
    assert kept.at == moment[0]


async def test_a_place_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    street = board()
    folder = tmp_path / "later"
    keeper = Keeper(Wall(street, "x"), lambda: NOON, folder / "wall", print)
    await keeper.look()
    folder.mkdir()
    await keeper.look()
    assert read(folder / "wall") is not None


def test_each_database_has_a_place_of_its_own(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    assert snapshot_place(None, url) == tmp_path / "a.db.snapshot"
    assert snapshot_place(tmp_path / "x", url) == tmp_path / "x"
    urls = [f"postgresql://me:secret@{where}" for where in ("a/x", "a/y", "b/x", "a:6432/x")]
    places = {snapshot_place(None, one) for one in urls}
    assert len(places) == 4
    assert not any("secret" in str(one) for one in places)


def test_only_a_server_that_is_away_may_come_back() -> None:
    assert isinstance(explained(ConnectionRefusedError(111, "refused"), "x"), Unreachable)
    assert isinstance(explained(TimeoutError(), "x"), Unreachable)

    class WrongPassword(Exception):  # noqa: N818
        sqlstate = "28P01"

    class Starting(Exception):  # noqa: N818
        sqlstate = "57P03"

    assert type(explained(WrongPassword(), "x")) is StorageError
    assert isinstance(explained(Starting(), "x"), Unreachable)
