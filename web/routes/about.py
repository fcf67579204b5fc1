"""What a body is about: environments, interfaces and lines of the catalogue, or faults."""

from collections.abc import Iterable, Iterator

from monitor.domain.event import Reach
from monitor.domain.landscape import Landscape
from web.routes.questions import line_of
from web.views.problem import Fault, Invalid, body_fault


def reach_of(
    environments: Iterable[str],
    interfaces: Iterable[str],
    lines: Iterable[str],
    landscape: Landscape,
) -> Reach:
    """`Invalid` names everything that the catalogue does not know."""
    places, chosen, named = tuple(environments), tuple(interfaces), tuple(lines)
    found = {text: line_of(text) for text in named}
    known = {
        "environments": {one.id for one in landscape.environments},
        "interfaces": {one.id for one in landscape.interfaces},
        "lines": {text for text, line in found.items() if line in landscape.lines},
    }
    asked = {"environments": places, "interfaces": chosen, "lines": named}
    faults = [one for name in known for one in _strangers(name, asked[name], known[name])]
    if faults:
        raise Invalid(faults)
    return Reach(
        environments=tuple(dict.fromkeys(places)),
        interfaces=tuple(dict.fromkeys(chosen)),
        lines=tuple(line for line in found.values() if line),
    )


def _strangers(name: str, asked: Iterable[str], known: set[str]) -> Iterator[Fault]:
    for place, one in enumerate(asked):
        if one not in known:
            cure = "write presenteren/v8" if name == "lines" else "see the catalogue"
            yield body_fault(f"/{name}/{place}", "unknown", f"is not in the catalogue; {cure}.")
