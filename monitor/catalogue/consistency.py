"""What only shows when the parts of a catalogue are held side by side."""

from collections.abc import Iterator, Sequence

from monitor.catalogue.models import LAST_DAYS, Document, Interface, Line, Target
from monitor.catalogue.places import misplaced
from monitor.catalogue.words_near import suggestion
from monitor.catalogue.written import Contradiction, Key
from monitor.domain.landscape import REFERENCE


def contradictions(document: Document) -> Iterator[Contradiction]:
    """Every place where two parts of the catalogue contradict each other, with a sentence."""
    yield from _environments(document)
    for id_, interface in document.interfaces.items():
        if id_ == REFERENCE.interface:
            yield ("interfaces", id_), "this name is taken by the reference targets; choose another"
        for name, line in interface.lines.items():
            key: Key = ("interfaces", id_, "lines", name)
            yield from _strangers(document, line, key)
            yield from _order(document, line, key)
            yield from _targets(interface, line, key)
    yield from misplaced(document)


def _environments(document: Document) -> Iterator[Contradiction]:
    for name in document.environments:
        if name in LAST_DAYS:
            yield ("environments", name), f"{name} means a last day in a life cycle; rename it"
    for index, pair in enumerate(document.must_precede):
        for place, name in enumerate(pair):
            if name not in document.environments:
                yield ("must_precede", index, place), _undeclared(document, name)
        if pair[0] == pair[1]:
            yield ("must_precede", index), f"{pair[0]} cannot precede itself; name two environments"
        elif pair[0] in _after(pair[1], document.must_precede[:index]):
            message = f"{pair[1]} precedes {pair[0]} already; an order goes one way"
            yield ("must_precede", index), message


def _after(first: str, pairs: Sequence[tuple[str, str]]) -> set[str]:
    """Every environment that comes after the first one, over others too."""
    found = {first}
    for _ in pairs:
        found |= {later for earlier, later in pairs if earlier in found}
    return found - {first}


def _undeclared(document: Document, name: str, *also: str) -> str:
    hint = suggestion(name, [*document.environments, *also])
    return f"no environment is called {name!r}; {hint}"


def _strangers(document: Document, line: Line, key: Key) -> Iterator[Contradiction]:
    for name in line.life_cycle.first_days:
        if name not in document.environments:
            yield (*key, "life_cycle", name), _undeclared(document, name, *LAST_DAYS)
        elif _is_away(line, name):
            yield (*key, "life_cycle", name), _away(name)
    for name in line.targets:
        if name not in document.environments:
            yield (*key, "targets", name), _undeclared(document, name)
        elif _is_away(line, name):
            yield (*key, "targets", name), _away(name)
    for index, name in enumerate(line.environments or ()):
        if name not in document.environments:
            yield (*key, "environments", index), _undeclared(document, name)


def _is_away(line: Line, environment: str) -> bool:
    return line.environments is not None and environment not in line.environments


def _away(environment: str) -> str:
    return f"this line does not live in {environment!r}; add that to its environments"


def _order(document: Document, line: Line, key: Key) -> Iterator[Contradiction]:
    days = line.life_cycle.first_days
    for earlier, later in document.must_precede:
        if earlier in days and later in days and days[later] < days[earlier]:
            message = f"{days[later]} lies before {days[earlier]}, when {earlier} must precede it"
            yield (*key, "life_cycle", later), message


def _targets(interface: Interface, line: Line, key: Key) -> Iterator[Contradiction]:
    for environment, target in line.targets.items():
        asking = _asking(interface, line, target)
        if asking and target.base_url is None:
            message = f"has no base_url, and the check {asking!r} asks one; write it"
            yield (*key, "targets", environment), message


def _asking(interface: Interface, line: Line, target: Target) -> str | None:
    checks = interface.checks_of(line, target)
    return next((check.called for check in checks if check.asked), None)
