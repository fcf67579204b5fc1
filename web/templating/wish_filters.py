"""The filters of the pages on subscriptions."""

from collections.abc import Callable, Mapping
from typing import Any

from web.templating import wishes
from web.words.language import Language
from web.words.translation import translations


def wish_filters(language: Language) -> Mapping[str, Callable[..., object]]:
    text = translations(language).gettext

    def said(words: Mapping[Any, str]) -> Callable[[Any], str]:
        return lambda term: text(words[term])

    def family(name: str) -> str:
        """What it is called; a type that is narrower than a family goes by its own name."""
        return text(wishes.FAMILY[name][0]) if name in wishes.FAMILY else name

    return {
        "family": family,
        "family_help": lambda name: text(wishes.FAMILY[name][1]),
        "wish_fault": lambda field: text(wishes.FAULT.get(field, wishes.OTHER_FAULT)),
        "reminder": said(wishes.REMINDER),
        "subscription_state": said(wishes.STATE),
        "channel": said(wishes.CHANNEL),
        "delivery_state": said(wishes.DELIVERY),
        "delivery_kind": said(wishes.KIND),
        "delivery_fate": lambda fate: text(wishes.FATE[fate]),
        "said": said(wishes.SAID),
    }
