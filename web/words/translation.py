"""The Dutch texts, read from their source at start: no compiled files to forget."""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from web.words.language import Language

LOCALE = Path(__file__).parent.parent / "locale"


@cache
def translations(language: Language) -> NullTranslations:
    """The texts of one language; English is what the source is written in."""
    if language is Language.EN:
        return NullTranslations()
    with (LOCALE / language / "ketenwacht.po").open("rb") as source:
        catalog = read_po(source, locale=language.value)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return GNUTranslations(compiled)


def marked(text: str) -> str:
    """Mark a text for translation at the moment that it is shown."""
    return text


def counted(one: str, many: str) -> tuple[str, str]:
    """Mark a text with its plural."""
    return one, many
