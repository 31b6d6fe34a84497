"""Decides which requests the local server accepts, and refuses all others before a page sees them.

A page of another site in the same browser can send requests to this server. It cannot know the token, cannot set `Host` or
`Origin`, and without CORS cannot read an answer. A name that leads to 127.0.0.1 (DNS rebinding) shows in `Host`.
"""

from __future__ import annotations

import hmac
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl, urlencode

from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY = 256 * 1024
"""Largest body of a request in bytes."""
MAX_TARGET = 8 * 1024
"""Largest path with its query in bytes."""
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)


class _TooLargeError(Exception):
    """A body that is longer than allowed."""


class Guard:
    """Lets through what comes from the person who started the server.

    Args:
        max_body: Largest body of a request in bytes.
    """

    def __init__(
        self, app: ASGIApp, port: int, token: str, command: str = "review", max_body: int = MAX_BODY
    ) -> None:
        self._app = app
        self._token = token
        self._command, self._max_body = command, max_body
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        self._cookie = f"pipeline_{command}_{port}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        refused = self._refusal(scope)
        if refused is not None:
            await _answer(send, *refused)
        elif scope["method"] == "GET" and self._token_in_address(scope):
            await self._keep_token(scope, send)
        else:
            await self._pass_on(scope, receive, send)

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        """Return status and message for a request that is refused, None for one that may pass."""
        headers = scope["headers"]
        if _one(headers, b"host") not in self._hosts:
            return 421, "this address is not served here"
        if len(scope["path"]) + len(scope["query_string"]) > MAX_TARGET:
            return 414, "the address is too long"
        if not self._knows_token(scope):
            return 403, f"open the address that `pipeline {self._command}` printed: it holds a token"
        return self._foreign(scope) or _oversized(headers, self._max_body)

    def _foreign(self, scope: Scope) -> tuple[int, str] | None:
        headers = scope["headers"]
        origin = _one(headers, b"origin")
        own = (
            origin is not None
            and origin.removeprefix("http://") in self._hosts
            and origin.startswith("http://")
        )
        if origin is not None and not own:
            return 403, "requests of other sites are refused"
        if _one(headers, b"sec-fetch-site") in ("cross-site", "same-site") and not _navigates(headers):
            return 403, "requests of other sites are refused"
        # Of a program that sends the token in a header no page of another site can be the author.
        if scope["method"] not in ("GET", "HEAD") and not own and not self._is_token(_bearer(headers)):
            return 403, "a change needs the header Origin of a page of this server"
        return None

    def _knows_token(self, scope: Scope) -> bool:
        try:
            cookie = SimpleCookie(_one(scope["headers"], b"cookie") or "")
        except CookieError:
            return False
        morsel = cookie.get(self._cookie)
        given = [self._token_in_address(scope), morsel.value if morsel else "", _bearer(scope["headers"])]
        return any(map(self._is_token, given))

    def _is_token(self, value: str) -> bool:
        return hmac.compare_digest(value.encode(), self._token.encode())

    def _token_in_address(self, scope: Scope) -> str:
        query = parse_qsl(scope["query_string"].decode("latin-1"))
        return next((value for key, value in query if key == "token"), "")

    async def _keep_token(self, scope: Scope, send: Send) -> None:
        """Move the token out of the address, so that it is not in the history or in copied links."""
        query = [pair for pair in parse_qsl(scope["query_string"].decode("latin-1")) if pair[0] != "token"]
        # Of the path only what cannot lead elsewhere: two slashes at the front would name another host.
        path = "/" + scope.get("raw_path", b"/").decode("latin-1").lstrip("/\\")
        target = path + (f"?{urlencode(query)}" if query else "")
        cookie = f"{self._cookie}={self._token}; HttpOnly; SameSite=Strict; Path=/"
        await _answer(
            send, 303, "", (b"location", target.encode("latin-1")), (b"set-cookie", cookie.encode())
        )

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        seen = 0
        begun = False

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self._max_body:
                raise _TooLargeError
            return message

        async def with_headers(message: Message) -> None:
            nonlocal begun
            if seen > self._max_body and not begun:
                return  # what the pages report about the error that cut them off
            if message["type"] == "http.response.start":
                begun = True
                message = {**message, "headers": [*message["headers"], *HEADERS]}
            await send(message)

        try:
            await self._app(scope, counted, with_headers)
        except _TooLargeError:
            if not begun:
                await _answer(send, 413, "the request is too large")


def _one(headers: list[tuple[bytes, bytes]], name: bytes) -> str | None:
    """Return the value of a header that may occur once; two of them count as a wrong one."""
    values = [value.decode("latin-1") for key, value in headers if key == name]
    if len(values) == 1:
        return values[0]
    if values:
        return ""
    return None


def _navigates(headers: list[tuple[bytes, bytes]]) -> bool:
    """Return whether a person followed a link: the answer is a page of its own, which no other site can read."""
    return _one(headers, b"sec-fetch-mode") == "navigate" and _one(headers, b"sec-fetch-dest") == "document"


def _bearer(headers: list[tuple[bytes, bytes]]) -> str:
    """Return the token that a program sends; empty if there is none."""
    return (_one(headers, b"authorization") or "").removeprefix("Bearer ").strip()


def _oversized(headers: list[tuple[bytes, bytes]], most: int) -> tuple[int, str] | None:
    length = _one(headers, b"content-length")
    if length is None or (length.isascii() and length.isdigit() and int(length[:12]) <= most):
        return None
    return 413, "the request is too large"


async def _answer(send: Send, status: int, text: str, *headers: tuple[bytes, bytes]) -> None:
    body = f"{text}\n".encode()
    about = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": [*about, *headers, *HEADERS]})
    await send({"type": "http.response.body", "body": body})
