"""An answer is read strictly, within bounds, and however it is cut into pieces."""

from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.trouble import Stage, TroubleKind
from checks.wire.limits import Limits
from checks.wire.reply import Reply
from checks.wire.unanswered import Unanswered

LIMITS = Limits(body=1000, wire=2000, head=500, fields=10, interim=3)
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


def read(data: bytes, *, without_body: bool = False) -> Reply:
    reply = Reply(LIMITS, without_body=without_body)
    reply.feed(data)
    if not reply.complete:
        reply.end()
    return reply


def refused(data: bytes) -> Unanswered:
    with pytest.raises(Unanswered) as caught:
        read(data)
    return caught.value


def test_a_length_ends_the_body() -> None:
    reply = read(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX: y\r\n\r\n{}garbage")
    assert (reply.status, reply.body) == (200, b"{}")
    assert (b"X", b"y") in reply.headers


def test_chunks_are_put_together_and_trailers_dropped() -> None:
    reply = read(CHUNKED + b"3\r\nabc\r\n2\r\nde\r\n0\r\nEvil: trailer\r\n\r\n")
    assert reply.body == b"abcde"
    assert reply.headers == [(b"Transfer-Encoding", b"chunked")]


def test_without_a_length_the_end_of_the_connection_ends_the_body() -> None:
    assert read(b"HTTP/1.0 200 OK\r\n\r\nall of it").body == b"all of it"


@pytest.mark.parametrize("status", [204, 304])
def test_some_answers_have_no_body(status: int) -> None:
    assert read(b"HTTP/1.1 %d X\r\nContent-Length: 9\r\n\r\n" % status).body == b""


def test_an_answer_to_head_has_a_length_and_no_body() -> None:
    reply = read(b"HTTP/1.1 200 OK\r\nContent-Length: 123456789\r\n\r\n", without_body=True)
    assert (reply.complete, reply.body) == (True, b"")


def test_a_body_of_exactly_the_limit_passes() -> None:
    assert len(read(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b"x" * 1000).body) == 1000


def test_interim_answers_are_skipped_with_their_headers() -> None:
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
    reply = read(hints * 3 + b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    assert (reply.status, reply.headers) == (200, [(b"Content-Length", b"0")])


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 099 Odd\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 600 Odd\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 2000 Odd\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 -1 Odd\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999999\r\n\r\n{}",
        CHUNKED + b"xyz\r\n",
        CHUNKED + b"3\r\nabcdef\r\n",
        CHUNKED + b"fffffffffffffffff\r\n",
        b"HTTP/1.1 200 OK\r\nBroken header\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nNul: \0\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/9.9 200 OK\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n",
    ],
)
def test_what_breaks_the_protocol_is_refused(data: bytes) -> None:
    assert refused(data).trouble.kind is TroubleKind.PROTOCOL


def test_interim_answers_come_to_an_end() -> None:
    reply = Reply(LIMITS)
    reply.feed(b"HTTP/1.1 100 Continue\r\n\r\n" * 3)
    with pytest.raises(Unanswered) as caught:
        reply.feed(b"HTTP/1.1 100 Continue\r\n\r\n")
    assert caught.value.trouble.kind is TroubleKind.PROTOCOL


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 1001,
        CHUNKED + b"5dc\r\n" + b"x" * 1500 + b"\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 11 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 600,
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 600 + b"\r\n\r\n",
        b"HTTP/1.1 200 " + b"O" * 600,
    ],
)
def test_what_is_too_large_is_refused(data: bytes) -> None:
    assert refused(data).trouble.kind is TroubleKind.TOO_LARGE


def test_framing_without_content_is_bounded_as_well() -> None:
    reply = Reply(LIMITS)
    reply.feed(CHUNKED)
    chunk = b"1;" + b"e" * 20 + b"\r\nx\r\n"
    for _ in range(LIMITS.wire // len(chunk)):
        reply.feed(chunk)
    with pytest.raises(Unanswered) as caught:
        reply.feed(chunk)
    assert caught.value.trouble.kind is TroubleKind.TOO_LARGE
    assert len(reply.body) < 100


@pytest.mark.parametrize(
    ("data", "stage"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort", Stage.BODY),
        (CHUNKED + b"5\r\nabc", Stage.BODY),
        (CHUNKED + b"3\r\nabc\r\n", Stage.BODY),
        (b"HTTP/1.1 200 OK\r\nConte", Stage.FIRST_BYTE),
    ],
)
def test_a_short_answer_is_no_answer(data: bytes, stage: Stage) -> None:
    error = refused(data)
    assert (error.trouble.kind, error.trouble.stage) == (TroubleKind.PROTOCOL, stage)


def test_hanging_up_without_a_word_is_a_reset() -> None:
    with pytest.raises(Unanswered) as caught:
        Reply(LIMITS).end()
    assert caught.value.trouble.kind is TroubleKind.RESET


def test_a_second_answer_behind_the_first_changes_nothing() -> None:
    first = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
    reply = read(first + b"HTTP/1.1 500 Late\r\nX: y\r\nContent-Length: 1\r\n\r\nz")
    assert (reply.status, reply.body) == (200, b"{}")
    assert reply.headers == [(b"Content-Length", b"2")]


@given(st.lists(st.integers(min_value=0, max_value=120), max_size=12), st.booleans())
def test_how_it_is_cut_into_pieces_makes_no_difference(cuts: list[int], chunked: bool) -> None:  # noqa: FBT001
    interim = b"HTTP/1.1 100 Continue\r\n\r\n"
    whole = interim + (
        CHUNKED + b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
        if chunked
        else b"HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 5\r\n\r\nabcde"
    )
    reply = Reply(LIMITS)
    places = [0, *sorted(cuts), len(whole)]
    for start, end in pairwise(places):
        reply.feed(whole[start:end])
    assert (reply.complete, reply.status, reply.body) == (True, 200, b"abcde")


@given(st.binary(max_size=300))
def test_no_bytes_whatever_break_it(data: bytes) -> None:
    for start in (b"", b"HTTP/1.1 200 OK\r\n", CHUNKED):
        with suppress(Unanswered):
            reply = Reply(LIMITS)
            reply.feed(start + data)
            reply.end()
            assert reply.complete
