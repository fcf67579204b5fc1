"""Moments as a form holds them: the time on a clock in Amsterdam."""

import re
from datetime import datetime

from web.words.moments import AMSTERDAM

_LOCAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?")


def written(text: str) -> str:
    """As the API wants it, with its offset; what is no such time is left for it to refuse."""
    if not _LOCAL.fullmatch(text):
        return text
    try:
        return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM).isoformat()
    except ValueError:
        return text
