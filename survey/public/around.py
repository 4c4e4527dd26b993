"""What stands around published figures: what was done about them, what visitors said, how it was before. Read as it is
now: activities go on, and a remark can be taken back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, select

from ptsp import records as r
from ptsp.catalogue import Catalogue
from ptsp.complaint_list import released
from ptsp.following_up import lines_of
from ptsp.periods import Period, parse
from ptsp.publishing import Content, Publication

MOST_REMARKS, MOST_POINTS = 12, 8
_a = r.survey_answer.c


def followed(conn: Connection, office: Catalogue, published: Publication) -> list[dict[str, Any]]:
    """What the office does about this result: {"element", "activity", "ends_on", "done_on", "status"}; without
    lines that were dropped, and without names of people."""
    names = {one["code"]: one["name"] for one in (published.content or {})["elements"]}
    period = Period("free", published.first_day, published.last_day)
    mine = [
        line
        for line in lines_of(conn, office.office_id)
        if line.instrument == published.survey
        and line.status != "dropped"
        and period.nests(line.first_day, line.last_day)
    ]
    return [
        {
            "element": names.get(line.element, {"id": line.element}),
            "activity": line.activity,
            "ends_on": line.ends_on,
            "done_on": line.done_on,
            "status": line.status,
        }
        for line in mine
    ]


def remarks(conn: Connection, office: Catalogue, published: Publication) -> list[dict[str, Any]]:
    """Moderated words of visitors of the period: {"kind": "remark", "complaint", "suggestion", "praise" or "question",
    "text", "answer" (ours, or None)}. No service, no day; their order is that of random keys."""
    during = (published.first_day, published.last_day)
    said = select(_a.remark).where(
        _a.office_id == office.office_id, _a.day.between(*during), _a.remark_state == "public", _a.remark.is_not(None)
    )
    found = [
        {"kind": "remark", "text": text, "answer": None}
        for text in conn.execute(said.order_by(_a.id).limit(MOST_REMARKS)).scalars()
    ]
    found += [
        {"kind": row.kind, "text": row.public_text, "answer": row.public_answer}
        for row in released(conn, office.office_id, *during, most=MOST_REMARKS)
    ]
    return found


def agreeing(content: Content, shown: list[Publication]) -> Content:
    """The content with its change as the public figures beside it tell it.

    The change was computed of both periods as they were then, with one weight. Is the earlier one public as it was
    before that, the page would contradict itself: then the change is that of the public figures, of which nobody tested
    whether it is chance; of two weights there is none.
    """
    change, survey = content["change"], content["survey"]["code"]
    of_survey = [one.content for one in shown if one.content and one.survey == survey]
    earlier = next((one for one in of_survey if change and one["period"]["label"] == change["since"]), None)
    if earlier is None:
        return content
    if earlier["weight"] != content["weight"]:
        return content | {"change": None}
    difference = Decimal(content["ikm"]) - Decimal(earlier["ikm"])
    if difference != Decimal(change["difference"]):
        change = change | {"difference": str(difference), "beyond_chance": None}
    return content | {"change": change}


def trend(shown: list[Publication], published: Publication) -> list[dict[str, Any]]:
    """Published results of the same survey and kind of period up to this one, oldest first: their contents."""
    kind = kind_of(published)
    same = [one for one in shown if one.survey == published.survey and kind_of(one) == kind]
    until = sorted((one for one in same if one.last_day <= published.last_day), key=lambda one: one.last_day)
    return [{"id": one.id, **(one.content or {})} for one in until[-MOST_POINTS:]]


def kind_of(published: Publication) -> str:
    """month, quarter, semester, year or free."""
    return parse((published.content or {})["period"]["code"]).kind
