"""The staff's side: the list, one complaint and what is done with it, and what is typed in at the desk.

Managers see all; others what is assigned to them. Who may do what is asked again by the deed itself (ptsp).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, abort, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, select

from ptsp import complaining, complaint_deeds, complaint_list
from ptsp import complaint_rules as rules
from ptsp import records as r
from ptsp.complaint_list import A_PAGE, Wanted
from ptsp.errors import BadRequest, Conflict, Forbidden, NotFound, PointOutside, PtspError
from ptsp.hall import Actor, Answer
from survey.complaints import names, outside
from web.auth import STAFF, needs, the_hall
from web.errors import in_words, status_of
from web.language import language
from web.managers import MANAGERS, acting, add_door, carry_out, office_of, show

pages = Blueprint("complaint_desk", __name__, url_prefix="/office/complaints")

add_door(50, "complaints", "complaint_desk.everything", _l("Complaints"), STAFF)

# What a form does: its action, and which fields of it are the action's parameters.
DEEDS: dict[str, tuple[Callable[..., Answer], dict[str, type]]] = {
    "assign": (complaint_deeds.assign, {"person_id": int}),
    "respond": (complaint_deeds.respond, {"note": str}),
    "answer": (complaint_deeds.answer, {"note": str}),
    "field_check": (complaint_deeds.check_on_the_spot, {"note": str}),
    "escalate": (complaint_deeds.escalate, {"note": str}),
    "forward": (complaint_deeds.forward, {"lapor_number": str}),
    "close": (complaint_deeds.close, {"note": str}),
    "sort": (complaint_deeds.sort, {"kind": str, "category": str}),
    "note": (complaint_deeds.remark, {"note": str}),
    "moderate": (complaint_deeds.moderate, {"public_state": str, "public_text": str, "public_answer": str}),
}
AT_THE_DESK = ("desk", "paper")
# No list is longer; a number beyond is a mistyped address.
LAST_PAGE = 100_000


@pages.get("/")
@needs(*STAFF)
def everything() -> str:
    """The list, what is late on top; without a word on how to reach anybody."""
    actor = acting()
    office, today = office_of(actor), _today(actor)
    wanted, page = _wanted(actor), min(max(1, request.args.get("page", 1, type=int)), LAST_PAGE)
    with the_hall().view() as conn:
        rows = complaint_list.listed(conn, office.office_id, today, wanted, page)
        found = complaint_list.count(conn, office.office_id, today, wanted)
        late = complaint_list.count(conn, office.office_id, today, Wanted(late=True, person_id=wanted.person_id))
        waiting, thanks = (
            complaint_list.count(conn, office.office_id, today, Wanted(kind=kind, person_id=wanted.person_id))
            for kind in ("", rules.NO_DEADLINE)
        )
    return show(
        "survey/complaints/list.html",
        active="complaints",
        rows=[(row, rules.standing(row, today)) for row in rows],
        wanted=wanted, found=found, late=late, waiting=waiting - thanks, page_number=page, pages=-(-found // A_PAGE),
        managing=actor.role in MANAGERS,
        number=complaining.number,
        **_names(),
    )  # fmt: skip


@pages.get("/new")
@needs(*STAFF)
def new() -> str:
    """The form for what is told at the desk or came on paper."""
    return _form()


@pages.post("/new")
@needs(*STAFF)
def create() -> Any:
    """Takes it in; then its public page, whose code the visitor photographs."""
    form = request.form
    try:
        params = {name: form.get(name, "") for name in ("kind", "category", "channel", "text")}
        if params["channel"] not in AT_THE_DESK:
            raise BadRequest(reason="channel")
        service, day = form.get("service_id", ""), form.get("day", "")
        params |= {"service_id": _whole(service) if service else None, "day": day or None}
        # How they can be reached is no parameter of the order: the hash of those is kept for days.
        receive = partial(complaining.receive, contact=form.get("contact", ""))
        made = carry_out("complain", receive, **params, meant=form.get("meant") == "yes")["complaint"]
    except (PointOutside, BadRequest) as error:
        return _form(error), status_of(error)
    return redirect(url_for("complaints.follow", token=made["token"]), 303)


@pages.get("/<int:complaint_id>")
@needs(*STAFF)
def one(complaint_id: int) -> str:
    """One complaint with its history, and what can be done with it."""
    return _one(complaint_id)


@pages.post("/<int:complaint_id>/<deed>")
@needs(*STAFF)
def do(complaint_id: int, deed: str) -> Any:
    """One deed of DEEDS."""
    if deed not in DEEDS:
        abort(404)
    action, fields = DEEDS[deed]
    try:
        params = {name: kind(request.form.get(name, "")) for name, kind in fields.items()}
        carry_out(f"complaint_{deed}", action, complaint_id=complaint_id, **params)
    except ValueError as error:
        raise BadRequest(reason=deed) from error
    except (BadRequest, Conflict) as error:
        if error.facts.get("reason", "").startswith("request_id"):
            raise
        return _one(complaint_id, _why(error)), status_of(error)
    return redirect(url_for(".one", complaint_id=complaint_id, done=deed), 303)


# --- inside


def _today(actor: Actor) -> str:
    return the_hall().today(office_of(actor))


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise BadRequest(reason="service") from error


def _wanted(actor: Actor) -> Wanted:
    """The filters of the address; what is no filter is not one."""
    asked = request.args.get
    state = asked("state", "open")
    return Wanted(
        state=state if state in ("open", "all", *rules.STATES) else "open",
        kind=kind if (kind := asked("kind", "")) in rules.KINDS else "",
        category=category if (category := asked("category", "")) in rules.CATEGORIES else "",
        late=asked("late") == "yes",
        person_id=None if actor.role in MANAGERS and asked("mine") != "yes" else actor.person_id,
    )


def _names() -> dict[str, Any]:
    return {
        "kinds": names.kinds(),
        "categories": names.categories(),
        "channels": names.channels(),
        "states": names.states(),
        "badges": names.STATE_BADGES,
        "state_icons": names.STATE_ICONS,
        "day_words": names.day_words,
    }


def _why(error: PtspError) -> str:
    """A refusal in the words of this page."""
    words = {
        "note": _("Please write a few words: the visitor or your colleagues need them."),
        "text": _("Please write a few words first."),
        "public_text": _("Please write the words that are to be published."),
        "personal_number": _(
            "Nothing was published: there is a number of nine or more digits (NIK, telephone) in it. "
            "Please take it out first."
        ),
        "lapor_number": _("Please enter the number that SP4N-LAPOR! gave."),
        "day": _("Please choose a day within the last year."),
    }
    return words.get(str(error.facts.get("reason")), in_words(error))


def _form(error: PtspError | None = None) -> str:
    actor = acting()
    office = office_of(actor)
    pointed = isinstance(error, PointOutside)
    return show(
        "survey/complaints/new.html",
        active="complaints",
        error=_why(error) if error and not pointed else None,
        pointed=pointed,
        # Whoever chose the category itself cannot mean anything else.
        may_mean=request.form.get("category") != rules.OUTSIDE,
        outside=outside.channels(),
        outside_key=rules.OUTSIDE,
        sections=office.sections,
        today=_today(actor),
        contact_days=office.setting("complaint_contact_days"),
        text_of=lambda text: text.get(language()) or text["id"],
        managing=actor.role in MANAGERS,
        **_names(),
    )


def _one(complaint_id: int, error: str | None = None) -> str:
    actor = acting()
    office, today = office_of(actor), _today(actor)
    with the_hall().view() as conn:
        complaint = complaint_list.one(conn, office.office_id, complaint_id)
        if complaint is None:
            raise NotFound(what="complaint")
        if not complaint_deeds.may_handle(actor, complaint):
            raise Forbidden
        lines = complaint_list.lines(conn, complaint_id)
        people = _people(conn, office.office_id)
    service = office.services.get(complaint.service_id)
    deeds = names.deeds()
    return show(
        "survey/complaints/one.html",
        active="complaints",
        c=complaint,
        number=complaining.number(complaint),
        standing=rules.standing(complaint, today),
        lines=[(line, office.schedule.local(line.at), deeds[line.deed], _note(line)) for line in lines],
        people=people,
        may={deed: bool(complaint.text) and complaint.state in steps for deed, steps in rules.STEPS.items()},
        service=service and (service.name.get(language()) or service.name["id"]),
        contact_until=complaint.contact and office.schedule.local(complaint.contact_until),
        managing=actor.role in MANAGERS,
        field_days=office.setting("complaint_field_days"),
        error=error,
        done=_done(),
        **_names(),
    )


def _note(line: Any) -> str:
    """A line's note in words: some are codes."""
    if line.deed == "received":
        return names.channels().get(line.note, "")
    if line.deed == "moderated":
        return _("published") if line.note == "public" else _("not published")
    if line.deed == "contact_erased":
        return _("by the visitor") if line.note == "withdrawn" else _("on time")
    if line.deed == "sorted":
        kind, _space, category = line.note.partition(" ")
        return _("before: %(words)s", words=f"{names.kinds()[kind]} · {names.categories()[category]}")
    return str(line.note)


def _people(conn: Connection, office_id: int) -> list[Any]:
    p = r.person.c
    rows = select(p.id, p.name).where(p.office_id == office_id, p.active).order_by(p.name)
    return list(conn.execute(rows))


def _done() -> str | None:
    return {
        "assign": _("It was assigned."),
        "respond": _("The first response was saved; the visitor sees it."),
        "answer": _("The answer was saved; the visitor sees it."),
        "field_check": _("The longer deadline holds now."),
        "escalate": _("It is before the head of office now."),
        "forward": _("It was forwarded."),
        "close": _("It was closed."),
        "sort": _("Kind and category were changed."),
        "note": _("The note was saved."),
        "moderate": _("The decision on publication was saved."),
    }.get(request.args.get("done", ""))
