"""Everything that can be refused, one class each (of forms: ptsp/form_errors.py).

``message`` is an English gettext msgid that a person reads; facts given to the constructor fill its places.
``code`` is stable: programs rely on it. The table from class to HTTP status is in web/errors.py.
"""

from __future__ import annotations

from typing import Any, ClassVar


def N_(sentence: str) -> str:
    """Marks a sentence for the gettext extractor; translation happens where the language is known."""
    return sentence


class PtspError(Exception):
    """Base of everything that the rules refuse."""

    code: ClassVar[str] = "refused"
    message: ClassVar[str] = N_("This cannot be done now.")

    def __init__(self, **facts: Any) -> None:
        super().__init__(self.code)
        self.facts = facts

    def __str__(self) -> str:
        return self.message % self.facts if self.facts else self.message


class BadRequest(PtspError):
    """The request itself is malformed."""

    code = "bad_request"
    message = N_("Something in this request is not right: %(reason)s")


class NotSignedIn(PtspError):
    """Nobody, or a session that has ended."""

    code = "not_signed_in"
    message = N_("Please sign in first.")


class Forbidden(PtspError):
    """Known, but not allowed."""

    code = "forbidden"
    message = N_("Your role does not allow this.")


class NotFound(PtspError):
    """No such thing in this office."""

    code = "not_found"
    message = N_("This was not found here.")


class Conflict(PtspError):
    """Base of all that the state of the hall does not allow: nothing was changed."""

    code = "conflict"


class MoveRefused(Conflict):
    """The table of states and moves has no such entry."""

    code = "move_refused"
    message = N_("Number %(number)s cannot do this now.")


class TicketTaken(Conflict):
    """Somebody else was faster."""

    code = "ticket_taken"
    message = N_("%(number)s has already been called by %(counter)s.")


class NotYourTicket(Conflict):
    """The ticket is at another counter."""

    code = "not_your_ticket"
    message = N_("%(number)s is at %(counter)s.")


class NobodyWaiting(Conflict):
    """The queue of this counter is empty."""

    code = "nobody_waiting"
    message = N_("Nobody is waiting.")


class StillServing(Conflict):
    """A counter serves one visitor at a time."""

    code = "still_serving"
    message = N_("%(number)s is still being served. Finish that visit first.")


class StillCalled(Conflict):
    """The visitor called has neither come nor been marked absent."""

    code = "still_called"
    message = N_("%(number)s is still called. Start the visit or mark a no-show first.")


class NothingCurrent(Conflict):
    """The command needs a visitor at the counter."""

    code = "nothing_current"
    message = N_("There is no number at this counter.")


class CounterTaken(Conflict):
    """Another officer holds the counter."""

    code = "counter_taken"
    message = N_("%(counter)s is in use by %(officer)s.")


class CounterMoved(Conflict):
    """The counter went to another screen of the same officer, or was freed."""

    code = "counter_moved"
    message = N_("%(counter)s is not held by this screen any more.")


class CounterClosed(Conflict):
    """The counter is closed or on a break."""

    code = "counter_closed"
    message = N_("%(counter)s is not open.")


class WrongService(Conflict):
    """The counter does not take this service."""

    code = "wrong_service"
    message = N_("%(counter)s does not take this service.")


class ServiceClosed(Conflict):
    """The service is switched off."""

    code = "service_closed"
    message = N_("This service is closed at the moment.")


class QuotaReached(Conflict):
    """No more numbers today."""

    code = "quota_reached"
    message = N_("This service is full for today.")


class HallClosed(Conflict):
    """Outside opening hours."""

    code = "hall_closed"
    message = N_("The hall is closed at the moment.")


class RequestReused(Conflict):
    """The same request id came with another content."""

    code = "request_reused"
    message = N_("This request was already used for something else.")


class SurveyUsed(Conflict):
    """One answer a ticket."""

    code = "survey_used"
    message = N_("The survey for this ticket has been answered. Thank you.")


class SurveyNotOpen(Conflict):
    """The survey opens when the visit has ended."""

    code = "survey_not_open"
    message = N_("The survey opens after your visit has ended.")


class SurveyOver(Conflict):
    """The time in which a ticket may answer has passed."""

    code = "survey_over"
    message = N_("The time to answer the survey for this visit has passed. Thank you for your visit.")


