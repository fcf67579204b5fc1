"""A letter as HTML that mail programs can show: nothing from elsewhere, every text escaped."""

from collections.abc import Iterator, Mapping
from html import escape

from monitor.alerts.wording.letter import Letter, Link, Section
from monitor.alerts.wording.telling import Tone

_BAR: Mapping[Tone, str] = {
    Tone.TROUBLE: "#b8141c",
    Tone.CAUTION: "#b45309",
    Tone.NEWS: "#154273",
    Tone.RELIEF: "#23733a",
}
_FONT = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',Arial,sans-serif"
_HEAD = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
@media (prefers-color-scheme: dark) {{
  .page {{ background: #0d141c !important; }}
  .paper {{ background: #131c26 !important; border-color: #2a3643 !important; }}
  .ink {{ color: #e7ecf2 !important; }}
  .muted {{ color: #a3b0be !important; }}
  .link {{ color: #84c6f0 !important; }}
  .rule {{ border-color: #2a3643 !important; }}
  .button {{ background: #9cc3ea !important; color: #0d141c !important; }}
}}
</style>
</head>"""
_INK = "color:#15202e"
_MUTED = "color:#55616f"
_LINK = "color:#01588a"
_RULE = "1px solid #d9dfe7"


def hypertext(letter: Letter) -> str:
    return "\n".join(_document(letter)) + "\n"


def _document(letter: Letter) -> Iterator[str]:
    yield _HEAD.format(language=letter.words.code, title=escape(letter.title))
    yield (
        f'<body class="page" style="margin:0;padding:16px 8px;background:#f5f7fa;{_FONT};'
        'font-size:16px;line-height:1.5">'
    )
    yield (
        '<div class="paper" style="max-width:600px;margin:0 auto;background:#ffffff;'
        f"border:{_RULE};border-left:6px solid {_BAR[letter.tone]} !important;padding:20px;"
        'overflow-wrap:anywhere">'
    )
    yield (
        f'<h1 class="ink" style="margin:0 0 12px;font-size:20px;line-height:1.3;{_INK}">'
        f"{escape(letter.title)}</h1>"
    )
    yield from map(_paragraph, letter.opening)
    if letter.button:
        yield _button(letter.button)
    for section in letter.sections:
        yield from _brief(section) if section.brief else _full(section, letter)
    yield from map(_paragraph, letter.closing)
    yield "</div>"
    yield from _foot(letter)
    yield "</body>"
    yield "</html>"


def _full(section: Section, letter: Letter) -> Iterator[str]:
    told = section.passage
    yield _paragraph(told.says)
    if told.means:
        yield (
            f'<h2 class="muted" style="margin:16px 0 4px;font-size:14px;{_MUTED}">'
            f"{escape(letter.words.phrases.means)}</h2>"
        )
        yield _paragraph(told.means)
    if told.details:
        yield '<table style="border-collapse:collapse;margin:0 0 16px">'
        yield from (_row(label, text) for label, text in told.details)
        yield "</table>"
    yield _paragraph_of(_anchor(section.more))


def _brief(section: Section) -> Iterator[str]:
    told = section.passage
    yield (
        f'<div class="rule" style="border-top:{_RULE};padding:12px 0 0">'
        f'<h2 class="ink" style="margin:0 0 4px;font-size:16px;{_INK}">{escape(told.headline)}</h2>'
    )
    if told.says != told.headline:
        yield _paragraph(told.says)
    yield f"{_paragraph_of(_anchor(section.more))}</div>"


def _row(label: str, text: str) -> str:
    cell = "padding:2px 0;vertical-align:top;text-align:left;font-size:14px"
    return (
        f'<tr><th scope="row" class="muted" style="{cell};padding-right:16px;font-weight:normal;'
        f'white-space:nowrap;{_MUTED}">{escape(label)}</th>'
        f'<td class="ink" style="{cell};{_INK}">{escape(text)}</td></tr>'
    )


def _paragraph(text: str) -> str:
    return _paragraph_of(escape(text))


def _paragraph_of(markup: str) -> str:
    return f'<p class="ink" style="margin:0 0 12px;{_INK}">{markup}</p>'


def _anchor(link: Link) -> str:
    return f'<a class="link" style="{_LINK}" href="{escape(link.address)}">{escape(link.label)}</a>'


def _button(link: Link) -> str:
    return (
        '<p style="margin:16px 0"><a class="button" style="display:inline-block;padding:10px 18px;'
        'background:#154273;color:#ffffff;text-decoration:none;border-radius:4px;font-weight:600" '
        f'href="{escape(link.address)}">{escape(link.label)}</a></p>'
    )


def _foot(letter: Letter) -> Iterator[str]:
    small = f'<p class="muted" style="margin:8px 0 0;font-size:13px;{_MUTED}">'
    yield '<div style="max-width:600px;margin:0 auto;padding:4px 20px">'
    if letter.because:
        yield f"{small}{escape(letter.because)}</p>"
    if letter.foot:
        yield f"{small}{' · '.join(map(_anchor, letter.foot))}</p>"
    yield f"{small}{escape(letter.words.phrases.sender)}</p>"
    yield "</div>"
