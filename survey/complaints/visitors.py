"""The visitor's side: hand in on the kiosk or the phone, follow by the token, add a line, take the contact back."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, Response, g, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_limiter.util import get_remote_address
from flask_login import current_user
from flask_wtf.csrf import generate_csrf
from sqlalchemy import select

from ptsp import complaining, complaint_list
from ptsp import complaint_rules as rules
from ptsp import records as r
from ptsp.catalogue import Catalogue
from ptsp.errors import BadRequest, Conflict, NotFound
from ptsp.hall import Actor, Order
from survey.complaints import names, outside
from survey.complaints.sheet import read_sheet
from survey.complaints.words import words
from web.auth import device_actor, opened, the_hall
from web.errors import in_words, status_of, wants_json
from web.language import LANGUAGES, both, language
from web.managers import new_id
from web.reading import request_id
from web.security import limiter

pages = Blueprint("complaints", __name__, url_prefix="/complaints")

FOR_ANYBODY = "anybody may complain, without an account and without a name"
TOKEN_IS_KEY = "the token in the address is the key: 128 random bits"
# Seconds: silence before the kiosk asks, time to answer, and how long number and code stand.
TIMING = {"idle": 60, "warning": 10, "end": 60}
HOMES = {"kiosk": "/kiosk/", "survey": "/survey/"}
RATES = "6/minute;40/hour"


def _who() -> str:
    """Rates count by screen, else by address: a hall's phones may share one."""
    screen = device_actor()
    return f"complain:{screen.key}" if screen else f"complain:{get_remote_address()}"


@pages.get("/")
@opened(FOR_ANYBODY)
def begin() -> str | tuple[str, int]:
    """The questions, one a screen. Several offices and none named: which one?"""
    screen = device_actor()
    office = _office(request.args.get("office", ""), screen)
    if office is None:
        return render_template("survey/complaints/offices.html", page=_page(), offices=_offices())
    g.office_id = office.office_id
    at_kiosk = _at_kiosk(screen, request.args.get("at") == "kiosk")
    asked = request.args.get("language", "")
    said = asked if asked in LANGUAGES else "id" if at_kiosk else language()
    return render_template("survey/complaints/begin.html", page=(page := _asking(office, screen, at_kiosk, said)),
                           say=page["words"][said], office=office)  # fmt: skip


@pages.post("/")
@opened(FOR_ANYBODY)
@limiter.limit(RATES, key_func=_who)
def send() -> Response:
    """Takes one message. BadRequest, NotFound (office, service), PointOutside."""
    sheet = read_sheet(request.get_data())
    screen = device_actor()
    office = _office(sheet.office, screen)
    if office is None:
        raise NotFound(what="office")
    channel = "kiosk" if _at_kiosk(screen, sheet.kiosk) else "phone"
    actor = screen or _visitor(office)
    # How they can be reached is no parameter of the order: the hash of those is kept for days, and guessed in minutes.
    receive = partial(complaining.receive, contact=sheet.contact)
    order = Order(actor, "complain", {**sheet.told, "channel": channel}, sheet.request_id)
    made = the_hall().run(order, receive)["complaint"]
    url = outside.address(office, url_for(".follow", token=made["token"]))
    by = "" if sheet.kind == rules.NO_DEADLINE else names.day_words(made["answer_by"])
    return jsonify(ok=True, number=made["number"], url=url, qr=outside.picture(url), answer_by=by)


@pages.get("/<token>")
@opened(TOKEN_IS_KEY)
def follow(token: str) -> str:
    """How it stands, in words; the deadline; the answer. Readable without scripts."""
    return _follow(token)


@pages.post("/<token>/lines")
@opened(TOKEN_IS_KEY)
@limiter.limit(RATES, key_func=_who)
def add(token: str) -> Any:
    """The visitor adds a line."""
    office = _found(token)[1]
    params = {"token": token, "text": request.form.get("text", ""), "meant": request.form.get("meant") == "yes"}
    order = Order(_visitor(office), "add_to_complaint", params, request_id(request.form.get("request_id")))
    try:
        the_hall().run(order, complaining.add)
    except (BadRequest, Conflict) as error:
        short = isinstance(error, BadRequest) and error.facts.get("reason") == "text"
        words_of = _("Please write a few words first.") if short else in_words(error)
        return _follow(token, error=words_of, pointed=error.code == "point_outside"), status_of(error)
    return redirect(url_for(".follow", token=token, done="added"), 303)


@pages.post("/<token>/forget")
@opened(TOKEN_IS_KEY)
@limiter.limit(RATES, key_func=_who)
def forget(token: str) -> Any:
    """The visitor takes back how they can be reached."""
    office = _found(token)[1]
    order = Order(_visitor(office), "forget_contact", {"token": token}, request_id(request.form.get("request_id")))
    the_hall().run(order, complaining.forget_contact)
    return redirect(url_for(".follow", token=token, done="forgotten"), 303)


