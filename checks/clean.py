"""Text from outside, made fit to be shown."""

from unicodedata import category

LIMIT = 200  # characters of evidence (reliability.md, "Asking")


def clean(text: str, limit: int = LIMIT) -> str:
    """Give `text` on one line, without what cannot be seen, at most `limit` characters long.

    Control, format (bidi, zero-width, soft hyphen), surrogate, private and unassigned
    characters go; line ends and runs of white space become one space. Markup stays as it
    is: whoever renders it escapes it.
    """
    short = text[: limit * 4]  # enough to fill the limit, and a bound on the work
    if not (short.isascii() and short.isprintable()):
        short = "".join(_seen(character) for character in short)
    line = " ".join(short.split())
    return line if len(line) <= limit else f"{line[: limit - 1].rstrip()}…"


def _seen(character: str) -> str:
    if character.isspace():
        return " "
    return "" if category(character).startswith("C") else character
