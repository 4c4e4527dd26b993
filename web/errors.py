"""The one table from refusal to answer: status, words in the reader's language, HTML for pages and JSON for scripts."""

from __future__ import annotations

from typing import Any

import structlog
from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from ptsp import errors as e
from web.language import LANGUAGES, language

STATUS: dict[type[e.PtspError], int] = {
    e.BadRequest: 400,
    e.NotSignedIn: 401,
    e.Forbidden: 403,
    e.NotFound: 404,
    e.Conflict: 409,
    e.TooManyRequests: 429,
    e.Busy: 503,
    e.StorageFull: 503,
    e.ReportFailed: 503,
}

# What Flask itself refuses, before the rules are asked.
HTTP_CODES = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "bad_request",
    429: "too_many_requests",
}

log = structlog.get_logger()


def status_of(error: e.PtspError) -> int:
    """The HTTP status of a refusal."""
    return next((status for kind, status in STATUS.items() if isinstance(error, kind)), 500)


def in_words(error: e.PtspError) -> str:
    """The refusal as a sentence in the reader's language."""
    facts = {name: _pick(value) for name, value in error.facts.items()}
    sentence = gettext(error.message)
    try:
        return sentence % facts if facts else sentence
    except (KeyError, TypeError, ValueError):
        return sentence


def as_answer(error: e.PtspError) -> dict[str, Any]:
    """The refusal as both doors of the command table give it."""
    facts = {name: value for name, value in error.facts.items() if name != "reason"}
    return {"ok": False, "error": {**facts, "code": error.code, "message": in_words(error)}}


def refusal(error: Exception, spoken: Any = None) -> dict[str, Any]:
    """Whatever went wrong, as an answer, in the language that a screen says it speaks (its cookie may be older)."""
    if spoken in LANGUAGES:
        g.language = spoken
    return as_answer(error) if isinstance(error, e.PtspError) else unexpected(error)


def unexpected(error: Exception) -> dict[str, Any]:
    """A bug or a broken machine, as an answer: logged whole, told without detail."""
    log.error("unexpected", error=repr(error), exc_info=error)
    message = gettext("Something went wrong here. Nothing was changed; please try again.")
    return {"ok": False, "error": {"code": "unexpected", "message": message}}


def wants_json() -> bool:
    """Whether a script asks, not a person."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return request.path.startswith(("/api/", "/health")) or request.is_json or best == "application/json"


def init_app(app: Flask) -> None:
    """Registers the handlers."""

    @app.errorhandler(e.PtspError)
    def refused(error: e.PtspError) -> Response:
        response = make_response(_reply(as_answer(error), status_of(error)))
        if response.status_code == 401 and request.path.startswith("/api/"):
            response.headers["WWW-Authenticate"] = 'Bearer realm="ptsp"'
        return response

    @app.errorhandler(CSRFError)
    def forged(_error: CSRFError) -> tuple[Response | str, int]:
        message = gettext("This page is too old. Please reload it and try again.")
        return _reply({"ok": False, "error": {"code": "page_expired", "message": message}}, 400)

    @app.errorhandler(HTTPException)
    def by_http(error: HTTPException) -> Response | HTTPException:
        status = error.code or 500
        if status < 400:
            return error
        answer = {"ok": False, "error": {"code": _code(status), "message": _sentence(status)}}
        response = make_response(_reply(answer, status))
        if isinstance(error, MethodNotAllowed) and error.valid_methods:
            response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
        return response

    @app.errorhandler(Exception)
    def broken(error: Exception) -> tuple[Response | str, int]:
        return _reply(unexpected(error), 500)


def _reply(answer: dict[str, Any], status: int) -> tuple[Response | str, int]:
    if wants_json():
        return jsonify(answer), status
    return render_template("error.html", error=answer["error"], status=status, page={"language": language()}), status


def _code(status: int) -> str:
    return HTTP_CODES.get(status, "unexpected" if status >= 500 else "refused")


def _sentence(status: int) -> str:
    if status == 404:
        return gettext("This page was not found here.")
    if status == 413:
        return gettext("This is more than can be taken in at once. Nothing was stored.")
    if status == 429:
        return gettext(e.TooManyRequests.message)
    if status >= 500:
        return gettext("Something went wrong here. Nothing was changed; please try again.")
    if status == 405:
        return gettext("This address does not take this kind of request.")
    if status in (400, 415):
        return gettext("This request could not be read.")
    return gettext(e.PtspError.message)


def _pick(value: Any) -> Any:
    if isinstance(value, dict):
        return value.get(language()) or value.get("id", "")
    return value
