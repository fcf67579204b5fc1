"""What may be told in a body, and what is said when it is told wrongly."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from itertools import islice
from json import JSONDecodeError, loads
from math import isfinite
from typing import Any, NoReturn, TypeVar

from fastapi import HTTPException, Request
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from starlette.requests import ClientDisconnect

from web.routes.asked import Asked
from web.security.limits import LARGEST_BODY
from web.views.problem import Fault, Invalid, body_fault

JSON = "application/json"
LONGEST_NUMBER = 19
"""Digits of the largest number of 64 bits; nothing here counts that far."""
DEEPEST = 16
"""Levels of lists and objects within each other; nothing here needs more than 2."""
MOST_FAULTS = 50
"""Told at once; who has more begins with these."""
_SHOWN = 60

_Body = TypeVar("_Body", bound=Asked)

_CURES = {
    "extra_forbidden": "is not known here; leave it out",
    "missing": "is needed",
    "timezone_aware": "needs an offset, as in 2026-07-01T12:00:00Z",
}


class _Wrong(ValueError):  # noqa: N818  named as the fact that it is
    """A text that JSON parsers disagree about, or that no honest client sends."""


def body_of(model: type[_Body]) -> Callable[[Request], Awaitable[_Body]]:
    """A dependency: the body as this model; `Invalid` tells everything that is wrong with it."""

    async def read(request: Request) -> _Body:
        raw = await _bytes(request)
        told = _parsed(raw)
        request.state.body = raw
        return modelled(model, told)

    return read


def modelled(model: type[_Body], told: Mapping[str, Any]) -> _Body:
    """What was told, as this model; `Invalid` tells everything that is wrong with it."""
    try:
        return model.model_validate(told)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        raise Invalid([_fault(one) for one in details[:MOST_FAULTS]]) from None


def described(model: type[Asked]) -> Mapping[str, Any]:
    """For OpenAPI, which does not see a body that we read ourselves."""
    schema = {"$ref": f"#/components/schemas/{model.__name__}"}
    return {"requestBody": {"required": True, "content": {JSON: {"schema": schema}}}}


async def _bytes(request: Request) -> bytes:
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.strip().lower().removeprefix("charset=").strip('"')
    if kind.strip().lower() != JSON or charset not in {"", "utf-8"}:
        raise HTTPException(415, f"The body must be {JSON}, in UTF-8; say so in Content-Type.")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise HTTPException(415, "The body must come as it is, without Content-Encoding.")
    taken = bytearray()
    try:
        async for chunk in request.stream():
            taken += chunk
    except ClientDisconnect:
        raise HTTPException(
            413, f"The body is larger than {LARGEST_BODY} bytes, or it was cut off."
        ) from None
    return bytes(taken)


def _parsed(raw: bytes) -> Mapping[str, Any]:
    if not raw.strip():
        _refuse("empty", "The body is empty; send a JSON object.")
    try:
        _not_too_deep(raw)
        told = loads(
            raw.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=_no_number,
            parse_float=_float,
            parse_int=_integer,
        )
    except UnicodeDecodeError:
        _refuse("encoding", "The body is not UTF-8.")
    except JSONDecodeError as error:
        _refuse("syntax", f"The body is no JSON: line {error.lineno}, column {error.colno}.")
    except _Wrong as wrong:
        _refuse("syntax", str(wrong))
    if not isinstance(told, dict):
        _refuse("object_type", "The body must be a JSON object.")
    if faults := list(islice(_unreadable("", told), MOST_FAULTS)):
        raise Invalid(faults)
    return told


def _not_too_deep(raw: bytes) -> None:
    """Count brackets, quoted ones too: so much nesting has no place in a text either."""
    deep = 0
    for byte in raw:
        deep += (byte in b"[{") - (byte in b"]}")
        if deep > DEEPEST:
            raise _Wrong(f"The body nests deeper than {DEEPEST} levels.")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise _Wrong(f"The body says {twice[:_SHOWN]!a} twice; say it once.")
    return made


def _no_number(text: str) -> NoReturn:
    raise _Wrong(f"{text} is no number in JSON.")


def _float(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise _Wrong("The body has a number that is too large.")
    return number


def _integer(text: str) -> int:
    if len(text.lstrip("-")) > LONGEST_NUMBER or not -(2**63) <= int(text) < 2**63:
        raise _Wrong("The body has a number that is too large.")
    return int(text)


def _unreadable(pointer: str, value: Any) -> Iterable[Fault]:
    """Texts with characters that cannot be seen, or that turn a line around."""
    if isinstance(value, dict):
        for key, held in value.items():
            shown = key if key.isprintable() else ascii(key)[1:-1]
            if shown != key:
                yield body_fault(f"{pointer}/{shown[:_SHOWN]}", "characters", "is no name.")
            yield from _unreadable(f"{pointer}/{shown[:_SHOWN]}", held)
    elif isinstance(value, list):
        for place, held in enumerate(value):
            yield from _unreadable(f"{pointer}/{place}", held)
    elif isinstance(value, str) and not value.isprintable():
        yield body_fault(pointer, "characters", "has control or invisible characters.")


def _fault(detail: ErrorDetails) -> Fault:
    parts = [str(part)[:_SHOWN] for part in detail["loc"]]
    pointer = "".join(f"/{part.replace('~', '~0').replace('/', '~1')}" for part in parts)
    cure = _CURES.get(detail["type"])
    if detail["type"] == "value_error":
        cure = str(detail["ctx"]["error"])
    return body_fault(pointer, detail["type"], f"{cure or 'is not right: ' + detail['msg']}.")


def _refuse(code: str, text: str) -> NoReturn:
    raise Invalid([body_fault("", code, text)])
