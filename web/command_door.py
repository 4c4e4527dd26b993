"""The HTTP door of the command table, in front of Flask's own.

A command needs no session, no form and no template, and Flask's way to a view costs more than the ticket's whole
transaction. So a command with a plain body is read, performed and answered here. Whatever is refused is handed to
Flask with its error: there is one table from refusal to answer (web/errors.py), in the reader's language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec
from flask import Flask

from ptsp.errors import BadRequest
from ptsp.hall import Answer, Hall
from web import security
from web.auth import Bearers
from web.commands import COMMANDS, perform
from web.reading import json_object

PREFIX = "/api/v1/commands/"
Environ = dict[str, Any]
Start = Callable[..., Any]
_encode = msgspec.json.Encoder().encode


class CommandDoor:
    """WSGI: commands are answered here, everything else goes on to Flask."""

    def __init__(self, app: Flask, hall: Hall, https: bool) -> None:
        self._app, self._hall, self._bearers = app, hall, Bearers(hall)
        self._within: Callable[[Environ, Start], Iterable[bytes]] = app.wsgi_app
        self._most: int = app.config["MAX_CONTENT_LENGTH"]
        json = ("Content-Type", "application/json"), ("Cache-Control", "no-store")
        self._headers = [*json, *security.headers(https)]
        app.extensions["command_door"] = self

    def __call__(self, environ: Environ, start_response: Start) -> Iterable[bytes]:
        """One request."""
        path: str = environ["PATH_INFO"]
        length = self._length(environ) if path.startswith(PREFIX) else 0
        name = path[len(PREFIX) :]
        if not length or name not in COMMANDS:
            return self._within(environ, start_response)
        try:
            body = _encode(self.answer(environ.get("HTTP_AUTHORIZATION", ""), name, _read(environ, length)))
        except Exception as error:
            return self._refusal(error, environ, start_response)
        start_response("200 OK", [*self._headers, ("Content-Length", str(len(body)))])
        return [body]

    def answer(self, authorization: str, name: str, body: bytes) -> Answer:
        """Performs one command: the body holds its parameters and a request_id. PtspError."""
        actor = self._bearers.of(authorization)
        params = json_object(body)
        request_id = params.pop("request_id", None)
        return {"ok": True, **perform(self._hall, actor, name, request_id, params)}

    def _length(self, environ: Environ) -> int:
        """How long the body is; 0 when this is not for us: no POST, no plain length, or more than may be sent."""
        said: str = environ.get("CONTENT_LENGTH") or ""
        plain = environ["REQUEST_METHOD"] == "POST" and said.isdecimal() and "HTTP_TRANSFER_ENCODING" not in environ
        length = int(said) if plain and len(said) < 10 else 0
        return length if length <= self._most else 0

    def _refusal(self, error: Exception, environ: Environ, start_response: Start) -> Iterable[bytes]:
        with self._app.request_context(environ):
            response = self._app.finalize_request(self._app.handle_user_exception(error))
        return response(environ, start_response)


def _read(environ: Environ, length: int) -> bytes:
    body: bytes = environ["wsgi.input"].read(length)
    if len(body) < length:
        raise BadRequest(reason="body")
    return body
