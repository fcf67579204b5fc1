"""Servers that do what no server should, and what we call it."""

import gzip

from tests.servers import (
    Manner,
    answer,
    drip,
    drip_headers,
    endless,
    hang_up,
    mute,
    reset,
    says,
)

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
BOMB = gzip.compress(gzip.compress(gzip.compress(bytes(50_000_000))))
BIG = gzip.compress(bytes(10_000_000))

HOSTILE: dict[str, tuple[Manner, str]] = {
    "drip": (drip, "totalTimeout"),
    "drip of headers": (drip_headers, "totalTimeout"),
    "mute": (mute, "readTimeout"),
    "reset": (reset, "reset"),
    "hang up": (hang_up, "reset"),
    "endless body": (endless(OK + b"\r\n", b"x" * 65536), "tooLarge"),
    "endless chunks": (endless(CHUNKED, b"1\r\nx\r\n" * 1000), "tooLarge"),
    "endless trailers": (endless(CHUNKED + b"0\r\n", b"A: b\r\n" * 1000), "tooLarge"),
    "endless header": (endless(OK + b"X: ", b"x" * 65536), "tooLarge"),
    "endless status": (endless(b"HTTP/1.1 200 ", b"x" * 65536), "tooLarge"),
    "header flood": (endless(OK, b"X-Flood: y\r\n" * 1000), "tooLarge"),
    "endless interim": (endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 9), "protocol"),
    "10 MB body": (says(answer("200 OK", b"x" * 10_000_000)), "tooLarge"),
    "triple gzip": (says(answer("200 OK", BOMB, b"Content-Encoding: gzip")), "content"),
    "stacked gzip": (
        says(answer("200 OK", BOMB, b"Content-Encoding: gzip, gzip, gzip")),
        "encoding",
    ),
    "two encodings": (
        says(answer("200 OK", BOMB, b"Content-Encoding: gzip", b"Content-Encoding: gzip")),
        "encoding",
    ),
    "gzip bomb": (says(answer("200 OK", BIG, b"Content-Encoding: gzip")), "tooLarge"),
    "brotli": (says(answer("200 OK", b"\x0b\x02", b"Content-Encoding: br")), "encoding"),
    "no gzip": (says(answer("200 OK", b"{}", b"Content-Encoding: gzip")), "encoding"),
    "short body": (says(OK + b"Content-Length: 100\r\n\r\n{}"), "protocol"),
    "both lengths": (
        says(OK + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        "protocol",
    ),
    "bad chunks": (says(CHUNKED + b"zz\r\n{}\r\n"), "protocol"),
    "cut chunks": (says(CHUNKED + b"5\r\n{}"), "protocol"),
    "status 999": (says(answer("999 Odd")), "protocol"),
    "no http": (says(b"220 mail.example ESMTP\r\n"), "protocol"),
    "no status": (says(b"HTTP/1.1\r\n\r\n"), "protocol"),
    "deep json": (says(answer("200 OK", b"[" * 200_000)), "content"),
    "json bomb of numbers": (says(answer("200 OK", b"9" * 100_000)), "content"),
    "html": (says(answer("200 OK", b"<script>alert(1)</script>")), "content"),
    "empty 200": (says(answer("200 OK", b"")), "content"),
    "bytes in a bad charset": (
        says(answer("200 OK", b"\xff\xfe", b"Content-Type: text/html; charset=rot13")),
        "content",
    ),
}
