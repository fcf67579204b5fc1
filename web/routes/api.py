"""The JSON twins, under /api/v1, by the NL API Design Rules 2.2.0."""

from collections.abc import Mapping
from typing import Any

from fastapi import Depends, FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor.bootstrap import Monitor
from web.routes import (
    announcing,
    deliveries,
    drift,
    events,
    freezes,
    gates,
    history,
    incidents,
    interfaces,
    maintenance,
    matrix,
    reports,
    status,
    subscriptions,
)
from web.routes.asked import ASKED
from web.routes.problems import MEDIA_TYPE, as_problem, told
from web.routes.subscription_asked import SUBSCRIPTION_ASKED
from web.security.permits import PERMITS, Holder, permitted
from web.views.contact import contact
from web.views.problem import Problem

ROOMS = (
    status,
    interfaces,
    history,
    reports,
    drift,
    matrix,
    announcing,
    gates,
    freezes,
    incidents,
    maintenance,
    events,
    subscriptions,
    deliveries,
)
API_VERSION = "1.0.0"
PREFIX = "/api/v1"
ANYONE = {"access-control-allow-origin": "*"}
"""The document may be read by any page: that is what documentation is for."""

_DESCRIPTION = (
    "Which version of every DSO-LV interface runs in which environment, since when, and how "
    "it is. The pages of this site are drawn from the very same answers."
)
_VERSION_HEADER = {
    "API-Version": {
        "description": "The full version of this API",
        "schema": {"type": "string", "examples": [API_VERSION]},
    }
}
_SAID = {
    "400": "The question is not right; `errors` names everything that is wrong with it",
    "404": "There is nothing by this name",
    "503": "The history cannot be read just now",
}
_SAID_OF_WRITING = {
    "401": "There is no token, or not a valid one",
    "403": "The token is not for this",
    "413": "The body is too large",
    "415": "The body is not JSON in UTF-8",
}
_IN_CONFLICT = {
    "changeIncident": "The rules opened it, or it is resolved",
    "updateIncident": "It is resolved, or the rules alone say when it is over",
    "announceRollout": "This key was used before with another body",
    "redeliver": "Its subscription left or is paused",
    "reportObservation": "Something else was reported of this moment before",
    "changeSubscription": "The subscription has ended",
    "rotateSecret": "There is no secret: it is no webhook, or it has ended",
    "sendTestEvent": "The subscription is not active",
}
_SAID_BY_NAME = {
    "subscribe": {"429": "Too much was asked; `Retry-After` says when it may be asked again"},
    "sendTestEvent": {"429": "Too much was asked; `Retry-After` says when it may be asked again"},
    "confirmSubscription": {"410": "The code is not whole, used already, or too old"},
}
_TOKEN = {
    "type": "http",
    "scheme": "bearer",
    "description": "As `ketenwacht token create` gives it out, once",
}
_OWN_TOKEN = {
    "type": "http",
    "scheme": "bearer",
    "description": "Of one subscription: what its links carry, and a new webhook is told once",
}
_REF = "#/components/schemas/{model}"
_PROBLEM = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}


class ApiVersion:
    """Pure ASGI: every answer says which version gave it, and by what it differs."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def versioned(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["api-version"] = API_VERSION
                headers.setdefault("cache-control", "no-cache")
                headers.add_vary_header("Accept-Language")
                headers.add_vary_header("Cookie")
            await send(message)

        await self._app(scope, receive, versioned)


def create_api() -> FastAPI:
    api = FastAPI(
        title="Ketenwacht",
        version=API_VERSION,
        openapi_url=None,  # served below, with the contact of who runs us
        redirect_slashes=False,
        middleware=[Middleware(ApiVersion)],
        dependencies=[Depends(permitted)],
    )
    told(api, as_problem)
    for room in ROOMS:
        api.include_router(room.router)

    @api.get("/openapi.json", operation_id="getDocument", include_in_schema=False)
    async def document(request: Request) -> JSONResponse:
        return JSONResponse(documented(api, request.state.monitor), headers=ANYONE)

    return api


def documented(api: FastAPI, monitor: Monitor) -> dict[str, Any]:
    """The document of this installation."""
    base = (monitor.public_base_url or "").rstrip("/")
    return openapi(api, base, contact(base or monitor.settings.address, monitor.settings.contact))


def openapi(api: FastAPI, base: str, whom: Mapping[str, str]) -> dict[str, Any]:
    """The document as the NL API Design Rules want it."""
    made = get_openapi(
        title="Ketenwacht",
        version=API_VERSION,
        openapi_version="3.1.0",
        description=_DESCRIPTION,
        routes=api.routes,
        servers=[{"url": f"{base}{PREFIX}"}],
    )
    made["info"]["contact"] = dict(whom)
    made["info"]["license"] = {"name": "EUPL-1.2", "identifier": "EUPL-1.2"}
    schemas = made["components"]["schemas"]
    models: tuple[type[BaseModel], ...] = (Problem, *ASKED, *SUBSCRIPTION_ASKED)
    for model in models:
        schemas[model.__name__] = model.model_json_schema(ref_template=_REF)
        schemas.update(schemas[model.__name__].pop("$defs", {}))
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for path in made["paths"].values():
        for operation in path.values():
            _complete(operation)
    made["components"]["securitySchemes"] = {"token": _TOKEN, "subscription": _OWN_TOKEN}
    return made


def _complete(operation: dict[str, Any]) -> None:
    """Say what FastAPI does not know: our version header and our problems."""
    responses = operation["responses"]
    responses.pop("422", None)
    for response in responses.values():
        response.setdefault("headers", {}).update(_VERSION_HEADER)
    if operation["operationId"] in _IN_CONFLICT:
        responses["409"] = {
            "description": _IN_CONFLICT[operation["operationId"]],
            "headers": _VERSION_HEADER,
            "content": _PROBLEM,
        }
    scope = PERMITS.get(operation["operationId"])
    if isinstance(scope, Holder):
        operation["security"] = [{"subscription": []}]
    elif scope:
        operation["security"] = [{"token": []}]
        operation["description"] = f"{operation['description']}\n\nNeeds the scope `{scope}`."
    said = {**_SAID, **(_SAID_OF_WRITING if scope else {})}
    for code, text in {**said, **_SAID_BY_NAME.get(operation["operationId"], {})}.items():
        responses[code] = {"description": text, "headers": _VERSION_HEADER, "content": _PROBLEM}
