"""How the command line speaks: answers on stdout, trouble in one sentence on stderr."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import NoReturn

import typer
from rich.console import Console
from rich.markup import escape

from monitor.refusal import Refusal

out = Console()
err = Console(stderr=True)


class Answer(IntEnum):
    """The exit codes (api.md)."""

    YES = 0
    NO = 1
    WRONG_QUESTION = 2
    UNKNOWN = 3


class WrongQuestion(Refusal):
    """The question cannot be answered as asked; the text says what to ask instead."""


def unmeant(error: Exception) -> WrongQuestion:
    """What a rule says of what was asked, as a sentence."""
    return WrongQuestion(f"{str(error)[:1].upper()}{str(error)[1:]}.")


@contextmanager
def plainly() -> Iterator[None]:
    """Turn every expected trouble into its sentence and exit code 2, never a traceback."""
    try:
        yield
    except Refusal as error:
        refuse(str(error))
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        refuse(f"{where}{error.strerror or error}")


def refuse(why: str) -> NoReturn:
    err.print(escape(why), style="red", soft_wrap=True, highlight=False)
    raise typer.Exit(Answer.WRONG_QUESTION)


def print_json(answer: object) -> None:
    typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))
