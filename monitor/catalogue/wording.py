"""Turns what pydantic found into sentences with file, line and key."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from checks.check import Check
from checks.registry import every_check
from monitor.catalogue.models import Document
from monitor.catalogue.scalars import spoken
from monitor.catalogue.words_near import suggestion
from monitor.catalogue.written import Key, Problem, Written

_KEYS = "must hold keys of its own, each with a value"
_LIST = "must be a list: write it between [ and ], or each item after a dash"
_SENTENCES = {
    "missing": "is missing; write it",
    "key_pattern_mismatch": "is no usable name; write small letters and digits, joined by . _ -",
    "dict_type": _KEYS,
    "mapping_type": _KEYS,
    "model_type": _KEYS,
    "model_attributes_type": _KEYS,
    "tuple_type": _LIST,
    "list_type": _LIST,
    "too_short": "is empty; write at least one",
    "int_type": "must be a whole number, without quotes",
}
_SECRETIVE = frozenset({"headers", "client_certificate", "client_key"})


def problems_of(error: ValidationError, written: Written) -> Iterator[Problem]:
    """Every problem of a validation, at the place where it was written."""
    for detail in error.errors(include_url=False, include_input=False):
        key = tuple(part for part in detail["loc"] if part != "[key]")
        yield Problem(written.nearest(key).place, key, _sentence(detail, key, written))


def _sentence(detail: ErrorDetails, key: Key, written: Written) -> str:
    kind = detail["type"]
    if kind == "string_pattern_mismatch" and "[key]" in detail["loc"]:
        kind = "key_pattern_mismatch"
    match kind:
        case "extra_forbidden":
            known = _known_at(key[:-1], written)
            sentence = f"there is no key {key[-1]!r} here; {suggestion(str(key[-1]), known)}"
        case "string_type":
            sentence = _not_text(key, written)
        case "literal_error" | "enum":
            sentence = f"must be one of {detail['ctx']['expected']}"
        case "value_error":
            sentence = str(detail["ctx"]["error"])
        case _:
            sentence = _SENTENCES.get(kind, detail["msg"][:1].lower() + detail["msg"][1:])
    return sentence


def _not_text(key: Key, written: Written) -> str:
    found = written.find(key)
    if _SECRETIVE.intersection(key) or found is None:
        return "must be text; write it in quotes"
    match found.content:
        case str() | int() | float() | bool() | None as scalar:
            return f'{found.text} is read as {spoken(scalar)}; quote it: "{found.text}"'
        case _:
            return "must be one text, not a list and not keys"


def _known_at(key: Key, written: Written) -> list[str]:
    """The keys that could stand under `key`, found by walking down the models."""
    model: Any = Document
    for part in key:
        model = _step(_bare(model), part)
    model = _bare(model)
    if isinstance(model, type) and issubclass(model, Check):
        found = written.find((*key, "kind"))
        model = every_check().get(str(found.content), model) if found else model
    return list(model.model_fields) if _is_model(model) else []


def _step(model: Any, part: str | int) -> Any:
    if _is_model(model):
        field = model.model_fields.get(part)
        return field.annotation if field else None
    arguments = get_args(model)
    if not arguments:
        return None
    is_mapping = isinstance(get_origin(model), type) and issubclass(get_origin(model), Mapping)
    return arguments[1] if is_mapping else arguments[0]


def _bare(model: Any) -> Any:
    """Take off `Annotated` and `| None`."""
    while True:
        arguments = get_args(model)
        if get_origin(model) is Annotated:
            model = arguments[0]
        elif type(None) in arguments:
            model = next(one for one in arguments if one is not type(None))
        else:
            return model


def _is_model(model: Any) -> bool:
    return isinstance(model, type) and issubclass(model, BaseModel)
