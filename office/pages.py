"""All pages of the managers' room, ready to be registered."""

from office import devices_page, hours_page, people_page, today_page
from office.blueprint import pages

__all__ = ["devices_page", "hours_page", "pages", "people_page", "today_page"]
