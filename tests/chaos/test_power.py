"""Power cuts on an SQLite file: what was acknowledged is on the disk."""

import os
import random
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from monitor.storage.moment import micros
from tests.building import MINUTE, NOON
from tests.chaos.disk import Disk, Step, traced
from tests.chaos.invariants import broken
from tests.chaos.running import ROUNDS
from tests.chaos.writer import CHECKS

COMMITS = 40
CUTS = 50 * ROUNDS
NAME = "ketenwacht.db"


@dataclass
class Cut:
    """A moment at which the power went: what was acknowledged before, and what the disk held."""

    acknowledged: int
    disk: Disk


def cuts(folder: Path, synchronous: str, chance: random.Random) -> Iterator[Cut]:
    """Moments at random in the life of a writer, never before its first commit."""
    url = f"sqlite:///{folder / NAME}"
    steps = traced(folder, "-m", "tests.chaos.writer", url, str(COMMITS), synchronous)
    if steps is None:
        pytest.skip("strace is not here, or may not be used: no power cuts were tried")
    steps = [one for one in map(named, steps) if one]
    first = next(n for n, step in enumerate(steps) if step.file == os.devnull)
    moments = Counter(chance.randint(first, len(steps) - 1) for _ in range(CUTS))
    cut = Cut(0, Disk())
    for number, step in enumerate(steps):
        if step.file == os.devnull:
            cut.acknowledged += 1
        else:
            cut.disk.take(step)
        for _ in range(moments[number]):
            yield cut
    assert cut.acknowledged == COMMITS


def named(step: Step) -> Step | None:
    """Without its folder; None: not of our database. The `-shm` is memory, made anew."""
    if step.file == os.devnull:
        return step
    name = Path(step.file).name
    return replace(step, file=name) if name in (NAME, f"{NAME}-wal") else None


def lost(folder: Path, cut: Cut) -> int:
    """How many acknowledged commits are gone, or gone in part; the file must be whole."""
    with closing(sqlite3.connect(folder / NAME)) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        rows = Counter(slot for (slot,) in database.execute("SELECT slot FROM observation"))
    assert {*rows.values()} <= {len(CHECKS)}, "a commit is there as a whole or not at all"
    return sum(micros(NOON + n * MINUTE) not in rows for n in range(cut.acknowledged))


def emptied(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


async def test_no_power_cut_takes_what_was_acknowledged(tmp_path: Path) -> None:
    chance = random.Random(ROUNDS)
    for number, cut in enumerate(cuts(tmp_path, "FULL", chance)):
        found = emptied(tmp_path / "cut")
        cut.disk.after_a_cut(found, chance)
        assert lost(found, cut) == 0
        if number % 10 == 0:
            assert await broken(f"sqlite:///{found / NAME}") == []


def test_the_cut_shows_what_a_lazier_setting_would_lose(tmp_path: Path) -> None:
    chance = random.Random(ROUNDS)
    losses = 0
    for cut in cuts(tmp_path, "NORMAL", chance):
        found = emptied(tmp_path / "cut")
        cut.disk.after_a_cut(found, chance)
        losses += lost(found, cut) > 0
    assert losses > CUTS // 4