@pages.errorhandler(NotFound)
def missing(_error: NotFound) -> tuple[Response | str, int]:
    """A token that nobody was given, or an address copied badly."""
    error = {
        "code": NotFound.code,
        "message": _("This was not found here."),
        "safe": _("This address does not belong to any message."),
        "todo": _("Please scan the code again, or see the information desk."),
    }
    if wants_json():
        return jsonify(ok=False, error=error), 404
    return render_template("error.html", error=error, status=404, page={"language": language()}), 404


# --- inside


def _visitor(office: Catalogue) -> Actor:
    return Actor("visitor", 0, "visitor", office.office_id)


def _at_kiosk(screen: Actor | None, asked: bool) -> bool:
    """On a screen of the hall; or one of the staff tries it out there."""
    return (screen is not None and screen.role in HOMES) or (asked and current_user.is_authenticated)


def _offices() -> list[Any]:
    with the_hall().view() as conn:
        return list(conn.execute(select(r.office.c.id, r.office.c.code, r.office.c.name).order_by(r.office.c.name)))


def _office(code: str, screen: Actor | None) -> Catalogue | None:
    """A screen's own office; else the one named; else that of who is signed in, or the only one. NotFound."""
    known = {row.code: row.id for row in _offices()}
    if screen is not None:
        office_id = screen.office_id
    elif code:
        if code not in known:
            raise NotFound(what="office")
        office_id = known[code]
    elif current_user.is_authenticated:
        office_id = current_user.actor.office_id
    elif len(known) == 1:
        office_id = next(iter(known.values()))
    else:
        return None
    hall = the_hall()
    with hall.view() as conn:
        return hall.catalogue(conn, office_id)


def _page(**more: Any) -> dict[str, Any]:
    return {"language": language(), "csrf": generate_csrf(), "words": {}, **more}


def _asking(office: Catalogue, screen: Actor | None, at_kiosk: bool, said: str) -> dict[str, Any]:
    """What the page's script gets."""
    day = the_hall().today(office)
    until = office.schedule.local(complaining.contact_until(office, day))
    on_phone = outside.address(office, url_for(".begin", office=office.code))
    return _page(
        language=said,
        words=both(words),
        office=office.code,
        kiosk=at_kiosk,
        home=HOMES.get(screen.role if screen else "kiosk", "/kiosk/") if at_kiosk else "",
        timing=TIMING,
        kinds=list(names.KIND_ICONS.items()),
        categories=list(names.CATEGORY_ICONS.items()),
        sections=_sections(office),
        outside=both(outside.channels),
        contact={"n": office.setting("complaint_contact_days"), "date": names.day_words(until.date())},
        limits={"text": rules.TEXT_LENGTH, "contact": rules.CONTACT_LENGTH, "shortest": rules.SHORTEST_TEXT},
        phone={"url": on_phone, "qr": outside.picture(on_phone)} if at_kiosk else None,
        follow=url_for(".begin"),
    )


def _sections(office: Catalogue) -> list[dict[str, Any]]:
    return [
        {"name": section.name, "icon": section.icon, "services": services}
        for section in office.sections
        if section.active and (services := [{"id": one.id, "name": one.name} for one in section.services if one.active])
    ]


def _found(token: str) -> tuple[Any, Catalogue]:
    hall = the_hall()
    with hall.view() as conn:
        row = complaint_list.by_token(conn, token)
        if row is None:
            raise NotFound(what="complaint")
        return row, hall.catalogue(conn, row.office_id)


def _follow(token: str, error: str | None = None, pointed: bool = False) -> str:
    complaint, office = _found(token)
    g.office_id = office.office_id
    with the_hall().view() as conn:
        lines = complaint_list.lines(conn, complaint.id)
    local = office.schedule.local
    told = names.told_deeds()
    today = the_hall().today(office)
    done = {"added": _("Your words were added."), "forgotten": _("Your contact was erased.")}
    return render_template(
        "survey/complaints/follow.html",
        page=_page(),
        office=office,
        complaint=complaint,
        token=token,
        number=complaining.number(complaint),
        standing=rules.standing(complaint, today),
        received=names.day_words(complaint.day),
        answer_by=names.day_words(complaint.answer_by),
        contact_until=complaint.contact and names.day_words(local(complaint.contact_until).date()),
        history=[
            {"day": names.day_words(local(line.at).date()), "words": told[line.deed],
             "note": line.note if line.deed in names.TOLD_NOTES else ""}
            for line in lines if line.deed in told
        ],
        kind=names.kinds()[complaint.kind],
        category=names.categories()[complaint.category],
        state=names.state_sentences()[complaint.state],
        state_icon=names.STATE_ICONS[complaint.state],
        lapor=outside.LAPOR,
        channels=outside.channels() if pointed else [],
        typed=request.form.get("text", ""),
        error=error,
        pointed=pointed,
        done=done.get(request.args.get("done", "")),
        new_id=new_id,
        qr=outside.picture(outside.address(office, url_for(".follow", token=token))),
    )  # fmt: skip
