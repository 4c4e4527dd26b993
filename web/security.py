"""Headers, CSRF and rates for every page."""

from __future__ import annotations

from flask import Flask, Request, Response, g, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import CSRFProtect

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; media-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
CAMERA = "camera=(self), microphone=(), geolocation=()"

csrf = CSRFProtect()
limiter = Limiter(get_remote_address, default_limits=[])


class Sessions(SecureCookieSessionInterface):
    """Sessions for pages. The API knows none: a bearer token is no cookie."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session of the cookie, or an empty one that is never saved."""
        if request.path.startswith("/api/"):
            return self.make_null_session(app)  # type: ignore[return-value]
        return super().open_session(app, request)


def headers(https: bool) -> list[tuple[str, str]]:
    """What every answer carries."""
    return [*HEADERS.items(), *([("Strict-Transport-Security", "max-age=31536000")] if https else [])]


def init_app(app: Flask, https: bool, redis_url: str | None) -> None:
    """Cookies, headers, CSRF, rates."""
    app.config.update(
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_NAME="__Host-session" if https else "session",
        WTF_CSRF_TIME_LIMIT=None,  # a board's or phone's page stays open all day; the session bounds it
        MAX_CONTENT_LENGTH=64 * 1024,
        RATELIMIT_STORAGE_URI=redis_url or "memory://",
    )
    app.session_interface = Sessions()
    csrf.init_app(app)
    _rates_where_named(app)

    always = headers(https)

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers.extend(always)
        if "camera" in g:  # the one page that reads the code of a ticket
            response.headers["Permissions-Policy"] = CAMERA
        if "/static/" not in request.path and "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        return response


def _rates_where_named(app: Flask) -> None:
    """Rates are checked by the decorator of the views that name one; every other request pays nothing for them."""
    limiter.init_app(app)
    hooks = app.before_request_funcs[None]
    hooks[:] = [hook for hook in hooks if getattr(hook, "__self__", None) is not limiter]
    after = app.after_request_funcs[None]
    after[:] = [hook for hook in after if limiter not in getattr(hook, "args", ())]
