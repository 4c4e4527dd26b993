"""The counter's sentences for its scripts."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from ptsp.estimates import MANY

Sentence = str | dict[str, str]


def words() -> dict[str, Sentence]:
    """Every sentence the counter's scripts say, in the language of the moment: {key: sentence or {one, other}}."""
    return {**_primary(), **_queue(), **_visit(), **_moves(), **_link(), **_counters(), **_told()}


def _primary() -> dict[str, Sentence]:
    return {
        "call_next": _("Call"),
        "start": _("Start"),
        "finish": _("Finish"),
        "back": _("Back from break"),
        "issue": _("Take a number for a visitor"),
        "call_next_note": _("the next number"),
        "start_note": _("{number} is at the counter"),
        "finish_note": _("product handed over"),
        "back_note": _("the counter opens again"),
        "issue_note": _("choose a service"),
        "nobody": _("Nobody is waiting."),
        "pause": _("Break"),
    }


def _queue() -> dict[str, Sentence]:
    return {
        "minutes": {"one": ngettext("{n} minute", "{n} minutes", 1), "other": ngettext("{n} minute", "{n} minutes", 2)},
        "hours": {"one": ngettext("{n} hour", "{n} hours", 1), "other": ngettext("{n} hour", "{n} hours", 2)},
        "days": {"one": ngettext("{n} day", "{n} days", 1), "other": ngettext("{n} day", "{n} days", 2)},
        "priority": _("Priority"),
        "for_me": _("For this counter"),
        "long": _("long"),
        "has_note": _("Note"),
        "none_waiting": _("Nobody is waiting."),
        "none_parked": _("Nobody is parked."),
        "none_missed": _("No missed numbers today."),
        "elsewhere": {
            "one": ngettext("{n} waits for other counters", "{n} wait for other counters", 1),
            "other": ngettext("{n} waits for other counters", "{n} wait for other counters", 2),
        },
        "more": {
            "one": ngettext("and {n} more", "and {n} more", 1),
            "other": ngettext("and {n} more", "and {n} more", 2),
        },
    }


def _visit() -> dict[str, Sentence]:
    return {
        "nobody_here": _("Nobody is at the counter."),
        "next_is": _("Next: {number}, {service}"),
        "waiting_for_you": {
            "one": ngettext("{n} person waits for this counter.", "{n} people wait for this counter.", 1),
            "other": ngettext("{n} person waits for this counter.", "{n} people wait for this counter.", 2),
        },
        "on_break": _("This counter is on a break."),
        "desk_ready": _("Information desk"),
        "desk_help": _("Help visitors take a number, or choose a number in the queue to transfer, remove or print it."),
        "since_call": _("since the last call"),
        "of_promise": _("promised {time}"),
        "no_promise": _("no promised time"),
        "near": _("Nearly over the promised time"),
        "over": _("Over the promised time"),
        "waited": _("Waited {time}"),
        "called_times": {
            "one": ngettext("called once", "called {n} times", 1),
            "other": ngettext("called once", "called {n} times", 2),
        },
        "no_note": _("No note."),
    }


def _moves() -> dict[str, Sentence]:
    return {
        "state_waiting": _("Waiting"),
        "state_called": _("Called"),
        "state_serving": _("Being served"),
        "state_parked": _("Parked"),
        "state_no_show": _("No-show"),
        "move_issue": _("Number taken"),
        "move_check_in": _("Arrived for the appointment"),
        "move_call": _("Called"),
        "move_recall": _("Called again"),
        "move_start": _("Visit started"),
        "move_finish": _("Finished"),
        "move_no_show": _("Did not come"),
        "move_recycle": _("Back in the queue"),
        "move_park": _("Parked"),
        "move_resume": _("Resumed"),
        "move_transfer": _("Transferred"),
        "move_reprint": _("Printed again"),
        "move_annotate": _("Note"),
    }


def _link() -> dict[str, Sentence]:
    return {
        "online": _("Connected"),
        "offline_short": _("Offline"),
        "connecting": _("Connecting ..."),
        "offline": _("Offline since {time}. Your action has not been sent."),
        "offline_idle": _("Offline since {time}. We are reconnecting; nothing can be sent until then."),
        "offline_unknown": _(
            "The connection broke while sending. When it is back, this screen shows whether it arrived."
        ),
        "offline_busy": _("Offline since {time}. The action before is still on its way; this one has not been sent."),
        "again": _("Connected again. This screen is up to date."),
        "not_sent": _("Please wait until the connection is back."),
    }


def _counters() -> dict[str, Sentence]:
    return {
        "state_open": _("Open"),
        "state_break": _("On a break"),
        "state_closed": _("Closed"),
        "free": _("Free"),
        "held_by": _("In use by {officer}"),
        "held_by_you": _("Yours on another screen: move it here"),
        "held_here": _("Yours: continue"),
        "hall_open": _("The hall is open until {time}."),
        "hall_break": _("Break until {time}. You can still take a number."),
        "hall_closed": _("The hall is closed."),
        "hall_reopens": _("The hall is closed. It opens again {when}."),
        "choose_title": _("Counter"),
        "gone_counter_moved": _("{counter} was taken on another screen."),
        "gone_counter_freed": _("{counter} was freed by a manager."),
        "gone_signed_out": _("You have been signed out."),
        "gone_help_counter": _("What you did here is saved. You can take the counter back, or choose another."),
        "gone_help_signed_out": _("What you did here is saved. Please sign in again."),
        "served_here": {
            "one": ngettext("{n} served here today", "{n} served here today", 1),
            "other": ngettext("{n} served here today", "{n} served here today", 2),
        },
    }


def _told() -> dict[str, Sentence]:
    return {
        "alerts": {"one": ngettext("{n} alert", "{n} alerts", 1), "other": ngettext("{n} alert", "{n} alerts", 2)},
        "alert_now": _("Attention"),
        "alert_wrong": _("Problem"),
        "done_call": _("{number} has been called."),
        "done_recall": _("{number} has been called again."),
        "done_start": _("Visit of {number} started."),
        "done_finish": _("Visit of {number} finished."),
        "done_no_show": _("{number} marked as a no-show."),
        "done_recycle": _("{number} is back in the queue."),
        "done_park": _("{number} is parked."),
        "done_resume": _("Visit of {number} resumed."),
        "done_transfer": _("{number} has been transferred."),
        "done_remove": _("{number} has been removed from the queue."),
        "done_annotate": _("Note saved for {number}."),
        "done_reprint": _("{number} is being printed again."),
        "finish_first": _("{number} is still being served."),
        "start_first": _("{number} is still called."),
        "transfer_title": _("Transfer {number}"),
        "note_title": _("Note for {number}"),
        "remove_title": _("Remove {number} from the queue?"),
        "park_title": _("Park {number}"),
        "park": _("Park"),
        "save": _("Save"),
        "choose_target": _("Please choose a service or a counter."),
        "choose_service": _("Please choose a service."),
        "ahead": {
            "one": ngettext("{n} person ahead.", "{n} people ahead.", 1),
            "other": ngettext("{n} person ahead.", "{n} people ahead.", 2),
            "most": str(MANY - 1),
            "over": _("More than {n} people ahead."),
        },
        "range": _("about {low}-{high} minutes"),
    }
