"""Why something is as it is: the checks' own sentences, in the reader's language."""

import re
from functools import cache, lru_cache

from markupsafe import Markup

from web.words.language import Language
from web.words.translation import marked as _
from web.words.translation import translations

SENTENCES = (
    # what came back
    _("answered %(status)s where %(other)s is expected"),
    _("answered %(status)s without the text %(quote)s"),
    _("answered %(status)s with JSON that is no OpenAPI document"),
    _("answered %(told)s"),
    _("%(told)s: the question is not understood; check the parameters of this check"),
    _("%(told)s: the parameters are not accepted; check the parameters of this check"),
    _("%(told)s: this method is not allowed here; check the path of this check"),
    _("%(told)s: this media type is not offered; check the Accept that this check sends"),
    _("%(told)s: not available, and nothing in it speaks of maintenance"),
    _("%(status)s: redirects to %(where)s; redirects are recorded, not followed"),
    _("not served here, as configured: %(cause)s"),
    _("not served here: %(told)s"),
    _("our credential is refused: %(told)s"),
    _("reachable, but it asks for a credential and none is configured: %(told)s"),
    _("429: we ask too much; we wait before asking on"),
    _("503 with the text of planned maintenance"),
    _("another page is shown: the text %(quote)s is not on it"),
    _("runs %(version)s, where %(other)s is expected"),
    _("the certificate expires in %(days)s days, on %(date)s"),
    _("the national rules (rijksregels) are not loaded here: %(told)s"),
    _("no version is given at %(where)s"),
    _("%(where)s holds no readable version; it is kept as a hash only"),
    # what did not come
    _("nothing answers at that address"),
    _("there is no way to that address (%(told)s)"),
    _("the server refuses the connection"),
    _("the server reset the connection"),
    _("no connection came about within %(limit)s"),
    _("the TLS handshake did not end within %(limit)s"),
    _("no answer began within %(limit)s"),
    _("the answer did not end within %(limit)s"),
    _("closed the connection in the middle of its answer"),
    _("closed the connection without an answer"),
    _("the name %(host)s is not known"),
    _("the name %(host)s has no address"),
    _("the name %(host)s could not be looked up"),
    _("the name server gave no answer within %(limit)s"),
    _("the name server gave no answer about %(host)s"),
    # trust
    _("the server's certificate is not valid yet"),
    _("the server's certificate has expired"),
    _("the server's certificate is signed by itself"),
    _("the server's certificate has an issuer unknown to us"),
    _("the server's certificate is for another host"),
    _("the server's certificate is for another address"),
    _("the server's certificate is not trusted (%(told)s)"),
    _("the server speaks no TLS of version 1.2 or later"),
    _("the server does not speak TLS here"),
    _("the server asks for a client certificate and got none"),
    _("the server does not accept our client certificate"),
    _("the server says that our client certificate is revoked"),
    _("the server says that our client certificate has expired"),
    _("the server does not know the issuer of our client certificate"),
    _("the server knows our client certificate and does not let us in"),
    # of several together
    _("from %(where)s only: %(cause)s"),
    _("from %(where)s: %(cause)s"),
    _("%(count)s targets went down together; the last: %(cause)s"),
    _("planned maintenance: %(told)s"),
)
"""As checks and monitor.domain word them; the first that fits counts. Others stay English."""

CAUSE = "cause"
"""The part of a sentence that is one itself."""


@lru_cache(maxsize=1024)
def cause(reason: str, language: Language) -> Markup:
    """Safe to put on a page; what nobody translated is marked as English."""
    if language is Language.EN:
        return Markup.escape(reason)
    said = _translated(reason, language)
    return said or Markup('<span lang="en">{}</span>').format(reason)


def _translated(reason: str, language: Language) -> Markup | None:
    for form, text in _forms():
        if found := form.fullmatch(reason):
            facts = {
                name: cause(part, language) if name == CAUSE else part
                for name, part in found.groupdict().items()
            }
            return Markup(translations(language).gettext(text)) % facts  # noqa: S704  our words
    return None


@cache
def _forms() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(
        (re.compile(re.sub(r"%\\\((\w+)\\\)s", r"(?P<\1>.+)", re.escape(text))), text)
        for text in SENTENCES
    )
