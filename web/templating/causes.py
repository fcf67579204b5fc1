"""Why something is as it is, on a page: the checks' own sentences in the reader's language."""

from functools import lru_cache

from markupsafe import Markup

from monitor.alerts.wording.causes import CAUSE, fitting
from monitor.alerts.wording.telling import vocabulary
from web.words.language import Language


@lru_cache(maxsize=1024)
def cause(reason: str, language: Language) -> Markup:
    """Safe to put on a page; what nobody translated is marked as English."""
    if language is Language.EN:
        return Markup.escape(reason)
    found = fitting(reason, vocabulary(language.value).causes)
    if found is None:
        return Markup('<span lang="en">{}</span>').format(reason)
    text, facts = found
    told = {name: cause(fact, language) if name == CAUSE else fact for name, fact in facts.items()}
    return Markup(text).format_map(told)  # noqa: S704  our words; what fills them is escaped
