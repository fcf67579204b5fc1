"""Reads the catalogue files, or says everything that is wrong with them at once."""

from collections.abc import Sequence
from functools import reduce
from importlib.resources import files
from pathlib import Path

from pydantic import ValidationError

from monitor.catalogue.catalogue import Bound, Catalogue
from monitor.catalogue.consistency import contradictions
from monitor.catalogue.models import Document
from monitor.catalogue.reading import open_page
from monitor.catalogue.wording import problems_of
from monitor.catalogue.written import (
    CatalogueError,
    Key,
    Place,
    Problem,
    Written,
    merged,
    plain,
    without_nulls,
)

__all__ = ["Bound", "Catalogue", "CatalogueError", "load", "named", "shipped"]

SHIPPED = ("dso_lv", "demo")


def shipped(name: str) -> Path:
    """The path of a catalogue that comes with Ketenwacht: "dso_lv" or "demo"."""
    if name not in SHIPPED:
        raise LookupError(f"no catalogue called {name!r} is shipped; there are {SHIPPED}")
    return Path(str(files("monitor.catalogue") / f"{name}.yaml"))


def named(path: Path) -> Path:
    """A shipped catalogue by its bare name, else the path itself: `dso_lv`, `./dso_lv`."""
    return shipped(str(path)) if str(path) in SHIPPED else path


def load(paths: Sequence[Path]) -> Catalogue:
    """Read catalogue files, later ones over earlier ones; CatalogueError holds all problems.

    A bare `dso_lv` or `demo` names a shipped one, so that an overlay can stand on it.
    """
    files_ = tuple(named(path) for path in paths)
    pages = [open_page(path) for path in files_]
    problems = [problem for page in pages for problem in page.problems]
    roots = [page.root for page in pages if page.root]
    if not files_:
        problems.append(Problem(Place("catalogue", 0), (), "no file is named; name at least one"))
    if len(roots) < len(pages) or not roots:
        raise CatalogueError(problems)  # what a missing file would have said is not guessed at
    written = without_nulls(reduce(merged, roots))
    document, found = _validated(written)
    told = {problem.key for problem in problems}
    problems += [problem for problem in found if problem.key not in told]
    if problems or document is None:
        raise CatalogueError(sorted(problems, key=lambda one: (one.file, one.line)))
    return Catalogue(document, written, files_)


def _validated(written: Written) -> tuple[Document | None, list[Problem]]:
    try:
        document = Document.model_validate(plain(written))
    except ValidationError as error:
        problems = list(problems_of(error, written))
        rest = _without(written, {problem.key[:4] for problem in problems})
        return None, problems + (_validated(rest)[1] if rest else [])
    problems = [
        Problem(written.nearest(key).place, key, message)
        for key, message in contradictions(document)
    ]
    return document, problems


def _without(written: Written, wrong: set[Key]) -> Written | None:
    """The catalogue without its wrong lines and interfaces, so that the rest is judged too."""
    if any(key[:1] != ("interfaces",) or len(key) < 2 for key in wrong):  # noqa: PLR2004
        return None
    for key in wrong:
        whole_line = len(key) == 4 and key[2] == "lines"  # noqa: PLR2004
        leaves_some = whole_line and _size(written.find(key[:3])) > 1
        written = _pruned(written, key if leaves_some else key[:2])
    return written


def _size(written: Written | None) -> int:
    return len(written.content) if written and isinstance(written.content, dict) else 0


def _pruned(written: Written, key: Key) -> Written:
    if not isinstance(written.content, dict) or key[0] not in written.content:
        return written
    entries = dict(written.content)
    name = str(key[0])
    if len(key) == 1:
        del entries[name]
    else:
        entries[name] = _pruned(entries[name], key[1:])
    return Written.mapping(entries, written.place)
