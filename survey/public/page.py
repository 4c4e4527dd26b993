"""The public page of results: no sign-in, no cookie, the same bytes for everybody until something new is published."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for
from sqlalchemy import Connection, select
from werkzeug.wrappers import Response as Answer

from ptsp import publishing
from ptsp import records as r
from ptsp.catalogue import Catalogue
from ptsp.elements import SKM
from ptsp.publishing import Publication
from survey.public import open_data
from survey.public.around import agreeing, followed, remarks, trend
from survey.public.words import context, in_words
from web.auth import opened, the_hall
from web.language import LANGUAGES, language

pages = Blueprint("public", __name__, url_prefix="/results")
pages.context_processor(context)
PUBLIC = "published results: figures that the office has made public"
FRESH_S = 60


@pages.before_request
def chosen_language() -> None:
    """?language=en: a link can carry the language, so that nobody needs a cookie."""
    if request.args.get("language") in LANGUAGES:
        g.language = request.args["language"]


@pages.get("/")
@opened(PUBLIC)
def latest() -> Answer:
    """The newest result of the office of this installation; where there are several offices, which one?"""
    with the_hall().view() as conn:
        found = [one for one in offices(conn) if one.setting("public_results")]
        if len(found) == 1:
            return _newest(conn, found[0])
    if not found:
        return _nothing(404)
    return _page("survey/public/offices.html", offices=found)


@pages.get("/of/<code>")
@opened(PUBLIC)
def of_office(code: str) -> Answer:
    """The newest result of one office."""
    with the_hall().view() as conn:
        found = next((one for one in offices(conn) if one.code == code and one.setting("public_results")), None)
        return _newest(conn, found) if found else _nothing(404)


@pages.get("/<int:publication_id>")
@opened(PUBLIC)
def single(publication_id: int) -> Answer:
    """One publication. The address of a replaced one leads to what took its place; a withdrawn one says so."""
    with the_hall().view() as conn:
        office, shown, published = _asked_for(conn, publication_id)
        if office is None or published is None:
            return _nothing(404)
        if published in shown:
            return _result(conn, office, shown, published)
        instead = next((one for one in shown if _period_of(one) == _period_of(published)), None)
        if instead is None:
            return _nothing(410, withdrawn=True)
        return redirect(url_for("public.single", publication_id=instead.id, **_spoken()), 302)


@pages.get("/<int:publication_id>/data.csv")
@opened(PUBLIC)
def sheet(publication_id: int) -> Answer:
    """The figures of one publication as CSV."""
    with the_hall().view() as conn:
        office, shown, published = _asked_for(conn, publication_id)
    if office is None or published not in shown:
        return _nothing(404)
    name = f"hasil-survei-{office.code}-{published.survey}-{_code(published)}.csv"
    return _file(open_data.as_csv(office, [published]), "text/csv", name)


@pages.get("/kamus-data.csv")
@opened(PUBLIC)
def data_dictionary() -> Answer:
    """What the columns of the open data mean."""
    return _file(open_data.dictionary(), "text/csv", open_data.DICTIONARY)


@pages.get("/open-data.zip")
@opened(PUBLIC)
def bundle() -> Answer:
    """Every published result of an office (?office=code where there are several), with the dictionary."""
    with the_hall().view() as conn:
        found = [one for one in offices(conn) if one.setting("public_results")]
        asked = request.args.get("office")
        office = next((one for one in found if asked in (None, one.code)), None)
        if office is None:
            return _nothing(404)
        shown = publishing.on_show(conn, office.office_id, "page")
    return _file(open_data.as_zip(office, shown), "application/zip", f"hasil-survei-{office.code}.zip")


def offices(conn: Connection) -> list[Catalogue]:
    """All offices of this installation, by name."""
    ids = conn.execute(select(r.office.c.id).order_by(r.office.c.name, r.office.c.id)).scalars()
    return [the_hall().catalogue(conn, office_id) for office_id in ids]


def _asked_for(conn: Connection, publication_id: int) -> tuple[Catalogue | None, list[Publication], Publication | None]:
    """(office, what it shows, the publication), or (None, [], None) when nothing of it is public."""
    office_id = publishing.office_of(conn, publication_id)
    office = None if office_id is None else the_hall().catalogue(conn, office_id)
    published = publishing.one(conn, office_id, publication_id)
    if office is None or not office.setting("public_results") or published is None or published.kind != "page":
        return None, [], None
    shown = publishing.on_show(conn, office.office_id, "page")
    return office, shown, next((one for one in shown if one.id == published.id), published)


def _newest(conn: Connection, office: Catalogue) -> Answer:
    shown = publishing.on_show(conn, office.office_id, "page")
    first = next((one for one in shown if one.survey == SKM), next(iter(shown), None))
    if first is None:
        return _page("survey/public/none_yet.html", office)
    return _result(conn, office, shown, first)


def _result(conn: Connection, office: Catalogue, shown: list[Publication], published: Publication) -> Answer:
    return _page(
        "survey/public/results.html",
        office,
        result=in_words(agreeing(published.content or {}, shown)),
        published=published,
        published_on=office.schedule.local(published.at),
        followed=followed(conn, office, published),
        remarks=remarks(conn, office, published),
        trend=trend(shown, published),
        archive=[{"id": one.id, "content": one.content, "at": office.schedule.local(one.at)} for one in shown],
        several=sum(bool(one.setting("public_results")) for one in offices(conn)) > 1,
    )


def _period_of(published: Publication) -> tuple[str, str, str]:
    return published.survey, published.first_day, published.last_day


def _code(published: Publication) -> str:
    return str((published.content or {})["period"]["code"])


# --- answers that everybody may keep ----------------------------------------------------------------------------------


def _spoken() -> dict[str, str]:
    """What links carry on: the language, when the address named one."""
    return {"language": language()} if request.args.get("language") in LANGUAGES else {}


def _page(template: str, office: Catalogue | None = None, **more: Any) -> Answer:
    if office is not None:
        g.office_id = office.office_id  # its own colour
    page = {"language": language()}
    html = render_template(template, page=page, office=office, spoken=_spoken(), **more)
    return _kept(make_response(html))


def _file(content: str | bytes, media_type: str, name: str) -> Answer:
    response = Response(content, mimetype=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return _kept(response)


def _kept(response: Response) -> Answer:
    """Whoever has it asks again after a minute, and is told in a few bytes that nothing is new."""
    response.headers["Cache-Control"] = f"public, max-age={FRESH_S}"
    response.vary.add("Cookie")  # a language chosen elsewhere in the house
    response.add_etag()
    return response.make_conditional(request)


def _nothing(status: int, withdrawn: bool = False) -> Answer:
    page = {"language": language()}
    html = render_template("survey/public/nothing.html", page=page, withdrawn=withdrawn, spoken=_spoken())
    return make_response(html, status)
