"""A changed catalogue is noticed, a broken one is told of, and nothing else is news."""

import os
from pathlib import Path

from monitor.catalogue.catalogue import Catalogue
from monitor.catalogue.loader import CatalogueError
from monitor.catalogue.reload import Reloader
from tests.unit.catalogues import GOOD, spoiled, written


def test_an_unchanged_file_is_no_news(tmp_path: Path) -> None:
    (path,) = written(tmp_path, GOOD)
    reloader = Reloader([path])
    assert reloader.look() is None
    os.utime(path, (0, 0))
    assert reloader.look() is None


def test_a_changed_file_is_taken_once(tmp_path: Path) -> None:
    (path,) = written(tmp_path, GOOD)
    reloader = Reloader([path])
    path.write_text(spoiled("interval: 60s", "interval: 90s"))
    found = reloader.look()
    assert isinstance(found, Catalogue)
    assert found.landscape.policy.interval.total_seconds() == 90
    assert reloader.look() is None


def test_a_broken_file_is_told_once_and_the_fixed_one_is_taken(tmp_path: Path) -> None:
    (path,) = written(tmp_path, GOOD)
    reloader = Reloader([path])
    path.write_text(spoiled("interval: 60s", "interval: soon"))
    assert isinstance(reloader.look(), CatalogueError)
    assert reloader.look() is None
    path.write_text(GOOD)
    assert isinstance(reloader.look(), Catalogue)


def test_a_file_that_vanishes_is_trouble_until_it_is_back(tmp_path: Path) -> None:
    (path,) = written(tmp_path, GOOD)
    reloader = Reloader([path])
    path.unlink()
    assert isinstance(reloader.look(), CatalogueError)
    assert reloader.look() is None
    path.write_text(GOOD)
    assert isinstance(reloader.look(), Catalogue)


def test_any_of_several_files_is_looked_at(tmp_path: Path) -> None:
    paths = written(tmp_path, GOOD, "policy: {interval: 90s}\n")
    reloader = Reloader(paths)
    paths[1].write_text("policy: {interval: 2m}\n")
    found = reloader.look()
    assert isinstance(found, Catalogue)
    assert found.landscape.policy.interval.total_seconds() == 120


def test_a_poke_reads_the_file_changed_or_not(tmp_path: Path) -> None:
    reloader = Reloader(written(tmp_path, GOOD))
    reloader.poke()
    assert isinstance(reloader.look(), Catalogue)
    assert reloader.look() is None
