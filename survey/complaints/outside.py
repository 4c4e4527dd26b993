"""Where gratuity, levies and corruption are reported: outside this house, so that no colleague can read along."""

from __future__ import annotations

from typing import Any

import segno
from flask import current_app, request
from flask_babel import gettext as _

from ptsp.catalogue import Catalogue

QUIET_ZONE = 4  # modules; scanners need it
# DOMAIN section 4. Name, what a person types, what the code says.
SIMDUMAS = ("SIMDUMAS", "simdumas.kemenag.go.id", "https://simdumas.kemenag.go.id")
GOL = ("GOL KPK", "gol.kpk.go.id", "https://gol.kpk.go.id")
LAPOR = ("SP4N-LAPOR!", "www.lapor.go.id", "https://www.lapor.go.id")


def channels() -> list[dict[str, Any]]:
    """[{"name", "address", "url", "note", "qr"}] in the language of the moment; qr is a data: address of an SVG."""
    notes = (
        _("Inspectorate General of the Ministry of Religious Affairs: misconduct, levies, corruption"),
        _("Corruption Eradication Commission: gifts to officials"),
        _("National complaints service; also by SMS to 1708"),
    )
    return [
        {"name": name, "address": address, "url": url, "note": note, "qr": picture(url)}
        for (name, address, url), note in zip((SIMDUMAS, GOL, LAPOR), notes, strict=True)
    ]


def picture(text: str) -> str:
    """The QR code of a text as a data: address."""
    code = segno.make(text, error="m", micro=False)
    return str(code.svg_data_uri(border=QUIET_ZONE, dark="#000", light="#fff", xmldecl=False, omitsize=True))


def address(office: Catalogue, path: str) -> str:
    """The absolute address of a path, as phones reach this hall."""
    public = office.setting("public_url") or current_app.config["PTSP"].public_url or request.host_url
    return f"{str(public).rstrip('/')}{path}"
