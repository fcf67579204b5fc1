"""The interface publishes its OpenAPI document, which names a version and is a contract."""

from collections import OrderedDict
from dataclasses import dataclass
from hashlib import sha256
from typing import ClassVar, Literal

from httpx2 import AsyncClient, Response
from pydantic import Field
from typing_extensions import override

from checks.check import Check, fetch, json_of, outcome_of
from checks.contract import contract_of, is_contract
from checks.judging import found_at, running, wrong
from checks.outcome import Contract, Outcome, OutcomeClass, Target
from checks.parameters import Path, Text
from checks.version import readable

ENTRIES = 512
CHARACTERS = 16 * 1024 * 1024
"""What the memory of read documents holds at most: about as many bytes."""


class OpenapiDocument(Check):
    """Reads `info.version`, and keeps a fingerprint of what a client can depend on."""

    kind: Literal["openapi_document"] = "openapi_document"
    path: Path = Field("/openapi.json", description="where the document is published")
    accept: Text = Field("application/json", description="the media types to ask for")

    reads_version: ClassVar[bool] = True

    @override
    async def ask(self, target: Target, http: AsyncClient) -> Outcome:
        return judge(await fetch(target, http, self.path, accept=self.accept), target)


@dataclass(frozen=True, slots=True)
class Document:
    """What is kept of a document that was read; no contract: it is not an OpenAPI document."""

    version: object = None
    contract: Contract | None = None


class Shelf:
    """The documents read lately, by digest of their bytes: most answers bring nothing new."""

    def __init__(self, entries: int = ENTRIES, characters: int = CHARACTERS) -> None:
        self.entries = entries
        self.characters = characters
        self._kept: OrderedDict[bytes, Document] = OrderedDict()
        self._size = 0

    def read(self, response: Response) -> Document:
        digest = sha256(response.content).digest()
        if digest in self._kept:
            self._kept.move_to_end(digest)
            return self._kept[digest]
        document = _read(json_of(response))
        if document.contract is not None and not readable(document.version):
            return document  # what stands for a version can be of any kind and size
        self._kept[digest] = document
        self._size += _size(document)
        while len(self._kept) > self.entries or self._size > self.characters:
            self._size -= _size(self._kept.popitem(last=False)[1])
        return document


def judge(response: Response, target: Target) -> Outcome:
    outcome = outcome_of(response, target)
    if outcome.outcome_class is not OutcomeClass.OK:
        return outcome
    document = SHELF.read(response)
    if document.contract is None:
        return wrong(
            outcome, f"answered {response.status_code} with JSON that is no OpenAPI document"
        )
    return running(outcome, document.version, "info.version", document.contract)


def _read(document: object) -> Document:
    if not is_contract(document):
        return Document()
    return Document(found_at(document, "info.version"), contract_of(document))


def _size(document: Document) -> int:
    return len(document.contract.canonical) if document.contract else 0


SHELF = Shelf()
