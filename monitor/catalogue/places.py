"""Whether the locations that checks name exist, and enough of them for their quorums."""

from collections import Counter
from collections.abc import Iterator, Sequence

from checks.check import Check
from monitor.catalogue.models import Document, NarrowPolicy
from monitor.catalogue.policies import base_policy, narrowed, places_of
from monitor.catalogue.words_near import suggestion
from monitor.catalogue.written import Contradiction, Key
from monitor.domain.landscape import Policy
from monitor.domain.names import AT


def misplaced(document: Document) -> Iterator[Contradiction]:
    """Every location that is not declared, and every quorum that can never be reached."""
    base = base_policy(document.policy)
    yield from _of_policy(document, document.policy, ("policy",))
    for id_, interface in document.interfaces.items():
        key: Key = ("interfaces", id_)
        policy = narrowed(base, interface.policy)
        yield from _of_policy(document, interface.policy, (*key, "policy"))
        yield from _of_checks(document, interface.checks, key)
        for name, line in interface.lines.items():
            at_line: Key = (*key, "lines", name)
            yield from _of_policy(document, line.policy, (*at_line, "policy"))
            yield from _of_checks(document, line.checks or (), at_line)
            narrow = narrowed(policy, line.policy)
            for environment, target in line.targets.items():
                at_target: Key = (*at_line, "targets", environment)
                yield from _of_checks(document, target.checks or (), at_target)
                checks = interface.checks_of(line, target)
                yield from _unreachable(checks, narrow, at_target)


def _of_policy(document: Document, policy: NarrowPolicy, key: Key) -> Iterator[Contradiction]:
    yield from _strangers(document, policy.locations or (), (*key, "locations"))


def _of_checks(document: Document, checks: Sequence[Check], key: Key) -> Iterator[Contradiction]:
    for index, check in enumerate(checks):
        here: Key = (*key, "checks", index)
        if AT in check.called:
            yield (*here, "name"), f"holds {AT}, which joins a check and a location; leave it out"
        if not check.asked and (check.locations or check.quorum):
            yield here, "is reported to us, not asked; leave out its locations and its quorum"
        yield from _strangers(document, check.locations or (), (*here, "locations"))


def _strangers(document: Document, names: Sequence[str], key: Key) -> Iterator[Contradiction]:
    for index, name in enumerate(names):
        if name not in document.locations:
            hint = suggestion(name, list(document.locations))
            yield (*key, index), f"no location is called {name!r}; {hint}"
    for name, count in Counter(names).items():
        if count > 1:
            yield key, f"names {name!r} twice; keep one"


def _unreachable(checks: Sequence[Check], policy: Policy, key: Key) -> Iterator[Contradiction]:
    for check in checks:
        locations, quorum = places_of(check, policy)
        if locations and quorum > len(locations):
            asked = f"its check {check.called!r} is asked from {len(locations)} of them"
            yield key, f"the quorum of locations is {quorum}, and {asked}; lower it, or name more"
