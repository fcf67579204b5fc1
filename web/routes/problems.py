"""What went wrong: RFC 9457 to a program, a page to a person."""

from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from monitor.storage.fault import StorageError
from web.context import reader_of
from web.live.stream import Crowded
from web.routes.answers import page
from web.routes.questions import name_faults
from web.security.headers import HEADERS
from web.views.problem import Fault, Invalid, Problem, fault, invalid

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER = {"retry-after": "10"}
"""Seconds: a database that is restarted is back sooner than that, as a rule."""

Headers = Mapping[str, str]
Tell = Callable[[Request, Problem, Headers | None], Response]

_CURES = {
    "extra_forbidden": "cannot be asked here; leave it out",
    "timezone_aware": "needs an offset, as in 2026-07-01T12:00:00Z",
    "missing": "is needed",
}


def as_problem(_request: Request, problem: Problem, headers: Headers | None) -> Response:
    text = problem.model_dump_json(by_alias=True, exclude_defaults=False)
    return Response(text, problem.status, headers, MEDIA_TYPE)


def as_page(request: Request, problem: Problem, headers: Headers | None) -> Response:
    if request.url.path.startswith("/api/"):  # no route there takes a line break, none at all
        return as_problem(request, problem, headers)
    reader = reader_of(request)
    answer = page(request, reader, "problem.html", status=problem.status, problem=problem)
    answer.headers.update(headers or {})
    return answer


def told(app: FastAPI, tell: Tell) -> None:
    """Answer every way of going wrong in one manner."""

    @app.exception_handler(RequestValidationError)
    async def misasked(request: Request, error: RequestValidationError) -> Response:
        landscape = request.state.monitor.board.landscape
        names = name_faults(request.query_params, landscape)
        return tell(request, invalid([*faults_of(error), *names]), None)

    @app.exception_handler(Invalid)
    async def not_known(request: Request, error: Invalid) -> Response:
        return tell(request, invalid(error.faults), None)

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> Response:
        return tell(request, _http_problem(error), error.headers)

    @app.exception_handler(StorageError)
    async def without_database(request: Request, _error: StorageError) -> Response:
        return tell(request, _NO_DATABASE, RETRY_AFTER)

    @app.exception_handler(Crowded)
    async def crowded(request: Request, _error: Crowded) -> Response:
        return tell(request, _CROWDED, RETRY_AFTER)

    @app.exception_handler(Exception)
    async def broken(request: Request, _error: Exception) -> Response:
        # This answer passes no middleware of ours: it is made outside all of them.
        return tell(request, _OURS, HEADERS)


def faults_of(error: RequestValidationError) -> Iterable[Fault]:
    for one in error.errors():
        named = [str(part) for part in one["loc"][1:]]
        name = named[0][:100] if named else "since"  # the only rule over several is on moments
        if one["type"] == "value_error":  # our own words, of several parts of the question
            yield fault(name, one["type"], f"{_sentence(str(one['ctx']['error']))}.")
            continue
        cure = _CURES.get(one["type"]) or f"is not right: {one['msg']}"
        yield fault(name, one["type"], f"{name} {cure}.")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _http_problem(error: HTTPException) -> Problem:
    status = HTTPStatus(error.status_code)
    if status is HTTPStatus.NOT_FOUND and error.detail == status.phrase:
        detail = "There is nothing at this address. Capitals count, and no slash stands at the end."
    else:
        detail = error.detail
    return Problem(title=status.phrase, status=status, detail=detail)


_NO_DATABASE = Problem(
    title="Service Unavailable",
    status=HTTPStatus.SERVICE_UNAVAILABLE,
    detail="The database does not answer just now. The wall still works; try this again soon.",
)
_CROWDED = Problem(
    title="Service Unavailable",
    status=HTTPStatus.SERVICE_UNAVAILABLE,
    detail="Too many pages are open at once; try again soon.",
)
_OURS = Problem(
    title="Internal Server Error",
    status=HTTPStatus.INTERNAL_SERVER_ERROR,
    detail="Something is wrong on our side; it has been logged.",
)
