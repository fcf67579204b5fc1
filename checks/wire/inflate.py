"""Decompression that stops in time."""

import zlib

from checks.trouble import Stage, TroubleKind
from checks.wire.unanswered import Unanswered

OFFERED = "gzip, deflate"
MEMBERS = 8  # a gzip file may be several in a row; a bomb is thousands
GZIP, ZLIB, RAW = 31, 15, -15  # zlib's window sizes, which say the container too


def inflate(body: bytes, encoding: str, limit: int) -> bytes:
    """Undo one content encoding, to at most `limit` bytes.

    Raises Unanswered for an encoding that we did not offer, for two on top of each
    other, for one that is broken or cut short, and for more than `limit`.
    """
    match encoding.strip().lower():
        case "" | "identity":
            return body
        case "gzip" | "x-gzip" if body:
            return _gunzip(body, limit)
        case "deflate" if body:
            # The name means zlib; some servers send the bare stream, which never starts so.
            bare = body[0] & 0x0F != zlib.DEFLATED
            return _inflated(zlib.decompressobj(RAW if bare else ZLIB), body, limit)
        case "gzip" | "x-gzip" | "deflate":
            return body  # an empty body is empty in every encoding
        case _:
            raise _unreadable("the content encoding is not one that we offered")


def _gunzip(body: bytes, limit: int) -> bytes:
    whole = b""
    for _ in range(MEMBERS):
        member = zlib.decompressobj(GZIP)
        whole += _inflated(member, body, limit - len(whole))
        body = member.unused_data
        if not body:
            return whole
    raise _unreadable(f"the gzip body has more than {MEMBERS} members")


def _inflated(stream: "zlib._Decompress", body: bytes, limit: int) -> bytes:
    try:
        plain = stream.decompress(body, limit + 1)
    except zlib.error as error:
        raise _unreadable("the compressed body is broken") from error
    if len(plain) > limit:
        raise Unanswered(
            TroubleKind.TOO_LARGE,
            "the body unpacks to more than we take (1 MiB by default)",
            Stage.BODY,
        )
    if not stream.eof:
        raise _unreadable("the compressed body ends too early")
    return plain


def _unreadable(sentence: str) -> Unanswered:
    return Unanswered(TroubleKind.ENCODING, sentence, Stage.BODY)
