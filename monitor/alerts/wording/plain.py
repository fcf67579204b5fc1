"""A letter as plain text: 72 columns wide, its addresses whole."""

from collections.abc import Iterator
from textwrap import TextWrapper

from monitor.alerts.wording.letter import Letter, Section

WIDTH = 72


def plain(letter: Letter) -> str:
    return "\n".join(_lines(letter)) + "\n"


def _lines(letter: Letter) -> Iterator[str]:
    yield from _wrapped(letter.title)
    yield "-" * min(len(letter.title), WIDTH)
    for paragraph in letter.opening:
        yield ""
        yield from _wrapped(paragraph)
    if letter.button:
        yield from ("", f"{letter.button.label}:", letter.button.address)
    for section in letter.sections:
        yield ""
        yield from _brief(section) if section.brief else _full(section, letter)
    for paragraph in letter.closing:
        yield ""
        yield from _wrapped(paragraph)
    yield from ("", "-- ")  # what follows is the signature: mail programs fold it away
    if letter.because:
        yield from _wrapped(letter.because)
    for link in letter.foot:
        yield from (f"{link.label}:", link.address)
    yield from _wrapped(letter.words.phrases.sender)


def _brief(section: Section) -> Iterator[str]:
    yield from _wrapped(section.passage.headline, "* ", "  ")
    if section.passage.says != section.passage.headline:
        yield from _wrapped(section.passage.says, "  ", "  ")
    yield f"  {section.more.address}"


def _full(section: Section, letter: Letter) -> Iterator[str]:
    told = section.passage
    yield from _wrapped(told.says)
    if told.means:
        yield from ("", f"{letter.words.phrases.means}:")
        yield from _wrapped(told.means)
    if told.details:
        yield ""
        broad = max(len(label) for label, _ in told.details) + 2
        for label, text in told.details:
            yield from _wrapped(text, f"{label}:".ljust(broad), " " * broad)
    yield from ("", f"{section.more.label}: {section.more.address}")


def _wrapped(text: str, first: str = "", other: str = "") -> Iterator[str]:
    wrapper = TextWrapper(
        width=WIDTH,
        initial_indent=first,
        subsequent_indent=other,
        break_long_words=False,
        break_on_hyphens=False,
    )
    yield from wrapper.wrap(text) or [first.rstrip()]
