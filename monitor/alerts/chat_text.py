"""A letter as a chat shows it: short, and without anything that a chat takes for markup."""

from collections.abc import Iterator

from monitor.alerts.wording.letter import Letter, Section

_TAME = str.maketrans(
    "@<>[]*`~|\\#",
    "\uff20\u2039\u203a()\u2217'\u223c\u00a6\u29f5\uff03",
)
"""Chats differ in what escapes what; a letter that looks alike is plain in all of them.

The first of them would wake up everybody in the room.
"""


def tame(text: str) -> str:
    return text.translate(_TAME)


def chat_text(letter: Letter) -> tuple[str, str]:
    """The title, and the text below it. Addresses are our own and stay as they are."""
    return tame(letter.title), "\n".join(_lines(letter))


def _lines(letter: Letter) -> Iterator[str]:
    yield from map(tame, letter.opening)
    for section in letter.sections:
        yield from _brief(section) if section.brief else _full(section)
    yield from map(tame, letter.closing)


def _brief(section: Section) -> Iterator[str]:
    yield f"- {tame(section.passage.headline)} {section.more.address}"


def _full(section: Section) -> Iterator[str]:
    told = section.passage
    yield tame(told.says)
    if told.means:
        yield tame(told.means)
    for label, text in told.details:
        yield tame(f"{label}: {text}")
    yield section.more.address
