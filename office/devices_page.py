"""Screens and tokens: add one (its key is shown once), switch one off. For administrators."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import segno
from flask import redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from office.blueprint import acting, carry_out, office_of, pages, show
from ptsp import people, printing
from ptsp import records as r
from ptsp.errors import BadRequest, NotFound
from ptsp.form_errors import NameMissing
from ptsp.hall import Answer, Work
from web.auth import needs, the_hall
from web.errors import in_words, status_of

SCREENS = {"kiosk": "/kiosk/", "board": "/display/", "survey": "/survey/"}
NAME_LENGTH = 60


@pages.get("/devices")
@needs("admin")
def devices() -> str:
    """The screens and tokens of this office."""
    return _page()


@pages.post("/devices")
@needs("admin")
def add_device() -> Any:
    """A new screen; the answer page shows its link, once."""
    form = request.form
    kind, name = form.get("kind", ""), form.get("name", "").strip()[:NAME_LENGTH]
    beside = {name: form.get(name, type=int) for name in ("printer_id", "counter_id")}
    try:
        if not name:
            raise NameMissing
        once: list[str] = []
        carry_out("add_device", _secretly(people.add_device, "key", once), kind=kind, name=name, **beside)
    except (BadRequest, NotFound) as error:
        return _page(error=in_words(error)), status_of(error)
    return _page(shown=_link(kind, name, once))


@pages.post("/devices/<int:device_id>/disable")
@needs("admin")
def disable_device(device_id: int) -> Any:
    """The screen is locked out."""
    carry_out("disable_device", people.disable_device, device_id=device_id)
    return redirect(url_for("office.devices"), 303)


@pages.post("/tokens")
@needs("admin")
def add_token() -> Any:
    """A new API token, shown once."""
    name = request.form.get("name", "").strip()[:NAME_LENGTH]
    if not name:
        return _page(error=in_words(NameMissing())), 400
    once: list[str] = []
    carry_out("add_token", _secretly(people.add_token, "token", once), name=name)
    return _page(shown={"name": name, "token": once[0]} if once else {"name": name})


@pages.post("/tokens/<int:token_id>/disable")
@needs("admin")
def disable_token(token_id: int) -> Any:
    """The token opens nothing any more."""
    carry_out("disable_token", people.disable_token, token_id=token_id)
    return redirect(url_for("office.devices"), 303)


def _secretly(action: Callable[..., Answer], name: str, once: list[str]) -> Callable[..., Answer]:
    """The action, with its secret handed over aside: answers are remembered, secrets must not be."""

    def kept_apart(work: Work, **params: Any) -> Answer:
        answer = action(work, **params)
        once.append(answer.pop(name))
        return answer

    return kept_apart


def _link(kind: str, name: str, once: list[str]) -> dict[str, str]:
    """What is shown once: key, address, its QR. A form sent twice gets the name only."""
    if not once:
        return {"name": name}
    base = office_of(acting()).setting("public_url") or request.host_url.rstrip("/")
    url = f"{base}{SCREENS[kind]}#key={once[0]}"
    code = segno.make(url, error="m").svg_data_uri(scale=5, border=2, dark="#1b1c19")
    return {"name": name, "key": once[0], "url": url, "qr": code}


def _page(error: str | None = None, shown: dict[str, str] | None = None) -> str:
    office_id = acting().office_id
    d, t = r.device.c, r.api_token.c
    with the_hall().view() as conn:
        screens = conn.execute(
            select(r.device).where(d.office_id == office_id).order_by(d.active.desc(), d.kind, d.name)
        )
        tokens = conn.execute(select(r.api_token).where(t.office_id == office_id).order_by(t.active.desc(), t.name))
        facts: dict[str, Any] = {
            "screens": screens.all(),
            "tokens": tokens.all(),
            "printers": printing.printers(conn, office_id),
            "counters": the_hall().catalogue(conn, office_id).counters,
        }
    return show("office/devices.html", active="devices", kinds=kind_names(), error=error, shown=shown, **facts)


def kind_names() -> dict[str, str]:
    """Kind of screen -> word."""
    return {"kiosk": _("Kiosk"), "board": _("Hall board"), "survey": _("Survey")}
