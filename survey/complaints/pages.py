"""All pages of this part of the room, ready to be registered."""

from survey.complaints import evaluating
from survey.complaints.desk import pages as desk_pages
from survey.complaints.visitors import pages as visitor_pages

__all__ = ["desk_pages", "evaluating", "visitor_pages"]
