"""Reads one catalogue file: YAML 1.2, strictly, whatever is in it."""

from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError

from monitor.catalogue.composing import Composer, HopelessError
from monitor.catalogue.written import Place, Problem, Written

MOST_BYTES = 1_000_000  # reliability.md, "Bad inputs"


@dataclass(frozen=True, slots=True)
class Page:
    """One file, read: `root` is None where nothing could be made of it."""

    root: Written | None
    problems: tuple[Problem, ...] = ()


def open_page(path: Path) -> Page:
    """Read the file at `path`; what is wrong with it comes back as problems."""
    try:
        raw = fetched(path)
    except OSError as error:
        reason = error.strerror or str(error)
        return _blank(str(path), f"cannot be read: {reason}; name a file that exists")
    return read(str(path), raw)


def fetched(path: Path) -> bytes:
    """The bytes of a file, as far as anyone would read them; OSError where there are none."""
    if path.exists() and not path.is_file():
        raise OSError(0, "it is not a file")
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)


def read(file: str, raw: bytes) -> Page:
    """Read the bytes of one file; `file` is what problems call it."""
    if wrong := _unreadable(raw):
        return _blank(file, wrong)
    text = raw.decode("utf-8-sig")
    composer = Composer(file, YAML(typ="safe", pure=True).parse(text))
    try:
        root = composer.document()
    except HopelessError as error:
        return Page(None, (*composer.problems, error.problem))
    except YAMLError as error:
        problem = Problem(Place(file, _line(error, text)), (), _sentence(error))
        return Page(None, (*composer.problems, problem))
    return Page(root, tuple(composer.problems))


def _unreadable(raw: bytes) -> str | None:
    if len(raw) > MOST_BYTES:
        return f"is larger than {MOST_BYTES // 1000} kB; split it into several files"
    if raw.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) or b"\0" in raw:
        return "is not UTF-8, it looks like UTF-16; save it as UTF-8"
    try:
        raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return f"is not UTF-8 on line {line}; save it as UTF-8"
    return None


def _blank(file: str, message: str) -> Page:
    return Page(None, (Problem(Place(file, 0), (), message),))


def _line(error: YAMLError, text: str) -> int:
    if isinstance(error, ReaderError):
        return text.count("\n", 0, error.position) + 1
    if isinstance(error, MarkedYAMLError) and error.problem_mark:
        return int(error.problem_mark.line) + 1
    return 0


def _sentence(error: YAMLError) -> str:
    if isinstance(error, ReaderError):
        return f"the character U+{error.character:04X} is not allowed; remove it"
    found = error.problem if isinstance(error, MarkedYAMLError) else None
    if found and r"'\t'" in found:
        return "a tab indents this line; use spaces"
    return f"this is not YAML: {found or 'it cannot be read'}"
