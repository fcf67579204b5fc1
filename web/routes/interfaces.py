"""Catalogue and state of one interface, one line, one environment, as JSON."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from web.context import Now, Tongue
from web.routes.questions import Question
from web.routes.reading import Read
from web.views.environment import EnvironmentView
from web.views.interface import InterfaceView, LineDetail
from web.views.status import InterfacePage

router = APIRouter()

Plain = Annotated[Question, Query()]


@router.get("/interfaces", operation_id="listInterfaces", tags=["interfaces"])
async def interfaces(
    request: Request, now: Now, language: Tongue, _question: Plain
) -> InterfacePage:
    """Every interface of the catalogue, with the state of its lines."""
    return InterfacePage(items=request.state.wall.view(language, now).interfaces)


@router.get("/interfaces/{interface}", operation_id="getInterface", tags=["interfaces"])
async def interface(interface: str, read: Read, _question: Plain) -> InterfaceView:
    """One interface: its lines in every environment, now and over 90 days."""
    return await read.interface(interface)


@router.get("/interfaces/{interface}/{line}", operation_id="getLine", tags=["interfaces"])
async def line(interface: str, line: str, read: Read, _question: Plain) -> LineDetail:
    """One line of an interface."""
    return await read.line(interface, line)


@router.get("/environments/{environment}", operation_id="getEnvironment", tags=["environments"])
async def environment(environment: str, read: Read, _question: Plain) -> EnvironmentView:
    """All that runs in one environment, and what went wrong there."""
    return await read.environment(environment)
