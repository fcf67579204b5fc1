"""What is wrong with a question, all of it at once (RFC 9457)."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Location(BaseModel):
    """Where in the request: the name of a parameter."""

    model_config = ConfigDict(frozen=True)
    name: str


class BodyLocation(BaseModel):
    """Where in the body: a JSON Pointer (RFC 6901); empty for the body as a whole."""

    model_config = ConfigDict(frozen=True)
    pointer: str


class Fault(BaseModel):
    """One thing that is wrong. `detail` names the cure."""

    model_config = ConfigDict(frozen=True, validate_by_name=True, serialize_by_alias=True)
    in_: Literal["query", "path", "header", "body"] = Field("query", alias="in")
    location: Location | BodyLocation
    code: str
    detail: str


class Problem(BaseModel):
    model_config = ConfigDict(frozen=True)
    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: tuple[Fault, ...] = ()


class Invalid(Exception):  # noqa: N818  named as the fact that it is
    """A question that cannot be answered as it was asked."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(f"{len(faults)} faults in the question")
        self.faults = tuple(faults)


def fault(name: str, code: str, detail: str) -> Fault:
    return Fault(location=Location(name=name), code=code, detail=detail)


def header_fault(name: str, code: str, detail: str) -> Fault:
    return Fault(in_="header", location=Location(name=name), code=code, detail=detail)


def path_fault(name: str, code: str, detail: str) -> Fault:
    return Fault(in_="path", location=Location(name=name), code=code, detail=detail)


def body_fault(pointer: str, code: str, detail: str) -> Fault:
    """`detail` says what of the member at `pointer` is wrong, or is a sentence of the whole."""
    told = f"{pointer.removeprefix('/')} {detail}" if pointer else detail
    return Fault(in_="body", location=BodyLocation(pointer=pointer), code=code, detail=told)


def invalid(faults: Sequence[Fault]) -> Problem:
    return Problem(
        title="The question is not right",
        status=HTTPStatus.BAD_REQUEST,
        detail=" ".join(one.detail for one in faults),
        errors=tuple(faults),
    )
