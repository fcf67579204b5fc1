"""State and version of one target, as small as a badge in somebody's README."""

from dataclasses import dataclass

from web.views.target import Look

LETTER = 6.6
"""Pixels that a letter of Verdana 11 takes on average; the text is fitted to what this gives."""
MARGIN = 12

COLOURS = {
    Look.UP: "#0f7b3f",
    Look.REACHABLE: "#0f7b3f",
    Look.MIXED: "#8a5300",
    Look.DEGRADED: "#8a5300",
    Look.DOWN: "#b3141d",
    Look.MAINTENANCE: "#1f5fa8",
    Look.UNKNOWN: "#595f69",
    Look.ABSENT: "#b3141d",
    Look.NOT_YET: "#595f69",
    Look.GONE: "#595f69",
    Look.NOT_CONFIGURED: "#595f69",
}
"""Each at least 4.5 : 1 against white letters (WCAG 2.2, 1.4.3)."""


@dataclass(frozen=True, slots=True)
class Badge:
    """`spoken` is for screen readers: all of it in one sentence."""

    name: str
    said: str
    colour: str
    spoken: str

    @property
    def left(self) -> int:
        return _width(self.name)

    @property
    def right(self) -> int:
        return _width(self.said)

    @property
    def width(self) -> int:
        return self.left + self.right


def badge(name: str, environment: str, look: Look, word: str, version: str | None) -> Badge:
    """`word` is the look in the reader's language."""
    where = f"{name} {environment.upper()}"
    said = version if look is Look.UP and version else word
    known = f"{version}, {word}" if version else word
    return Badge(name=where, said=said, colour=COLOURS[look], spoken=f"{where}: {known}")


def _width(text: str) -> int:
    return round(len(text) * LETTER) + MARGIN
