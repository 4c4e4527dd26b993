"""The roof: create_app() hands the rooms to Flask."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from datetime import date
from typing import Any

import structlog
from flask import Flask, Response, jsonify
from sqlalchemy import Engine, func, select
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

from counter import picture as counter_picture
from counter.pages import pages as counter_pages
from display import picture as board_picture
from display.pages import pages as display_pages
from display.ticket_page import pages as ticket_pages
from kiosk import paper_page
from kiosk import picture as kiosk_picture
from kiosk.pages import kiosk as kiosk_pages
from kiosk.print_worker import PrintWorker
from office import picture as office_picture
from office.pages import pages as office_pages
from ptsp import records as r
from ptsp.ballots import KeyFiles
from ptsp.clock import Clock, SystemClock
from ptsp.database import open_engine
from ptsp.hall import Change, Hall
from server.caretaker import Caretaker, offices
from server.settings import Settings, reachable, secret_key
from survey import api as survey_api
from survey import tablet as survey_picture
from survey.complaints.pages import desk_pages, visitor_pages
from survey.follow_up.pages import pages as follow_up_pages
from survey.importing.pages import pages as importing_pages
from survey.pages import pages as survey_pages
from survey.paper_forms.pages import pages as paper_form_pages
from survey.public.calendar_page import pages as calendar_pages
from survey.public.page import pages as public_pages
from survey.public.publish_page import pages as publishing_pages
from survey.remarks import pages as remark_pages
from survey.report.pages import pages as report_pages
from survey.results.pages import pages as result_pages
from survey.settings.pages import pages as survey_settings_pages
from web import api, auth, doors, errors, language, openapi, security, theme
from web.bus import RedisBus
from web.command_door import CommandDoor
from web.live import Live
from web.wire import threads_end_in_words

ROOMS = (
    kiosk_pages, counter_pages, display_pages, ticket_pages, survey_pages, office_pages, follow_up_pages,
    importing_pages,
    paper_form_pages, remark_pages, survey_settings_pages, public_pages, publishing_pages, calendar_pages,
    desk_pages, visitor_pages,
    report_pages, result_pages,
)  # fmt: skip
# Every websocket holds a thread of the server; so many are kept for pages and phones.
THREADS_FOR_PAGES = 15
STAFF, MANAGERS = auth.STAFF, ("manager", "admin")
assert paper_page  # its route belongs to the kiosk's blueprint


class Whole(IntegerConverter):
    """A number in an address is an id: one that the databases cannot hold belongs to no page."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"max": 2**63 - 1, **options})


class House(Flask):
    """Our views are plain functions: Flask need not ask each of them, at each request, whether it is a coroutine."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function itself."""
        return func


def build_hall(settings: Settings, clock: Clock | None = None) -> Hall:
    """Database, clock and holidays of this process."""
    engine = open_engine(settings.database_url)
    hall = Hall(engine, clock or SystemClock(last_tick(engine)), holiday=indonesian_holiday)
    hall.ballot_keys = KeyFiles(settings.data_dir / "keys")
    return hall


def last_tick(engine: Engine) -> int:
    """Where the ticks of the last run ended (0 in a new database): the clock goes on from there."""
    with engine.connect() as conn:
        if not engine.dialect.has_table(conn, "office"):
            return 0
        return conn.execute(select(func.max(r.office.c.last_tick))).scalar_one() or 0


def indonesian_holiday(day: date) -> str | None:
    """The public holiday (government decree, cuti bersama included) of a date, or None."""
    return _holidays().get(day)


def _holidays() -> dict[date, str]:
    global _kept_holidays
    if _kept_holidays is None:
        import holidays

        _kept_holidays = holidays.country_holidays("ID", categories=("public", "government"), language="id")
    return _kept_holidays


_kept_holidays: dict[date, str] | None = None


def create_app(settings: Settings, hall: Hall | None = None) -> Flask:
    """The whole product as a WSGI app. Threads start with `start(app)`."""
    log_as_json(settings.log_level)
    hall = hall or build_hall(settings)
    app = House("web", static_folder="static", template_folder="templates")
    app.url_map.converters["int"] = Whole
    app.config.update(SECRET_KEY=secret_key(settings.data_dir), PTSP=settings, JSON_SORT_KEYS=False)
    app.extensions["hall"] = hall
    if settings.trusted_proxies:
        proxies = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
    security.init_app(app, settings.https, settings.redis_url)
    language.init_app(app)
    auth.init_app(app)
    errors.init_app(app)
    theme.init_app(app)
    for pages in (doors.pages, api.pages, survey_api.pages, openapi.pages, *ROOMS):
        app.register_blueprint(pages)
    for door in (api.pages, survey_api.pages):
        security.csrf.exempt(door)  # the bearer token is no cookie: no other site can send it
    app.add_url_rule("/health", view_func=health)
    _join(app, hall, settings)
    app.wsgi_app = CommandDoor(app, hall, settings.https)  # type: ignore[method-assign]  # in front of all
    return app


def _join(app: Flask, hall: Hall, settings: Settings) -> None:
    """The live pictures, the printing threads and the caretaker, all told of every commit."""
    bus = RedisBus(settings.redis_url) if settings.redis_url else None
    live = Live(app, hall, settings.allowed_origins, bus, most_screens=settings.threads - THREADS_FOR_PAGES)
    live.audience("board", ("board", *STAFF), board_picture.build)
    live.audience("kiosk", ("kiosk", *STAFF), kiosk_picture.build, every=0.5)
    live.audience("counter", STAFF, counter_picture.build)
    live.audience("survey", ("survey",), survey_picture.build)
    live.audience("office", MANAGERS, office_picture.build, every=1.0)
    printing = PrintWorker(app, hall, lambda: reachable(settings))

    def publish(change: Change) -> None:
        live.publish(change)
        printing.wake()

    hall.publish = publish
    app.extensions.update(live=live, printing=printing, caretaker=Caretaker(hall, settings.data_dir))


def start(app: Flask) -> None:
    """Starts the threads of a serving process."""
    threads_end_in_words()
    hall: Hall = app.extensions["hall"]

    def office_ids() -> list[int]:
        with hall.view() as conn:
            return offices(conn)

    app.extensions["live"].start()
    app.extensions["printing"].start(office_ids)
    app.extensions["caretaker"].start()


def stop(app: Flask) -> None:
    """Ends them (tests)."""
    app.extensions["live"].stop()
    app.extensions["printing"].stopped.set()
    app.extensions["printing"].wake()
    app.extensions["caretaker"].stopped.set()


@auth.opened("whoever watches the machine; tells nothing but alive or not")
def health() -> tuple[Response, int]:
    """200 {"ok": true} when the database answers, 503 otherwise."""
    hall = auth.the_hall()
    with hall.view() as conn:
        conn.execute(select(1))
    return jsonify(ok=True), 200


def log_as_json(level: str) -> None:
    """Logs to stderr as JSON lines in UTC (ASVS 16.2.2), and no secrets in them."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper(), logging.INFO)),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
