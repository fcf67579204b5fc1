"""Sentences in the reader's language, with what they are about filled in."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from web.words import moments
from web.words.language import Language
from web.words.translation import marked as _
from web.words.translation import translations


class Speech:
    """Says marked texts as of one moment; another moment of that day needs no date."""

    def __init__(self, language: Language, now: datetime) -> None:
        self.language = language
        self.now = now
        self._texts = translations(language)

    def say(self, text: str, **facts: object) -> str:
        """`text` is a message id with %(name)s for each of its facts."""
        said = self._texts.gettext(text)
        return said % {name: self.fact(fact) for name, fact in facts.items()} if facts else said

    def count(self, texts: tuple[str, str], number: int, **facts: object) -> str:
        """`texts`: of one and of many, with %(num)s for how many."""
        told = {name: self.fact(fact) for name, fact in facts.items()}
        return self._texts.ngettext(*texts, number) % {"num": number, **told}

    def term(self, words: Mapping[Any, str], term: Any) -> str:
        """The word for a term; the bare term where there is none."""
        word = words.get(term)
        return self._texts.gettext(word) if word else str(term)

    def fact(self, fact: object) -> str:
        match fact:
            case datetime():
                return moments.moment(fact, self.now, self.language)
            case date():
                return moments.day(fact, self.language)
            case timedelta():
                return moments.span(fact, self.language)
            case _:
                return str(fact)

    def places(self, environments: Iterable[str]) -> str:
        """LTO, PRE and PROD."""
        names = [one.upper() for one in environments]
        if len(names) < 2:  # noqa: PLR2004  nothing to join
            return "".join(names)
        return self.say(_("%(many)s and %(last)s"), many=", ".join(names[:-1]), last=names[-1])
