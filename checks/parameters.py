"""The parameters that checks share, each refusing what it cannot use with a sentence."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from checks.duration import duration

_IN_A_PATH = re.compile(r"/[!-\"$-~]*")  # visible ASCII but '#', which never leaves a client
_HEADER = re.compile(r"[0-9A-Za-z!#$%&'*+.^_`|~-]{1,100}")


def _path(text: str) -> str:
    if text and not _IN_A_PATH.fullmatch(text):
        raise ValueError(
            f"{text!r} is no path; begin with '/', percent-encode what is not plain ASCII, "
            "and leave host and '#' out"
        )
    return text


def _json_path(text: str) -> str:
    if not all(text.split(".")):
        raise ValueError(
            f"{text!r} is no way into JSON; write names joined by dots: app-info.version"
        )
    return text


def _header(text: str) -> str:
    if not _HEADER.fullmatch(text):
        raise ValueError(f"{text!r} is no name of a header")
    return text


Path = Annotated[str, AfterValidator(_path), Field(max_length=2000)]
"""Where to ask, behind the base URL; empty asks the base URL itself."""

JsonPath = Annotated[str, AfterValidator(_json_path), Field(min_length=1, max_length=200)]
"""A way into a JSON document: names, and numbers in lists, joined by dots."""

HeaderName = Annotated[str, AfterValidator(_header)]

Status = Annotated[int, Field(ge=200, le=599)]

Text = Annotated[str, Field(min_length=1, max_length=500)]
"""A plain text to be found as it stands: no pattern, and upper case is not lower case."""

Span = Annotated[timedelta, BeforeValidator(duration), Field(gt=timedelta(0))]
