"""One Jinja environment per language: autoescape on, undefined is an error."""

from collections.abc import Callable, Mapping
from functools import cache, partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from web.templating import terms
from web.templating.assets import address
from web.templating.causes import cause
from web.templating.cells import cell
from web.templating.chart import chart
from web.templating.days import day_bar
from web.templating.incident_filters import incident_filters
from web.templating.operate_terms import operate_filters
from web.templating.release_filters import release_filters
from web.templating.wish_filters import wish_filters
from web.words import moments
from web.words.language import Language
from web.words.translation import translations

TEMPLATES = Path(__file__).parent.parent / "templates"


@cache
def environment(language: Language) -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    # Added by the extension, which is why the type knows nothing of it.
    made.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    made.filters.update(_filters(language))
    made.filters.update(release_filters(language))
    made.filters.update(wish_filters(language))
    made.filters.update(incident_filters(language))
    made.filters.update(operate_filters(language))
    made.globals.update(language=language, Language=Language, asset=address)
    return made


def render(template: str, language: Language, **facts: Any) -> str:
    return environment(language).get_template(template).render(**facts)


def _filters(language: Language) -> Mapping[str, Callable[..., object]]:
    text = translations(language).gettext

    def said(words: Mapping[Any, str]) -> Callable[[Any], str]:
        return lambda term: text(words[term])

    def said_of(words: Mapping[int, str]) -> Callable[[int], str]:
        return lambda status: text(words.get(status, words[HTTPStatus.BAD_REQUEST]))

    return {
        "clock": partial(moments.clock, language=language),
        "stamp": moments.stamp,
        "day": partial(moments.day, language=language),
        "moment": partial(moments.moment, language=language),
        "exact": partial(moments.exact, language=language),
        "span": partial(moments.span, language=language),
        "share": partial(moments.share, language=language),
        "duration": partial(moments.duration, language=language),
        "look": said(terms.LOOK),
        "state": said(terms.STATE),
        "chain": said(terms.CHAIN),
        "outcome": said(terms.OUTCOME),
        "phase": said(terms.PHASE),
        "day_look": said(terms.DAY_LOOK),
        "window": said(terms.WINDOW),
        "seconds": moments.seconds,
        "day_bar": day_bar,
        "cause": partial(cause, language=language),
        "cell": partial(cell, language=language),
        "chart": partial(chart, language=language),
        "trouble": said_of(terms.TROUBLE),
        "advice": said_of(terms.ADVICE),
    }
