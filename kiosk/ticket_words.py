"""The sentences of the paper ticket, in the language the visitor chose at the kiosk."""

from __future__ import annotations

from typing import Any

from flask_babel import get_locale, gettext, ngettext

from kiosk.paper.layout import TicketPaper
from ptsp.catalogue import Catalogue, Text
from ptsp.estimates import MANY
from ptsp.issuing import spoken_number
from web.picture import DAYS, MONTHS

# The place in the queue and the wait are those of the moment of issue: on paper that comes later they are untrue.
FRESH_MS = 3 * 60_000


def ticket_paper(office: Catalogue, ticket: Any, public_url: str, now_tick: int) -> TicketPaper:
    """What to print now for a ticket row, under the present locale."""
    language = str(get_locale())
    service = office.service(ticket.service_id)
    fresh = not ticket.reprint and now_tick - ticket.issued_tick <= FRESH_MS

    def pick(text: Text | None) -> str:
        return (text or {}).get(language) or (text or {}).get("id", "")

    return TicketPaper(
        office=office.name,
        number=spoken_number(ticket.prefix, ticket.number),
        service=pick(service.name),
        url=f"{public_url}/t/{ticket.token}",
        issued=_moment(office.schedule.local(ticket.issued_at), language),
        number_label=gettext("Your queue number"),
        priority=bool(ticket.priority),
        priority_mark=gettext("PRIORITY"),
        ahead=_ahead(ticket.ahead) if fresh else "",
        estimate=_estimate(ticket.estimate_low, ticket.estimate_high) if fresh else "",
        scan=gettext("Scan to follow your turn"),
        bring=gettext("What to bring") if service.requirements else "",
        requirements=pick(service.requirements),
        more=gettext("In full: scan the QR code"),
        small_print=gettext("Please do not give anything to our officers: serving you is their duty."),
        reprint=bool(ticket.reprint),
        reprinted=gettext("REPRINTED"),
    )


def _ahead(ahead: int) -> str:
    if ahead >= MANY:
        return gettext("More than %(n)d people are ahead of you", n=MANY - 1)
    if ahead == 0:
        return gettext("You are next in line")
    return ngettext("%(num)d person is ahead of you", "%(num)d people are ahead of you", ahead)


def _estimate(low: int | None, high: int | None) -> str:
    if low is None or high is None:
        return ""
    if low == 0:
        return gettext("Less than %(high)d minutes to wait", high=high)
    return gettext("About %(low)d-%(high)d minutes to wait", low=low, high=high)


def _moment(at: Any, language: str) -> str:
    names, months = DAYS.get(language, DAYS["id"]), MONTHS.get(language, MONTHS["id"])
    return f"{names[at.weekday()]}, {at.day} {months[at.month - 1]} {at.year}, {at:%H.%M}"
