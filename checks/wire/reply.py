"""One HTTP/1.1 answer, read from bytes as they come, strictly and within bounds."""

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

from checks.trouble import Stage, TroubleKind
from checks.wire.limits import Limits
from checks.wire.unanswered import Unanswered

INTERIM, FINAL = range(100, 200), range(200, 600)


class Reply:
    """Feed it until `complete`. It touches no socket and raises Unanswered only.

    The framing is llhttp's, in its strict mode; what a strict parser still lets pass and
    we do not (a status like 999, a transfer encoding that nobody offered) is refused here.
    """

    __slots__ = (
        "_chunks",
        "_closes",
        "_head",
        "_interim",
        "_limits",
        "_objection",
        "_parser",
        "_taken",
        "_wire",
        "_without_body",
        "complete",
        "headers",
        "status",
    )

    def __init__(self, limits: Limits, *, without_body: bool = False) -> None:
        self._limits = limits
        self._without_body = without_body  # an answer to HEAD has lengths and no body
        self._parser: HttpResponseParser | None = HttpResponseParser(self)
        self._objection: Unanswered | None = None
        self._chunks: list[bytes] = []
        self._head = self._wire = self._taken = self._interim = 0
        self._closes = False  # the body ends where the connection does
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self.complete = False

    @property
    def body(self) -> bytes:
        return self._chunks[0] if len(self._chunks) == 1 else b"".join(self._chunks)

    def feed(self, data: bytes) -> None:
        """Take what came. Raises Unanswered when it breaks the protocol or a bound."""
        if self.complete or self._parser is None:
            return
        if self.status:
            self._wire += len(data)
        else:
            self._head += len(data)
        try:
            self._parser.feed_data(data)
        except HttpParserUpgrade:
            self._object("switches to a protocol that we did not ask for")
        except HttpParserError as error:
            if not self.complete:  # what follows a whole answer does not matter
                self._object(f"breaks the HTTP protocol: {error or type(error).__name__}")
        if self._objection is None and not self.complete:
            self._weigh()
        if self.complete or self._objection is not None:
            self._parser = None  # the two know each other; do not leave it to the collector
        if self._objection is not None:
            raise self._objection

    def end(self) -> None:
        """Take the end of the connection. Raises Unanswered when the answer is not whole."""
        self._parser = None
        if self.complete:
            return
        if not self._closes:
            what = "in the middle of its answer" if self._head else "without an answer"
            kind = TroubleKind.PROTOCOL if self._head else TroubleKind.RESET
            stage = Stage.BODY if self.status else Stage.FIRST_BYTE
            raise Unanswered(kind, f"closed the connection {what}", stage)
        self.complete = True

    def on_message_begin(self) -> None:
        if not self.complete:
            self.headers = []

    def on_header(self, name: bytes, value: bytes) -> None:
        if self.status:
            return  # a trailer, or something behind the answer
        if len(self.headers) >= self._limits.fields:
            self._refuse(f"sends more than {self._limits.fields} headers")
            return
        self.headers.append((name, value))
        self._taken += len(name) + len(value)
        if self._taken > self._limits.head:
            self._refuse(f"has a head of more than {self._limits.head} bytes")

    def on_headers_complete(self) -> None:
        parser = self._parser
        if self.complete or parser is None:
            return
        status = parser.get_status_code()
        if status in INTERIM:
            self._interim += 1
            if self._interim > self._limits.interim:
                self._object(f"sends more than {self._limits.interim} interim answers")
            return
        if status not in FINAL:
            self._object(f"answers {status}, which is not a status of HTTP")
            return
        self.status = status
        self._taken = 0  # from here on it counts the body
        self._frame()

    def on_body(self, data: bytes) -> None:
        if self.complete or self._objection is not None:
            return
        self._chunks.append(data)
        self._taken += len(data)
        if self._taken > self._limits.body:
            self._refuse(f"has a body of more than {self._limits.body} bytes")

    def on_message_complete(self) -> None:
        if self.status and self._objection is None:
            self.complete = True

    def _frame(self) -> None:
        """Decide where the body ends; llhttp has refused two lengths, of one kind or of both."""
        lengths = [value for name, value in self.headers if name.lower() == b"content-length"]
        codings = [value for name, value in self.headers if name.lower() == b"transfer-encoding"]
        if codings and [coding.strip().lower() for coding in codings] != [b"chunked"]:
            self._object("uses a transfer encoding that we did not offer")
        elif self._without_body:
            self.complete = True
        elif lengths and int(lengths[0]) > self._limits.body:
            self._refuse(f"has a body of {int(lengths[0])} bytes; we take {self._limits.body}")
        else:
            self._closes = not lengths and not codings

    def _weigh(self) -> None:
        if not self.status and self._head > self._limits.head:
            self._refuse(f"has a head of more than {self._limits.head} bytes")
        elif self._wire > self._limits.wire:
            self._refuse(f"sends more than {self._limits.wire} bytes")

    def _object(self, what: str) -> None:
        self._note(TroubleKind.PROTOCOL, what)

    def _refuse(self, what: str) -> None:
        self._note(TroubleKind.TOO_LARGE, what)

    def _note(self, kind: TroubleKind, what: str) -> None:
        if self._objection is None:
            stage = Stage.BODY if self.status else Stage.FIRST_BYTE
            self._objection = Unanswered(kind, f"the server {what}", stage)
