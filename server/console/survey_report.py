"""The report of a period at the command line: for a timer, or for somebody without a browser."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask
from flask_babel import force_locale

from ptsp.elements import SKM
from server.console.common import in_office, office_option, settings, umask
from server.words import _
from server.words import language as spoken
from survey.report import making
from survey.report.job import FORMATS
from web import language as languages


@click.command("report")
@click.option("--period", required=True, metavar="CODE", help="2026, 2026-S2, 2026-T3, 2026-08, or two dates a..b.")
@click.option("--format", "kind", type=click.Choice(FORMATS), default="pdf", show_default=True)
@click.option("--instrument", default=SKM, show_default=True, metavar="CODE", help="skm-9, spkp-8 or ipak-5.")
@click.option("--language", type=click.Choice(languages.LANGUAGES), default="id", show_default=True)
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), metavar="FILE")
@office_option
@click.pass_obj
def report(usual: int, period: str, kind: str, instrument: str, language: str, out: Path, code: str | None) -> None:
    """Write the report of a period to FILE: PDF, DOCX, the workbook (XLSX) or the A3 poster."""
    out.absolute().parent.stat()  # says so when there is no such folder
    cache = settings().data_dir / "cache"
    with in_office(code) as (hall, actor), _sentences().app_context(), force_locale(spoken()):
        asked = making.wanted(period, instrument, language)
        with umask(usual):  # a report is to be handed on; who may read it is for the operator to say
            making.make(hall, actor.office_id, asked[0], asked[1], kind, out.absolute(), cache, asked[2])
    click.echo(_("Written: %(file)s", file=out))


def _sentences() -> Flask:
    """An app of nothing but the catalogues: the report's sentences are looked up as those of pages are."""
    app = Flask("web")
    languages.init_app(app)
    return app
