"""The office's sentences for its scripts."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

Sentence = str | dict[str, str]


def words() -> dict[str, Sentence]:
    """Every sentence the office's scripts say, in the language of the moment."""
    return {**_figures(), **_tables(), **_states()}


def _figures() -> dict[str, Sentence]:
    return {
        "minutes": {"one": ngettext("{n} minute", "{n} minutes", 1), "other": ngettext("{n} minute", "{n} minutes", 2)},
        "people": {"one": ngettext("{n} person", "{n} people", 1), "other": ngettext("{n} person", "{n} people", 2)},
        "normal": {
            form: ngettext(
                "usually {value} at this hour (n = {n} day)", "usually {value} at this hour (n = {n} days)", number
            )
            for form, number in (("one", 1), ("other", 2))
        },
        "no_normal": _("nothing to compare with yet"),
        "nobody": _("nobody"),
        "no_data": _("No data for this period yet."),
        "within": _("{part} of {n} served visits with a promised time"),
        "within_arrived": _("{share} of the {arrived} who arrived"),
        "abandonment": _("{share} of {n} called; a lower bound, since who leaves tells nobody"),
        "skm_n": {"one": ngettext("{n} answer since {first}", "{n} answers since {first}", 1),
                  "other": ngettext("{n} answer since {first}", "{n} answers since {first}", 2)},
        "skm_weight": _("weight {weight}"),
        "skm_few": {
            form: ngettext(
                "{n} answer so far; shown from {fewest} answers on",
                "{n} answers so far; shown from {fewest} answers on",
                number,
            )
            for form, number in (("one", 1), ("other", 2))
        },
        "grade": _("grade {grade}"),
    }  # fmt: skip


def _tables() -> dict[str, Sentence]:
    return {
        "no_alerts": _("Nothing needs attention."),
        "alert_now": _("Attention"),
        "alert_wrong": _("Problem"),
        "paper_good": _("All paper came out."),
        "reprint": _("Print again"),
        "reprinted": _("{number} is being printed again."),
        "free_counter": _("Free this counter"),
        "free_title": _("Free {counter}?"),
        "freed": _("{counter} is free."),
        "issued_at": _("taken {time}"),
        "waiting_time": _("Waiting time"),
        "service_time": _("Service time"),
    }


def _states() -> dict[str, Sentence]:
    return {
        "state_open": _("Open"),
        "state_break": _("On a break"),
        "state_closed": _("Closed"),
        "state_called": _("Called"),
        "state_serving": _("Being served"),
        "online": _("Connected"),
        "offline_short": _("Offline"),
        "stale": _("Last update {time}. Reconnecting ..."),
        "not_sent": _("Offline since {time}. Your action has not been sent."),
        "printer_paper_out": _("out of paper"),
        "printer_cover_open": _("cover open"),
        "printer_offline": _("not connected"),
        "printer_unknown": _("not answering"),
    }
