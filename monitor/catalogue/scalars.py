"""What an unquoted word means by the core schema of YAML 1.2."""

import re

from monitor.catalogue.written import Plain

_BOOLEANS = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NULLS = frozenset({"null", "Null", "NULL", "~"})
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}|0o[0-7]{1,18}|0x[0-9a-fA-F]{1,15}")
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_SPECIAL = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_LEADING_ZERO = re.compile(r"[-+]?0[0-9]+")


def resolve(text: str) -> Plain:
    """Read an unquoted scalar. `NO`, `12:30` and `2024-06-01` are text, as YAML 1.2 has it."""
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if _INTEGER.fullmatch(text):
        return int(text, 0 if text.startswith(("0o", "0x")) else 10)
    if _NUMBER.fullmatch(text):
        return float(text)
    if _SPECIAL.fullmatch(text):
        return float(text.replace(".", ""))
    return text


def is_ambiguous(text: str) -> bool:
    """Whether YAML 1.1 reads an unquoted scalar as another number: 010 is 8 there."""
    return _LEADING_ZERO.fullmatch(text) is not None


def spoken(value: Plain) -> str:
    """Name what a scalar was taken for, as an error wants to say it."""
    match value:
        case None:
            return "nothing (null)"
        case bool():
            return "a yes or no (true, false)"
        case int() | float():
            return f"the number {value}"
        case str():
            return "text"
