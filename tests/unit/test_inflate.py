"""Decompression stops in time."""

import gzip
import tracemalloc
import zlib

import pytest

from checks.trouble import TroubleKind
from checks.wire.inflate import inflate
from checks.wire.unanswered import Unanswered

LIMIT = 1 << 20
TEXT = b'{"openapi": "3.1.0"}' * 50


def bare(data: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-15)
    return compressor.compress(data) + compressor.flush()


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("", TEXT),
        ("identity", TEXT),
        ("gzip", gzip.compress(TEXT)),
        (" GZIP ", gzip.compress(TEXT)),
        ("x-gzip", gzip.compress(TEXT)),
        ("gzip", gzip.compress(TEXT[:100]) + gzip.compress(TEXT[100:])),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", bare(TEXT)),
    ],
    ids=["none", "identity", "gzip", "spaced", "x-gzip", "two members", "zlib", "bare deflate"],
)
def test_what_was_offered_is_undone(encoding: str, body: bytes) -> None:
    assert inflate(body, encoding, LIMIT) == TEXT


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_an_empty_body_is_empty_in_every_encoding(encoding: str) -> None:
    assert inflate(b"", encoding, LIMIT) == b""


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "gzip,deflate", "rot13"])
def test_what_was_not_offered_or_is_stacked_is_refused(encoding: str) -> None:
    with pytest.raises(Unanswered) as caught:
        inflate(gzip.compress(gzip.compress(TEXT)), encoding, LIMIT)
    assert caught.value.trouble.kind is TroubleKind.ENCODING


@pytest.mark.parametrize(
    "body",
    [b"no gzip at all", gzip.compress(TEXT)[:-9], gzip.compress(b"") * 9],
    ids=["no gzip", "short", "nine members"],
)
def test_broken_short_and_many_membered_gzip_is_refused(body: bytes) -> None:
    with pytest.raises(Unanswered) as caught:
        inflate(body, "gzip", LIMIT)
    assert caught.value.trouble.kind is TroubleKind.ENCODING


@pytest.mark.parametrize("members", [1, 2])
def test_a_bomb_stops_at_the_limit(members: int) -> None:
    bomb = gzip.compress(bytes(LIMIT // members + 1)) * members
    with pytest.raises(Unanswered) as caught:
        inflate(bomb, "gzip", LIMIT)
    assert caught.value.trouble.kind is TroubleKind.TOO_LARGE


def test_a_bomb_takes_no_more_memory_than_the_limit() -> None:
    bomb = gzip.compress(bytes(50 * LIMIT))
    tracemalloc.start()
    with pytest.raises(Unanswered):
        inflate(bomb, "gzip", LIMIT)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5 * LIMIT


def test_a_body_of_exactly_the_limit_passes() -> None:
    assert len(inflate(gzip.compress(bytes(LIMIT)), "gzip", LIMIT)) == LIMIT
