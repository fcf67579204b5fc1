"""A small identity provider on loopback: it signs people in, rightly or wrongly as a test asks."""

import base64
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import digest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey
from typing_extensions import override

from tests.e2e.street import NOON

CLIENT = "ketenwacht"
SECRET = "s3cret:with/signs"


@dataclass
class Provider:
    """What it says by default is right; `claims`, `header` and `key` change what it signs."""

    issuer: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, auto_kid=True))
    signs_with: Any = None
    header: dict[str, str] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    configuration: dict[str, Any] = field(default_factory=dict)
    roles: Any = ("beheer",)
    asked: list[str] = field(default_factory=list)
    codes: dict[str, Mapping[str, str]] = field(default_factory=dict)
    answer: tuple[int, bytes] | None = None  # to a code, instead of a token

    def agree(self, address: str) -> Mapping[str, str]:
        """What a browser brings back when somebody signed in where `address` led."""
        asked = {name: one for name, (one,) in parse_qs(urlsplit(address).query).items()}
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def told(self, path: str) -> Any:
        if path == "/realm/.well-known/openid-configuration":
            return {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                **self.configuration,
            }
        if path == "/realm/keys":
            public = self.key.as_dict(private=False)
            return {"keys": [{"kty": "odd"}, {**public, "use": "sig"}]}
        return None

    def token(self, form: Mapping[str, str], authorization: str) -> tuple[int, bytes]:
        if self.answer:
            return self.answer
        pair = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        client = [unquote(part) for part in pair.split(":")]
        asked = self.codes.pop(form.get("code", ""), None)  # each counts once
        if client != [CLIENT, SECRET] or asked is None:
            return 400, b'{"error": "invalid_grant"}'
        challenge = _plain(sha256(form["code_verifier"].encode()).digest())
        if (challenge, form["redirect_uri"]) != (asked["code_challenge"], asked["redirect_uri"]):
            return 400, b'{"error": "invalid_grant"}'
        return 200, json.dumps({"id_token": self.signed(asked), "access_token": "x"}).encode()

    def signed(self, asked: Mapping[str, str]) -> str:
        at = int(NOON.timestamp())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "a1b2",
            "name": "Sanne de Vries",
            "nonce": asked["nonce"],
            "iat": at,
            "exp": at + 300,
            "realm": {"roles": self.roles},
            **self.claims,
        }
        claims = {name: one for name, one in claims.items() if one is not None}
        header = {"alg": "RS256", "kid": str(self.key.kid), **self.header}
        if header["alg"] in {"none", "HS256"}:
            text = f"{_plain(json.dumps(header).encode())}.{_plain(json.dumps(claims).encode())}"
            public = self.key.as_pem(private=False)  # what a careless client would verify with
            mac = digest(public, text.encode(), "sha256") if header["alg"] == "HS256" else b""
            return f"{text}.{_plain(mac)}"
        return jwt.encode(header, claims, self.signs_with or self.key, algorithms=[header["alg"]])


def _plain(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@contextmanager
def providing() -> Iterator[Provider]:
    made = Provider()

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked.append(self.path)
            told = made.told(self.path)
            self._say(404 if told is None else 200, json.dumps(told).encode())

        def do_POST(self) -> None:
            made.asked.append(self.path)
            raw = self.rfile.read(int(self.headers["content-length"])).decode()
            form = {name: one for name, (one,) in parse_qs(raw).items()}
            self._say(*made.token(form, self.headers.get("authorization", "")))

        def _say(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        @override
        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    made.issuer = f"http://127.0.0.1:{server.server_port}/realm"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()