class PointOutside(Conflict):
    """Gratuity, levies and corruption are not kept where colleagues can read them."""

    code = "point_outside"
    message = N_("This seems to be about gratuities, illegal levies or corruption. Nothing was stored here.")


class ComplaintRefused(Conflict):
    """The state of the complaint does not allow it."""

    code = "complaint_refused"
    message = N_("%(number)s cannot be changed in this way any more.")


class ComplaintFull(Conflict):
    """A visitor has added as much as is taken."""

    code = "complaint_full"
    message = N_("No more can be added to %(number)s. Please hand in a new one.")


class LineChanged(Conflict):
    """Somebody else changed the line of the follow-up register since it was read."""

    code = "line_changed"
    message = N_("Somebody else has changed this line meanwhile. Nothing was saved; here is what it says now.")


class LineClosed(Conflict):
    """A line that is done or dropped is not changed; it can be opened again."""

    code = "line_closed"
    message = N_("This line is done or dropped. Open it again to change it.")


class FileKnown(Conflict):
    """The same file again."""

    code = "file_known"
    message = N_("This file is already here: %(name)s. Nothing was stored.")


class FileRefused(BadRequest):
    """A file that is not taken in."""

    code = "file_refused"
    message = N_("This file cannot be used. Nothing was stored.")


class FileKind(FileRefused):
    """None of the kinds of files that are kept as evidence, whatever its name says."""

    code = "file_kind"
    message = N_("Only PDF, JPEG, PNG, WEBP, DOCX and XLSX files are kept. Nothing was stored.")


class FileTooLarge(FileRefused):
    """More bytes than are taken."""

    code = "file_too_large"
    message = N_("This file is too large: at most %(most)s MB. Nothing was stored.")


class FileUnreadable(FileRefused):
    """No table can be read from it."""

    code = "file_unreadable"
    message = N_("No table can be read from this file. CSV and XLSX files can be read. Nothing was stored.")


class FileTooLong(FileRefused):
    """More rows, columns or sheets than are read at once."""

    code = "file_too_long"
    message = N_("This table is too long: at most %(rows)s rows and %(columns)s columns. Please split it by year.")


class ImportOutdated(Conflict):
    """What was confirmed is not what would be stored now."""

    code = "import_outdated"
    message = N_("The table or its columns have changed since you looked. Nothing was stored; please look again.")


class ImportHasErrors(Conflict):
    """Bad rows refuse the whole, unless they are left out on purpose."""

    code = "import_has_errors"
    message = N_("%(errors)s rows cannot be read. Nothing was stored; correct them, or leave them out on purpose.")


class TooManyQuestions(Conflict):
    """An office asks a few questions of its own, not many."""

    code = "too_many_questions"
    message = N_("At most %(most)s questions of your own are asked at a time. Switch one off first.")


class PaperDayFull(Conflict):
    """No more answers than visitors who were served."""

    code = "paper_day_full"
    message = N_("%(served)s visitors were served on that day, and as many answers are there already.")


class PaperDayUnknown(Conflict):
    """The book knows of nobody who was served on that day."""

    code = "paper_day_unknown"
    message = N_("Nobody was served on that day as far as the day book knows. A manager may enter forms of such a day.")


class CountedToday(Conflict):
    """Today's answers are counted before the evening once."""

    code = "counted_today"
    message = N_("Today's answers were counted already. What came since waits for others, at most %(days)s days.")


class BoxNotFull(Conflict):
    """Too few answers to be shuffled."""

    code = "box_not_full"
    message = N_("Fewer than five answers wait. They are counted when five are there, or after %(days)s days.")


class TooManyRequests(PtspError):
    """Slow down."""

    code = "too_many_requests"
    message = N_("Too many attempts. Please wait a moment and try again.")


class Busy(PtspError):
    """The database did not answer in time. Nothing was changed."""

    code = "busy"
    message = N_("The system is busy. Nothing was changed; please try again.")


class StorageFull(PtspError):
    """Disk full, read-only or failing. Nothing was written."""

    code = "storage_full"
    message = N_("The system cannot write its records: the disk is full or read-only. Nothing was changed.")


class ReportFailed(PtspError):
    """A report, workbook or poster could not be drawn; the reason says what to do."""

    code = "report_failed"
    message = N_("The file could not be made: %(reason)s.")
