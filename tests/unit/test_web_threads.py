"""Pages come from memory: none of them waits for a thread."""

from collections.abc import Iterable, Iterator
from inspect import isclass, iscoroutinefunction

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from web.app import create_app


def below(routes: Iterable[object]) -> Iterator[APIRoute]:
    """Every route, also of routers that were taken in and of applications beneath."""
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        for name in ("original_router", "app"):
            yield from below(getattr(getattr(route, name, None), "routes", ()))


def needed(by: Dependant) -> Iterator[Dependant]:
    yield by
    for one in by.dependencies:
        yield from needed(one)


def test_nothing_that_answers_is_given_a_thread() -> None:
    routes = list(below(create_app().routes))
    assert {"/", "/health/live", "/interfaces/{interface}", "/observations"} <= {
        route.path for route in routes
    }
    plain = {
        (route.path, str(one.call))
        for route in routes
        for one in needed(route.dependant)
        if not isclass(one.call) and not iscoroutinefunction(one.call)
    }
    assert plain == set()
